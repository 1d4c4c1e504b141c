import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { explain } from '../../src/app/explain.ts';
import { Served } from '../../src/app/serve/served.ts';
import { openLake } from '../../src/lake/lake.ts';
import { type CompleteLake, completeLake } from './complete-lake.ts';

let lake: CompleteLake;
let served: Served;

beforeAll(async () => {
  lake = await completeLake();
  const opened = await openLake(lake.store);
  served = await Served.open({
    engine: await openDuckDb({ memoryLimit: '1GB' }),
    lake: opened,
    state: await opened.head(),
    clock: { now: () => Date.parse('2026-11-06T07:00:00Z'), monotonic: () => 0 },
    requiredTagKeys: lake.settings.requiredTagKeys,
  });
});
afterAll(async () => {
  await served.retire();
  await lake.end();
});

describe('what stands behind a figure', () => {
  it('is the month to date, from the rows of the rollup and the lines to the delivery', async () => {
    // USD 1.75 + 2.25 + 3.25 + 4.25 + 5.25 + 0.5 = 17.25; EUR 16.75 at 1.1 = 18.425
    const mtd = await explain(served, { figure: 'mtd' });
    expect(mtd).toMatchObject({
      value: '35.675',
      costs: '35.675',
      currency: 'USD',
      metric: 'BilledCost',
      period: { from: '2026-11-01', to: '2026-11-05' },
      filters: [],
      leftOut: [],
      lakeVersion: served.version,
      rows: { rollupSum: '35.675', lines: 11, lineSum: null, ties: true },
    });
    expect(mtd.charges[0]).toEqual({ kind: 'usage', amount: '35.675', lines: 11 });
    const [delivery] = mtd.deliveries;
    expect(delivery?.totals).toEqual([
      { currency: 'EUR', chargeCategory: 'Usage', rows: 5, read: '16.75', loaded: '16.75' },
      { currency: 'USD', chargeCategory: 'Usage', rows: 6, read: '17.25', loaded: '17.25' },
    ]);
    expect(await lake.store.hash(String(delivery?.raw[0]?.key))).toEqual([
      { bytes: delivery?.raw[0]?.bytes, sha256: delivery?.raw[0]?.sha256 },
    ]);
  });

  it('is a part of a day, with its dearest lines', async () => {
    const day = await explain(served, { figure: 'day', to: '2026-11-01', account: '000000000017', lines: 5 });
    expect(day).toMatchObject({
      value: '2.25',
      filters: ['account = 000000000017'],
      rows: { lineSum: '2.25', ties: true },
    });
    expect(day.dearest.map(({ amount }) => amount)).toEqual(['1.75', '0.50']);
  });

  it('is what a mail said, and what changed since', async () => {
    // 4 Nov: 4.25 + 4.25 × 1.1, not restated by the second delivery
    expect(await explain(served, { figure: 'digest', runDate: '2026-11-05' })).toMatchObject({
      value: '8.925',
      parts: [{ amount: '8.925' }],
    });
    await expect(explain(served, { figure: 'digest', runDate: '2026-11-07' })).rejects.toMatchObject({
      code: 'NOT_FOUND',
    });
    await expect(explain(served, { figure: 'digest', ou: 'Commercial' })).rejects.toMatchObject({
      code: 'USAGE',
    });
  });

  it('is a budget with its scopes; a forecast says why there is none, and what it would be made of', async () => {
    expect(await explain(served, { figure: 'budget' })).toMatchObject({
      value: '500.00',
      parts: [{ what: 'budget of the total', amount: '500.00' }],
    });
    const forecast = await explain(served, { figure: 'forecast' });
    expect(forecast).toMatchObject({ value: null, why: '5 days of history; run-rate needs 14' });
    expect(forecast.parts[0]).toEqual({ what: 'month to date', amount: '35.675' });
  });
});
