import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { breakdownAsCsv } from '../../src/app/breakdown.ts';
import { billingDate } from '../../src/core/calendar/billing-date.ts';
import { known } from '../../src/core/errors/invariant.ts';
import { type BenchData, scratchOf } from '../data/prepare.ts';
import { bareDuckDb, listed, quoted } from '../harness/duckdb.ts';
import { type Case, inTurns, median, ratio } from '../harness/measure.ts';
import type { Figure } from '../harness/report.ts';
import { engineFor, lakeFolder, standingLake } from './lakes.ts';

const ALL = { from: billingDate('2024-09-01'), until: billingDate('2025-10-01') };

/** The breakdown CSV of all days, from opening the engine on: `lake`. */
export const breakdownCase: Case = async (stopwatch, [folder = '']) => {
  let bytes = 0;
  await stopwatch(async () => {
    const engine = await engineFor({ folder: join(folder, '..') });
    for await (const text of breakdownAsCsv({ engine, store: diskStore(folder) }, ALL)) bytes += text.length;
    await engine.close();
  });
  return { bytes };
};

/** The same rows by `COPY … TO` CSV, from the rollup's files: `scratch`, `out`, files. */
export const bareBreakdownCase: Case = async (stopwatch, [scratch = '', out = '', ...files]) => {
  await mkdir(scratch, { recursive: true });
  await stopwatch(() =>
    bareDuckDb({ memory: '2GB', scratch }, (connection) =>
      connection.run(`COPY (
        SELECT BillingDate, x_OU, x_ServiceCode, SubAccountId, sum(DailyCost) AS DailyCost FROM read_parquet(${listed(files)})
        GROUP BY ALL ORDER BY BillingDate, x_OU, DailyCost DESC, x_ServiceCode, SubAccountId) TO ${quoted(out)} (FORMAT csv, HEADER)`),
    ),
  );
  await rm(out);
  return {};
};

/** No bar is set for it; it is printed so that a change for the worse is seen. */
export async function breakdownFigures(data: BenchData, times: number): Promise<Figure[]> {
  const lake = await standingLake(data, 'year');
  const store = diskStore(lakeFolder(data, 'year'));
  const files = (await store.list('daily-costs/')).map(({ key }) => store.uri(key));
  const runs = await inTurns(times, [
    {
      label: 'bare breakdown',
      name: 'bare-breakdown',
      args: [scratchOf(data), join(data.folder, 'breakdown.csv'), ...files],
    },
    { label: 'breakdown', name: 'breakdown', args: [lake] },
  ]);
  const [base, ours] = ['bare breakdown', 'breakdown'].map((label) => known(runs.get(label), label));
  const bytes = Number(ours?.[0]?.facts.bytes);
  return [
    {
      figure: 'breakdown CSV of 13 months / the same by COPY',
      bar: Number.POSITIVE_INFINITY,
      stretch: Number.POSITIVE_INFINITY,
      measured: ratio(ours, base),
      unit: 'x',
      detail: `${median((ours ?? []).map((run) => run.seconds)).toFixed(2)} s, ${(bytes / 1e6).toFixed(1)} MB of text`,
    },
  ];
}
