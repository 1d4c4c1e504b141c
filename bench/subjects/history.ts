import { cp, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { stoppedClock } from '../../src/adapters/clock/clock.ts';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { importAccounts } from '../../src/app/import-files.ts';
import { ingest } from '../../src/app/ingest.ts';
import { billingDate } from '../../src/core/calendar/billing-date.ts';
import { type BillingPeriod, billingPeriod, lengthOf } from '../../src/core/calendar/billing-period.ts';
import { known } from '../../src/core/errors/invariant.ts';
import type { HistoryFile, Load } from '../../src/lake/catalog-types.ts';
import { createLake, openLake } from '../../src/lake/lake.ts';
import { sql } from '../../src/sql/sql.ts';
import { accountsFile, type BenchData, scratchOf, yearFiles } from '../data/prepare.ts';
import { type Case, inChild, inTurns, median, ratio } from '../harness/measure.ts';
import type { Figure } from '../harness/report.ts';
import { engineFor, ingestDoors, lakeFolder, standingLake } from './lakes.ts';

/** The last month's bill once more, a tenth of its lines at another cost: `bill`, `out`. */
export const restateCase: Case = async (stopwatch, [bill = '', out = '']) => {
  const engine = await engineFor({ folder: join(out, '..') }, '6GB');
  await engine.scan('bill', { format: 'parquet', files: [bill] });
  const question = sql`
    SELECT * EXCLUDE (LineId) REPLACE (CASE WHEN LineId % 10 = 0 THEN EffectiveCost * 1.01 ELSE EffectiveCost END AS EffectiveCost)
    FROM (SELECT *, row_number() OVER () AS LineId FROM bill)`;
  await stopwatch(() => engine.write(question, out, { compression: 'snappy' }));
  await engine.close();
  return {};
};

/** A delivery into a copy of a lake, or into an empty one: `lake` or nothing, `work`, `scratch`, `accounts`, `bill`. */
export const deliverCase: Case = async (
  stopwatch,
  [lake = '', work = '', scratch = '', accounts = '', bill = ''],
) => {
  await rm(work, { recursive: true, force: true });
  if (lake !== '') await cp(lake, work, { recursive: true });
  const engine = await engineFor({ folder: join(scratch, '..') });
  const standard = ingestDoors(engine, diskStore(work), join(scratch, 'staged'));
  const doors = { ...standard, settings: { ...standard.settings, reportingCurrency: 'USD' } };
  await importAccounts(doors, accounts);
  const { deliveries } = await stopwatch(() =>
    ingest(doors, {
      paths: [bill],
      source: 'bench',
      format: 'auto',
      allow: { shrink: false },
      maxRejects: 0,
    }),
  );
  await engine.close();
  const { history } = await openLake(diskStore(work)).then((opened) => opened.head());
  const restated = history.restatements.recent.at(-1)?.rows ?? 0;
  await rm(work, { recursive: true, force: true });
  return { outcome: deliveries[0]?.outcome ?? 'refused', restated };
};

/** A lake of so many versions, each a delivery of one of 13 months: `folder`, `versions`. */
export const versionsCase: Case = async (stopwatch, [folder = '', versions = '']) => {
  const lake = await createLake(diskStore(folder), {
    normaliser: 1,
    simulated: false,
    costMetric: 'EffectiveCost',
    reportingCurrency: 'USD',
    ouLevel: 1,
    createdAt: '2024-09-01T00:00:00.000Z',
  });
  await stopwatch(async () => {
    let state = await lake.head();
    while (state.version < Number(versions)) {
      const load = loadOf(state.version + 1);
      const removed = state.loads
        .filter(({ billingPeriod: month }) => month === load.billingPeriod)
        .map(({ id }) => id);
      const history = { restatements: [told('restatements', load)], arrivals: [told('arrivals', load)] };
      const change = { kind: 'loads' as const, added: [load], removed, exclusions: [], history };
      state = known(
        await lake.commit(state, change, stoppedClock(Date.UTC(2026, 0) + state.version * 1000)),
        'a commit',
      );
    }
  });
  return {};
};

/** Opening so often in one process: one alone is shorter than what a process costs. */
const REPEATS = 20;

/** Opens a lake anew and reads its head: `folder`. */
export const openCase: Case = async (stopwatch, [folder = '']) => {
  let version = 0;
  await stopwatch(async () => {
    for (let i = 0; i < REPEATS; i++) version = (await (await openLake(diskStore(folder))).head()).version;
  });
  return { version };
};

/** A restated month in a lake of 13 against the same in an empty one; opening an old lake against opening a young one. */
export async function historyFigures(data: BenchData, times: number): Promise<Figure[]> {
  const year = await standingLake(data, 'year');
  const bill = known(yearFiles(data).at(-1), 'a bill');
  const again = join(data.folder, 'restated.parquet');
  if ((await stat(again).catch(() => undefined)) === undefined)
    await inChild({ label: 'restated bill', name: 'restate', args: [bill, again] });
  const [young, old] = [await lakeOf(data, 10), await lakeOf(data, 10_000)];
  const place = [
    join(lakeFolder(data, 'year'), '..', 'lake-again'),
    scratchOf(data),
    accountsFile(data),
    again,
  ];
  const runs = await inTurns(times, [
    { label: 'into an empty lake', name: 'deliver', args: ['', ...place] },
    { label: 'into 13 months', name: 'deliver', args: [year, ...place] },
    { label: 'open 10 versions', name: 'open', args: [young] },
    { label: 'open 10,000 versions', name: 'open', args: [old] },
  ]);
  const of = (label: string) => known(runs.get(label), label);
  const [empty, full] = [of('into an empty lake'), of('into 13 months')];
  const [few, many] = [of('open 10 versions'), of('open 10,000 versions')];
  const seconds = (all: typeof empty): number => median(all.map((run) => run.seconds));
  const ms = (all: typeof empty): string => ((seconds(all) * 1000) / REPEATS).toFixed(1);
  return [
    {
      figure: 'a new delivery of a month, lake of 13 / empty lake',
      bar: 1.15,
      stretch: 1.05,
      measured: ratio(full, empty),
      unit: 'x',
      detail: `${seconds(full).toFixed(2)} against ${seconds(empty).toFixed(2)} s, CPU ${ratio(full, empty, (run) => run.cpuSeconds).toFixed(2)}x, ${full[0]?.facts.restated} restatements`,
    },
    {
      figure: 'opening a lake of 10,000 versions / of 10',
      bar: 2,
      stretch: 1.2,
      measured: ratio(many, few),
      unit: 'x',
      detail: `${ms(many)} against ${ms(few)} ms`,
    },
  ];
}

/** A lake of so many versions, made once. */
async function lakeOf({ folder }: BenchData, versions: number): Promise<string> {
  const lake = join(folder, `lake-of-${versions}-versions`);
  await inChild({ label: `${versions} versions`, name: 'versions', args: [lake, String(versions)] });
  return lake;
}

const MONTHS: readonly BillingPeriod[] = Array.from({ length: 13 }, (_, i) =>
  billingPeriod(`${2024 + Math.floor((8 + i) / 12)}-${String(((8 + i) % 12) + 1).padStart(2, '0')}`),
);

/** A load of 60 accounts as it lies in the catalog, without its files. */
function loadOf(version: number): Load {
  const month = known(MONTHS[version % MONTHS.length], 'a month');
  const id = `load-${version}`;
  const file = (kind: string) => ({ key: `${kind}/${id}`, rows: 1, bytes: 1, sha256: 'f'.repeat(64) });
  return {
    id,
    source: 'bench',
    billingPeriod: month,
    scope: 'month',
    delivery: {
      id: `delivery-${version}`,
      deliveredAt: '2026-01-01T00:00:00.000Z',
      ageFrom: 'arrival',
      content: id.padStart(64, '0'),
      receivedAt: '2026-01-01T00:00:00.000Z',
      raw: [file('raw')],
    },
    format: 'focus-1.2',
    rank: 11,
    simulated: false,
    firstDate: billingDate(`${month}-01`),
    lastDate: billingDate(`${month}-${lengthOf(month)}`),
    watermark: undefined,
    lines: [file('cost-lines')],
    rollup: { identity: id, files: [file('daily-costs')] },
    totals: [],
    accounts: Array.from({ length: 60 }, (_, i) => ({
      billingAccountId: '999999999999',
      subAccountId: String(i).padStart(12, '0'),
      lines: 1,
      amounts: { USD: ['1.00', '1.00', '1.00', '1.00'] },
    })),
  };
}

const told = (log: string, { id, firstDate, lastDate }: Load): HistoryFile => ({
  key: `${log}/${id}.parquet`,
  rows: 1,
  bytes: 1,
  sha256: 'f'.repeat(64),
  firstDate: known(firstDate, 'a day'),
  lastDate: known(lastDate, 'a day'),
});
