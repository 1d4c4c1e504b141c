import { expect, it } from 'vitest';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { billingDate, days } from '../../src/core/calendar/billing-date.ts';
import { billingPeriod } from '../../src/core/calendar/billing-period.ts';
import { openLake } from '../../src/lake/lake.ts';
import { type PinOptions, pinLake } from '../../src/lake/pin.ts';
import { type Sql, sql } from '../../src/sql/sql.ts';
import { focusFile, times } from './bills.ts';
import { type Workplace, workplace } from './workplace.ts';

/** Asks several questions of one pinned version. */
async function pinned(place: Workplace, version: number | undefined, options: PinOptions = {}) {
  const engine = await openDuckDb();
  const lake = await openLake(place.store);
  await pinLake(engine, lake, version === undefined ? await lake.head() : await lake.at(version), options);
  return {
    one: async (question: Sql) => (await engine.rows(question))[0]?.[0],
    plan: async (question: Sql) => String((await engine.rows(sql`EXPLAIN ${question}`))[0]?.[1]),
    close: () => engine.close(),
  };
}

const LINES = sql`SELECT count(*) FROM cost_lines`;
const COSTS = sql`SELECT CAST(coalesce(sum(lines), 0) AS bigint) FROM daily_costs`;

it('stays at its version, whatever is loaded meanwhile', async () => {
  const place = await workplace();
  await place.ingest(await focusFile(times(3)));
  const before = await pinned(place, undefined);
  await place.ingest(await focusFile(times(5)));
  expect([await before.one(LINES), await before.one(COSTS)]).toEqual([3, 3]);
  const asOf = await pinned(place, 1);
  expect([await asOf.one(LINES), await asOf.one(COSTS)]).toEqual([3, 3]);
  const now = await pinned(place, undefined);
  expect([await now.one(LINES), await now.one(COSTS)]).toEqual([5, 5]);
  await Promise.all([before.close(), asOf.close(), now.close()]);
});

it('reads an empty lake as empty relations', async () => {
  const place = await workplace();
  await place.ingest(await focusFile(times(3)));
  const empty = await pinned(place, 0);
  for (const relation of [
    sql`cost_lines`,
    sql`daily_costs`,
    sql`ou_breakdown`,
    sql`verdicts`,
    sql`accounts`,
    sql`budgets`,
    sql`fx_rates`,
  ])
    expect(await empty.one(sql`SELECT count(*) FROM ${relation}`)).toBe(0);
  await empty.close();
});

it('leaves files out that hold none of the days', async () => {
  const place = await workplace();
  await place.ingest(await focusFile(times(3, { day: '2026-10-05' }), 'b-2026-10.parquet'));
  await place.ingest(await focusFile(times(4, { day: '2026-11-05' }), 'b-2026-11.parquet'));
  const only = async (from: string, to: string) => {
    const view = await pinned(place, undefined, { days: days(billingDate(from), billingDate(to)) });
    const counts = [await view.one(LINES), await view.one(COSTS)];
    await view.close();
    return counts;
  };
  expect(await only('2026-11-01', '2026-11-30')).toEqual([4, 4]);
  expect(await only('2026-10-05', '2026-11-05')).toEqual([7, 7]);
  expect(await only('2026-10-06', '2026-11-04')).toEqual([0, 0]);
});

it('leaves the excluded accounts of a file out, and joins nothing by a loop', async () => {
  const place = await workplace();
  const shared = [...times(2, { account: '1' }), ...times(3, { account: '2' })];
  await place.ingestAs({ source: 'first' }, await focusFile(shared));
  const lake = await openLake(place.store);
  const state = await lake.head();
  const exclusions = [
    {
      source: 'first',
      billingPeriod: billingPeriod('2026-11'),
      billingAccountId: '999999999999',
      subAccountId: '1',
      insteadOf: 'better',
      reason: 'rank',
      totals: [],
    },
  ];
  await lake.commit(state, { kind: 'loads', added: [], removed: [], exclusions }, place.clock);
  const view = await pinned(place, undefined);
  expect([await view.one(LINES), await view.one(COSTS)]).toEqual([3, 3]);
  expect(await view.one(sql`SELECT DISTINCT SubAccountId FROM cost_lines`)).toBe('2');
  for (const question of [
    sql`SELECT x_OU, x_Team, x_Service, x_CostClass, sum(BilledCost) FROM cost_lines GROUP BY 1, 2, 3, 4`,
    sql`SELECT x_OU, sum(DailyCost) FROM daily_costs GROUP BY x_OU`,
  ]) {
    const plan = await view.plan(question);
    expect(plan).toContain('HASH_JOIN');
    expect(plan).not.toMatch(/NESTED_LOOP|CROSS_PRODUCT|PIECEWISE|IE_JOIN|BLOCKWISE/);
  }
  await view.close();
});
