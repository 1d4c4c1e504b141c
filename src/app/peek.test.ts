import { afterAll, beforeAll, expect, it } from 'vitest';
import { bill, fileWith, focusCsv, freshFolder } from '../../test/support/deliveries.ts';
import { openDuckDb } from '../adapters/duckdb/duckdb-engine.ts';
import { exactText } from '../core/money/money.ts';
import type { Engine } from '../ports/engine.ts';
import { peek } from './peek.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb();
});
afterAll(() => engine.close());

const look = async (...paths: readonly string[]) =>
  (await peek(engine, { paths, format: 'auto', scratch: await freshFolder() })).bills;

it.each([
  ['focus12-aws-generated.csv.gz', '73278.84304927132'],
  ['cur-legacy-aws-real.csv.gz', '1.6823086974'],
  ['cur2-aws-real-reshaped.snappy.parquet', '1.6823086974'],
  ['azure-ea-actual-real.csv', '1.26136926505726'],
])('%s: every table adds up to %s', async (file, total) => {
  const [facts] = await look(bill(file));
  const [totals] = facts?.totals ?? [];
  if (totals === undefined) throw new Error('one currency');
  expect(exactText(totals.total)).toBe(total);
  for (const parts of [totals.categories, totals.services, totals.accounts, totals.days]) {
    expect(parts.reduce((sum, { amount }) => sum + amount.units, 0n)).toBe(totals.total.units);
    expect(parts.reduce((sum, { lines }) => sum + lines, 0)).toBe(facts?.lines);
  }
});

/** A day's charge of `cost` in May 2026, from its first to its last second. */
const on = (day: number, cost: string, more: Readonly<Record<string, string>> = {}) => ({
  ChargePeriodStart: `2026-05-${String(day).padStart(2, '0')}T00:00:00Z`,
  ChargePeriodEnd: `2026-05-${String(day + 1).padStart(2, '0')}T00:00:00Z`,
  BilledCost: cost,
  ...more,
});

it('compares the last two full weeks, without charges that span days', async () => {
  // 4 May 2026 is a Monday; the week of the 18th is not over.
  const days = Array.from({ length: 16 }, (_, i) => on(4 + i, i < 7 ? '10' : '12.5'));
  const fee = {
    ...on(12, '500', { ChargeCategory: 'Usage', ServiceName: 'Support' }),
    ChargePeriodEnd: '2026-06-01T00:00:00Z',
  };
  const [facts] = await look(await fileWith('may.csv', focusCsv([...days, fee])));
  expect(facts?.changes.weeks).toEqual(['2026-05-04', '2026-05-11']);
  const rows = facts?.changes.weeks === undefined ? [] : facts.changes.rows;
  expect(rows.map(({ service, before, now }) => [service, exactText(before), exactText(now)])).toEqual([
    ['AWS Lambda', '70.00', '87.50'],
  ]);
});

it('compares no week with a day missing: it would fall by what is not there', async () => {
  const days = Array.from({ length: 21 }, (_, i) => 4 + i).filter((day) => day !== 13);
  const [facts] = await look(await fileWith('may.csv', focusCsv(days.map((day) => on(day, '10')))));
  expect(facts?.changes.weeks).toBeUndefined();
});

it('names what looks wrong', async () => {
  const text = focusCsv([
    on(1, '1', { x_Mood: 'fine' }),
    on(1, '1', { x_Mood: 'fine' }),
    on(2, '12,50'),
    on(5, '2', { BillingCurrency: 'EUR' }),
    { ...on(6, '1'), BillingPeriodStart: '2026-06-01T00:00:00Z', BillingPeriodEnd: '2026-07-01T00:00:00Z' },
  ]);
  const [facts] = await look(await fileWith('may.csv', text));
  expect(facts?.findings.map(({ kind, count }) => [kind, count])).toEqual([
    ['rejects', 1],
    ['repeated-lines', 1],
    ['mixed-currencies', 2],
    ['missing-days', 3],
    ['outside-period', 1],
    ['unknown-columns', 1],
  ]);
  expect(facts?.findings[3]?.what).toBe('No line is charged on 3 days: 2026-05-02 to 2026-05-04');
  expect(facts?.totals.map(({ currency, total }) => [currency, exactText(total)])).toEqual([
    ['EUR', '2.00'],
    ['USD', '3.00'],
  ]);
});
