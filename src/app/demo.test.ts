import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { openDuckDb } from '../adapters/duckdb/duckdb-engine.ts';
import { known } from '../core/errors/invariant.ts';
import { currency, exactText, money, sum } from '../core/money/money.ts';
import { simulatedKey } from '../lake/keys.ts';
import { openLake } from '../lake/lake.ts';
import type { Engine } from '../ports/engine.ts';
import { type DemoDoors, type DemoRequest, demoState, makeDemo } from './demo.ts';

const SMALL: DemoRequest = { days: 40, seed: 3, accounts: 6, linesPerDay: 60, table: 'focus' };
const NOW = Date.parse('2026-11-19T07:04:00Z');

let folder: string;
let engine: Engine;
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spendlight-demo-'));
  engine = await openDuckDb({ threads: 2 });
});
afterEach(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

/** `lake` and its folder of exports; a demo made at `now`. */
function doors(lake: string, now = NOW): DemoDoors {
  let ids = 0;
  return {
    engine,
    store: diskStore(join(folder, lake)),
    exports: diskStore(join(folder, `${lake}-exports`)),
    scratch: join(folder, `${lake}-scratch`),
    clock: stoppedClock(now),
    random: { id: () => `id-${lake}-${now}-${ids++}` },
    progress: { step: () => undefined, end: () => undefined },
    log: { info: () => undefined, warn: () => undefined, error: () => undefined },
    settings: {
      costMetric: 'BilledCost',
      reportingCurrency: undefined,
      requiredTagKeys: ['Owner'],
    },
  };
}

it('brings an organisation in like a real bill: marked, mapped, budgeted, restated, with its truth beside it', async () => {
  const demo = doors('lake');
  expect(await demoState(demo.store)).toBe('nothing');
  const report = await makeDemo(demo, SMALL);
  expect(report).toMatchObject({
    from: '2026-10-01',
    newestComplete: '2026-11-17',
    accounts: 6,
    deliveries: 6,
  });
  expect(await demoState(demo.store)).toBe('made');

  const lake = await openLake(demo.store);
  const head = await lake.head();
  expect(lake.identity.simulated).toBe(true);
  expect(head.inputs).toMatchObject({ accounts: 1, budgets: 1 });
  expect(head.loads.map(({ billingPeriod, watermark }) => [billingPeriod, watermark])).toEqual([
    ['2026-10', '2026-11-01 00:00:00'],
    ['2026-11', '2026-11-18 17:00:00'],
  ]);
  const labels = new TextDecoder().decode(known(await demo.store.get(simulatedKey('labels.csv')), 'labels'));
  expect(labels.split('\n')[1]).toContain('prod-media,AmazonS3');
  expect(await readdir(join(folder, 'lake-exports/org-focus'))).toEqual(['data', 'metadata']);
});

it('takes CUR 2.0 in as many deliveries a day as asked for, with the same totals', async () => {
  const total = async (lake: string): Promise<unknown> => {
    const { loads } = await (await openLake(doors(lake).store)).head();
    const usd = currency('USD');
    return loads.map(({ billingPeriod, totals }) => [
      billingPeriod,
      exactText(
        sum(
          totals
            .filter(({ metric }) => metric === 'EffectiveCost')
            .map(({ amount }) => money(amount.loaded, usd)),
          usd,
        ),
      ),
    ]);
  };
  const early = Date.parse('2026-11-03T06:00:00Z');
  await makeDemo(doors('focus', early), { ...SMALL, days: 5, deliveriesPerDay: 3 });
  const report = await makeDemo(doors('cur', early), {
    ...SMALL,
    days: 5,
    table: 'cur2',
    deliveriesPerDay: 3,
  });
  expect(report.deliveries).toBe(6 + 2);
  expect(await total('cur')).toEqual(await total('focus'));
});

it('goes on as it began where a demo was killed, and is not made twice', async () => {
  await makeDemo(doors('whole'), SMALL);
  const killed = doors('killed');
  await expect(
    makeDemo({ ...killed, log: { ...killed.log, info: fails('load.committed') } }, SMALL),
  ).rejects.toThrow('killed');
  expect(await demoState(killed.store)).toBe('begun');
  // Two days later, and asked for something else: what was begun counts.
  await makeDemo(doors('killed', NOW + 2 * 86_400_000), { ...SMALL, seed: 4 });
  const sums = async (lake: string): Promise<unknown> =>
    (await (await openLake(doors(lake).store)).head()).loads.map(({ totals }) => totals);
  expect(await sums('killed')).toEqual(await sums('whole'));
  await expect(makeDemo(doors('whole'), SMALL)).rejects.toMatchObject({ code: 'USAGE' });
});

/** A log that ends the run at the second such event. */
function fails(event: string): (name: string) => void {
  let seen = 0;
  return (name) => {
    if (name === event && ++seen === 2) throw new Error('killed');
  };
}
