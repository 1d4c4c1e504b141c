import { appendFile, mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LakeState } from '../../lake/catalog-types.ts';
import type { Lake } from '../../lake/lake.ts';
import { pinLake } from '../../lake/pin.ts';
import { pinHistory } from '../../lake/pin-history.ts';
import type { Finding } from '../../lake/verify/finding.ts';
import type { Engine, Row } from '../../ports/engine.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { CSV_HEADER } from '../../sql/breakdown-csv.ts';
import {
  BREAKDOWN_COLUMNS,
  breakdownOfCsv,
  breakdownOfFiles,
  breakdownsDiffer,
  breakdownTotals,
  dayHistory,
} from '../../sql/verify.ts';
import type { ArchivedDayFacts, WrittenDay } from './archived-days.ts';
import { type Compared, drift } from './report.ts';
import { text, units } from './rollup-totals.ts';

const READ_AT_ONCE = 32;
const ARCHIVED = ['archived_csv', 'archived_parquet', 'archived_csv_text', 'archived_parquet_files'];

export interface LayersOf {
  readonly engine: Engine;
  readonly lake: Lake;
  readonly state: LakeState;
  /** A folder outside the lake. */
  readonly scratch: string;
  /** Keys that can't be read: they lie in an archive tier. */
  readonly far: ReadonlySet<string>;
}

interface DayTotal {
  readonly rows: number;
  readonly total: bigint;
}

/** What commits after a version, and not after another, say that they changed of a day. */
type Changed = (day: string, after: number, upTo: number) => bigint;

const NONE: DayTotal = { rows: 0, total: 0n };

/**
 * Day by day: the CSV holds what the ledger says; CSV and Parquet have the same rows, but for what restatements say that
 * changed between the lake versions they were written from; the Parquet is the lake of now, but for what changed since.
 * A CSV in an archive tier is not read: its bytes have been held against the ledger by its checksum.
 * @param since  the oldest version after which every change is told
 */
export async function archiveLayers(
  { engine, lake, state, scratch, far }: LayersOf,
  days: readonly ArchivedDayFacts[],
  since: number,
): Promise<Compared> {
  if (days.length === 0) return { compared: [], notCompared: ['No day is archived yet.'], findings: [] };
  const near = days.filter(({ csv }) => !far.has(csv.key));
  await pinArchive(engine, lake, { days, near }, scratch);
  await pinLake(engine, lake, state);
  await pinHistory(engine, lake, state);
  const csv = await totals(engine, 'archived_csv');
  const parquet = await totals(engine, 'archived_parquet');
  const now = await totals(engine, 'ou_breakdown');
  const differing = new Map(
    (await engine.rows(breakdownsDiffer({ first: 'archived_csv', second: 'archived_parquet' }))).map(
      ([day, rows, change]) => [String(day), { rows: Number(rows), total: units(String(change)) }],
    ),
  );
  const changed = changesTold(await engine.rows(dayHistory(since)));
  const csvFindings = near.flatMap((day) => [
    ...againstLedger(`The CSV of ${day.date}`, day.csv, csv.get(day.date) ?? NONE),
    ...csvAgainstParquet(day, differing.get(day.date) ?? NONE, changed),
  ]);
  const parquetFindings = days.flatMap((day) => [
    ...againstLedger(`The Parquet of ${day.date}`, day.parquet, parquet.get(day.date) ?? NONE),
    ...(day.parquet.lakeVersion < since
      ? []
      : parquetAgainstLake(day, parquet.get(day.date) ?? NONE, now.get(day.date) ?? NONE, changed)),
  ]);
  for (const relation of ARCHIVED) await engine.drop(relation);
  const untold = days.filter(({ parquet: { lakeVersion } }) => lakeVersion < since).length;
  return {
    compared: [
      `${near.length} archived days: CSV and Parquet = ledger, row by row = Parquet but for restatements`,
      `${days.length - untold} archived days: Parquet + what changed since = lake version ${state.version}`,
    ],
    notCompared: [
      ...(untold === 0
        ? []
        : [
            `${untold} archived days with the lake of now: commits up to version ${since} did not tell what they changed`,
          ]),
      ...(near.length === days.length
        ? []
        : [
            `${days.length - near.length} archived CSVs row by row: they lie in the archive tier; their checksums are the ledger's`,
          ]),
    ],
    findings: [...csvFindings, ...parquetFindings],
  };
}

