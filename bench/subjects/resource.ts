import { known } from '../../src/core/errors/invariant.ts';
import { sql } from '../../src/sql/sql.ts';
import type { BenchData } from '../data/prepare.ts';
import { type Case, inTurns, median, ratio } from '../harness/measure.ts';
import type { Figure } from '../harness/report.ts';
import { standingLake } from './lakes.ts';
import { opened } from './rollup.ts';

/** The same question so often in one process: one alone is shorter than what starting threads costs. */
const REPEATS = 5;

/** One resource on one day, from the lines. */
export const resourceCase: Case = async (stopwatch, [folder = '']) => {
  const { engine } = await opened(folder);
  const [found] = await engine.rows(sql`
    SELECT max(ResourceId), max(CAST(ChargePeriodStart AS date)) FROM pinned_lines WHERE ResourceId LIKE '%function%'`);
  const [resource, day] = [String(found?.[0]), String(found?.[1])];
  const question = sql`
    SELECT ServiceName, SkuMeter, sum(EffectiveCost), count(*)
    FROM cost_lines
    WHERE ResourceId = ${resource}
      AND ChargePeriodStart >= CAST(${day} AS timestamp) AND ChargePeriodStart < CAST(${day} AS timestamp) + interval '1' day
    GROUP BY ServiceName, SkuMeter
    ORDER BY ServiceName, SkuMeter`;
  let rows = 0;
  await stopwatch(async () => {
    for (let i = 0; i < REPEATS; i++) rows = (await engine.rows(question)).length;
  });
  await engine.close();
  return { rows };
};

/** The sum of one cost column over all lines. */
export const costScanCase: Case = async (stopwatch, [folder = '']) => {
  const { engine } = await opened(folder);
  await stopwatch(async () => {
    for (let i = 0; i < REPEATS; i++) await engine.rows(sql`SELECT sum(EffectiveCost) FROM pinned_lines`);
  });
  await engine.close();
  return {};
};

/** One resource on one day out of a month of all lines, against the sum of a cost column. */
export async function resourceFigures(data: BenchData, times: number): Promise<Figure[]> {
  const lake = await standingLake(data, 'month');
  const runs = await inTurns(times, [
    { label: 'full scan of a cost column', name: 'cost-scan', args: [lake] },
    { label: 'one resource, one day', name: 'resource', args: [lake] },
  ]);
  const scan = known(runs.get('full scan of a cost column'), 'scan');
  const one = known(runs.get('one resource, one day'), 'resource');
  const ms = (of: typeof scan): string =>
    ((median(of.map((run) => run.seconds)) * 1000) / REPEATS).toFixed(0);
  return [
    {
      figure: 'one resource, one day / scan of a cost column',
      bar: 1 / 8,
      stretch: 1 / 20,
      measured: ratio(one, scan),
      unit: 'x',
      detail: `${ms(one)} against ${ms(scan)} ms, CPU ${ratio(one, scan, (run) => run.cpuSeconds).toFixed(2)}x`,
    },
  ];
}
