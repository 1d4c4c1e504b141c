import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { stoppedClock } from '../../src/adapters/clock/clock.ts';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { ask } from '../../src/app/ask.ts';
import { breakdownAsRows } from '../../src/app/breakdown.ts';
import { billingDate, days } from '../../src/core/calendar/billing-date.ts';
import { known } from '../../src/core/errors/invariant.ts';
import { stateAsOf } from '../../src/lake/as-of.ts';
import { storeAsOf } from '../../src/lake/as-of-store.ts';
import { openLake } from '../../src/lake/lake.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { BenchData } from '../data/prepare.ts';
import { type Case, inChild, inTurns, median, ratio } from '../harness/measure.ts';
import type { Figure } from '../harness/report.ts';
import { engineFor, lakeFolder, standingLake } from './lakes.ts';

/** Commits after the one that is asked about, an hour apart. */
const LATER = 1_000;
const FIRST = Date.UTC(2027, 0);
const HOUR_MS = 3_600_000;
/** In the middle of them: as far from both ends as can be. */
const THEN = new Date(FIRST + (LATER / 2) * HOUR_MS).toISOString();

/** A copy of a lake with many more versions, none of which changes a figure: `lake`, `folder`. */
export const agedCase: Case = async (stopwatch, [of = '', folder = '']) => {
  await rm(folder, { recursive: true, force: true });
  await cp(of, folder, { recursive: true });
  const lake = await openLake(diskStore(folder));
  await stopwatch(async () => {
    for (let n = 0; n < LATER; n++) {
      const change = { kind: 'inputs', inputs: {}, rollups: [] } as const;
      await lake.commit(await lake.head(), change, stoppedClock(FIRST + n * HOUR_MS));
    }
  });
  return {};
};

/** Two questions, each from opening the lake to its answer, now or as of a moment: `folder`, `moment`. */
export const askedCase: Case = async (stopwatch, [folder = '', moment = '']) => {
  const engine = await engineFor({ folder: join(folder, '..') });
  const open = async (): Promise<ObjectStore> => {
    const store = diskStore(folder);
    if (moment === '') return store;
    return storeAsOf(store, await stateAsOf(await openLake(store), moment, FIRST + LATER * HOUR_MS));
  };
  const month = days(billingDate('2025-08-01'), billingDate('2025-08-31'));
  const rows = await stopwatch(async () => {
    const byOu = 'SELECT x_OU, sum(DailyCost) AS Cost FROM daily_costs GROUP BY x_OU ORDER BY x_OU';
    const sums = await ask(engine, await open(), byOu, { requiredTagKeys: [] });
    const breakdown = await breakdownAsRows({ engine, store: await open() }, month);
    return sums.rows.length + breakdown.rows.length;
  });
  await engine.close();
  return { rows };
};

/** The same questions about the same costs, 500 versions ago and now. */
export async function asofFigures(data: BenchData, times: number): Promise<Figure[]> {
  const year = await standingLake(data, 'year');
  const aged = join(lakeFolder(data, 'year'), '..', 'lake-aged');
  await inChild({ label: 'aged lake', name: 'aged', args: [year, aged] });
  const runs = await inTurns(times, [
    { label: 'now', name: 'asked', args: [aged] },
    { label: 'as of then', name: 'asked', args: [aged, THEN] },
  ]);
  const [now, then] = [known(runs.get('now'), 'now'), known(runs.get('as of then'), 'then')];
  const ms = (all: typeof now): string => (median(all.map((run) => run.seconds)) * 1000).toFixed(0);
  if (now[0]?.facts.rows !== then[0]?.facts.rows) throw new Error('the answers differ');
  return [
    {
      figure: 'as-of question / the same for now',
      bar: 1.2,
      stretch: 1.05,
      measured: ratio(then, now),
      unit: 'x',
      detail: `${ms(then)} against ${ms(now)} ms, of ${LATER} versions, CPU ${ratio(then, now, (run) => run.cpuSeconds).toFixed(2)}x`,
    },
  ];
}