async function pinArchive(
  engine: Engine,
  { store }: Lake,
  { days, near }: Readonly<Record<'days' | 'near', readonly ArchivedDayFacts[]>>,
  scratch: string,
): Promise<void> {
  await engine.files(
    'archived_parquet_files',
    days.map(({ parquet }) => store.uri(parquet.key)),
    BREAKDOWN_COLUMNS,
  );
  await engine.scan('archived_csv_text', {
    format: 'csv',
    files: [await oneCsv(store, near, scratch)],
    columns: BREAKDOWN_COLUMNS.map((column) => column.name),
  });
  // Each small file is opened once, however many questions are asked.
  await engine.keep('archived_parquet', breakdownOfFiles('archived_parquet_files'));
  await engine.keep('archived_csv', breakdownOfCsv('archived_csv_text'));
}

/** The CSVs one after another, under one header: opening hundreds of small files takes longer than reading them. */
async function oneCsv(
  store: ObjectStore,
  days: readonly ArchivedDayFacts[],
  folder: string,
): Promise<string> {
  await mkdir(folder, { recursive: true });
  const path = join(folder, 'archived.csv');
  await writeFile(path, CSV_HEADER);
  for (let at = 0; at < days.length; at += READ_AT_ONCE) {
    const some = days.slice(at, at + READ_AT_ONCE);
    const read = await Promise.all(some.map((day) => store.get(day.csv.key)));
    const bodies = read.map((bytes = new Uint8Array()) => bytes.subarray(bytes.indexOf(10) + 1));
    await appendFile(path, Buffer.concat(bodies));
  }
  return path;
}

async function totals(engine: Engine, breakdown: string): Promise<ReadonlyMap<string, DayTotal>> {
  const rows = await engine.rows(breakdownTotals(breakdown));
  return new Map(
    rows.map(([day, count, total]) => [String(day), { rows: Number(count), total: units(String(total)) }]),
  );
}

function changesTold(rows: readonly Row[]): Changed {
  const byDay = new Map<string, { version: number; change: bigint }[]>();
  for (const [day, version, change] of rows) {
    const before = byDay.get(String(day)) ?? [];
    byDay.set(String(day), [...before, { version: Number(version), change: units(String(change)) }]);
  }
  return (day, after, upTo) =>
    (byDay.get(day) ?? [])
      .filter(({ version }) => version > after && version <= upTo)
      .reduce((sum, { change }) => sum + change, 0n);
}

function againstLedger(what: string, written: WrittenDay, found: DayTotal): Finding[] {
  const expected = units(written.total);
  if (found.rows === written.rows && found.total === expected) return [];
  return [
    drift(
      written.key,
      `${what} does not hold what the ledger says of it`,
      `${written.rows} rows, ${text(expected)}`,
      `${found.rows} rows, ${text(found.total)}`,
      'Bring the day and the ledger back from one backup.',
    ),
  ];
}

function csvAgainstParquet(
  { date, csv, parquet }: ArchivedDayFacts,
  found: DayTotal,
  changed: Changed,
): Finding[] {
  const expected = changed(date, csv.lakeVersion, parquet.lakeVersion);
  if (found.total === expected && (found.rows === 0 || csv.lakeVersion !== parquet.lakeVersion)) return [];
  return [
    drift(
      parquet.key,
      `Parquet and CSV of ${date} differ in ${found.rows} rows; their difference is not what restatements tell`,
      text(expected),
      text(found.total),
      'Bring both back from one backup: their bytes are as written, so report this.',
    ),
  ];
}

function parquetAgainstLake(
  { date, parquet }: ArchivedDayFacts,
  archived: DayTotal,
  now: DayTotal,
  changed: Changed,
): Finding[] {
  const expected = archived.total + changed(date, parquet.lakeVersion, Number.POSITIVE_INFINITY);
  if (now.total === expected) return [];
  return [
    drift(
      parquet.key,
      `The lake of now is not the archived ${date} with what changed since lake version ${parquet.lakeVersion}`,
      text(expected),
      text(now.total),
      'Bring catalog/, restatements/ and ou-breakdowns/ back from one backup: their bytes are as written, so report this.',
    ),
  ];
}
