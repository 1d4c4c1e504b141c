import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { addDays, type BillingDate, type Period } from '../core/calendar/billing-date.ts';
import { type BillingPeriod, periodOf } from '../core/calendar/billing-period.ts';
import { known } from '../core/errors/invariant.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { Asker, Engine } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { breakdownCsv, CSV_HEADER } from '../sql/breakdown-csv.ts';
import { breakdownRows } from '../sql/ou-breakdown.ts';
import { within } from '../sql/parts/within.ts';
import { name, sql } from '../sql/sql.ts';
import { ouBreakdownCsvKey, ouBreakdownKey } from './keys.ts';
import { type ArchivedDay, type EntryOf, entriesOf, type Ledger, type WrittenAgain } from './ledger.ts';
import { sha256Of } from './sha256.ts';

/** A day's CSV, header included, with what the ledger says of it. */
export interface DayCsv extends ArchivedDay {
  readonly bytes: Uint8Array;
}

export type PlannedDays = EntryOf<'archive.planned'>;

/** Every billing day that the ledger says is archived, or promised to be. */
export const daysInLedger = (ledger: Ledger): ReadonlySet<BillingDate> =>
  new Set(entriesOf(ledger, 'archive.planned').flatMap(({ days }) => days.map(({ date }) => date)));

/** Days that were promised and whose objects a killed run may not have written. */
export function owedDays(ledger: Ledger): readonly PlannedDays[] {
  const written = new Set(entriesOf(ledger, 'archive.written').map(({ planned }) => planned));
  return entriesOf(ledger, 'archive.planned').filter(({ number }) => !written.has(number));
}

/** `days`, in order, parted into months: what is archived at one stroke, so that memory stays bounded. */
export function byMonth(days: readonly BillingDate[]): readonly (readonly BillingDate[])[] {
  const months = new Map<BillingPeriod, BillingDate[]>();
  for (const day of [...days].sort()) {
    const month = periodOf(day);
    months.set(month, [...(months.get(month) ?? []), day]);
  }
  return [...months.values()];
}

/** The CSVs of `days` from the lake version that the engine has pinned. A day without rows is its header alone. */
export async function csvOf(engine: Asker, days: readonly BillingDate[]): Promise<readonly DayCsv[]> {
  if (days.length === 0) return [];
  const rows = await engine.rows(breakdownCsv({ period: around(days) }));
  const found = new Map(rows.map(([date, text, count, total]) => [date, { text, count, total }]));
  return days.map((date) => {
    const day = found.get(date);
    const bytes = new TextEncoder().encode(`${CSV_HEADER}${String(day?.text ?? '')}`);
    const total = day === undefined ? '0.000000000000000' : String(day.total);
    return { date, bytes, rows: Number(day?.count ?? 0), total, csv: sha256Of(bytes) };
  });
}

/** Where Parquet is written before it is adopted: `folder` is outside the lake and empty. */
export interface Workshop {
  readonly engine: Engine;
  readonly store: ObjectStore;
  readonly folder: string;
}

/**
 * Writes the objects of `days`: CSV, and Parquet (Snappy) with A1's columns. What is there already stays, or with `again`
 * becomes an earlier version. Reads the lake version that the engine has pinned. Gives the sha256 of each day's Parquet
 * as it is stored.
 */
export async function writeDays(
  { engine, store, folder }: Workshop,
  days: readonly DayCsv[],
  again?: WrittenAgain,
): Promise<readonly { readonly date: BillingDate; readonly sha256: string }[]> {
  await engine.keep('days_to_archive', breakdownRows(within(around(days.map(({ date }) => date)))));
  const written: { date: BillingDate; sha256: string }[] = [];
  for (const { date, bytes } of days) {
    const draft = join(folder, `${date}.parquet`);
    await engine.write(dayRows(date), draft, { compression: 'snappy' });
    if (again === undefined) {
      await putCsv(store, date, bytes);
      await store.adopt(ouBreakdownKey(date), draft);
    } else {
      if (again.what === 'csv and parquet') await replaceWith(store, ouBreakdownCsvKey(date), bytes);
      await replaceWith(store, ouBreakdownKey(date), await readFile(draft));
    }
    written.push({ date, sha256: (await store.seal(ouBreakdownKey(date))).sha256 });
  }
  await engine.drop('days_to_archive');
  return written;
}

/** Told by hashes: what is there may lie in an archive tier. */
async function holds(store: ObjectStore, key: string, bytes: Uint8Array): Promise<boolean> {
  const [there] = await store.hash(key);
  return there?.sha256 === sha256Of(bytes);
}

/** Makes `bytes` the newest version of `key`, unless they are. */
async function replaceWith(store: ObjectStore, key: string, bytes: Uint8Array): Promise<void> {
  for (;;) {
    const head = await store.head(key);
    if (head === undefined) {
      if (await store.putIfAbsent(key, bytes)) return;
    } else {
      if (await holds(store, key, bytes)) return;
      if (await store.putIfMatch(key, bytes, head.etag)) return;
    }
  }
}

/** @throws UserError `LAKE_DAMAGED` where another CSV than the ledger promised stands under the day's key */
async function putCsv(store: ObjectStore, date: BillingDate, bytes: Uint8Array): Promise<void> {
  const key = ouBreakdownCsvKey(date);
  if (await store.putIfAbsent(key, bytes)) return;
  if (await holds(store, key, bytes)) return;
  throw new UserError('LAKE_DAMAGED', {
    what: `The archived CSV of ${date} is not the one that the ledger names`,
    place: { file: key },
    remedy: 'Move the foreign file away and run again: the day is written anew from the lake.',
  });
}

const dayRows = (date: BillingDate) => sql`
  SELECT BillingDate, OU, Service, LinkedAccount, DailyCost
  FROM ${name('days_to_archive')}
  WHERE BillingDate = CAST(${date} AS DATE)
  ORDER BY OU, DailyCost DESC, Service, LinkedAccount`;

/** The shortest period that holds all of `days`. */
function around(days: readonly BillingDate[]): Period {
  const [first, ...more] = [...days].sort();
  const from = known(first, 'a day to archive');
  return { from, until: addDays(more.at(-1) ?? from, 1) };
}
