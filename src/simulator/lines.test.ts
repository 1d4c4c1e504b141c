import { createHash } from 'node:crypto';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import fixture from '../../test/fixtures/focus-columns.json' with { type: 'json' };
import { openDuckDb } from '../adapters/duckdb/duckdb-engine.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { billingPeriod } from '../core/calendar/billing-period.ts';
import type { Engine } from '../ports/engine.ts';
import { amountOfDouble } from '../sources/reading/values.ts';
import { identifier, joined, name, type Sql, sql } from '../sql/sql.ts';
import { CUR2_COLUMNS } from './cur2-columns.ts';
import { FOCUS_COLUMNS } from './focus-columns.ts';
import { cur2Sql, type LinesOf, linesSql } from './lines-sql.ts';
import { type Plan, simulate } from './plan.ts';
import { loadPlan } from './relations.ts';
import { dayNumber } from './series.ts';

/** Two whole months and a bit of the first accounts: every kind of line is there but the all-upfront plan. */
const SMALL = {
  seed: 7,
  from: billingDate('2026-09-01'),
  until: billingDate('2026-11-05'),
  accounts: 24,
  linesPerDay: 420,
};
const OCTOBER = billingPeriod('2026-10');
const whole = (period = OCTOBER): Omit<LinesOf, 'as'> => ({
  period,
  cutDay: dayNumber(SMALL.until),
  cutHour: 17,
  invoiced: true,
});

let engine: Engine;
let folder: string;
let plan: Plan;
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spendlight-simulator-'));
  plan = simulate(SMALL);
  engine = await openDuckDb({ threads: 2 });
  await loadPlan(engine, plan);
  await engine.keep('focus', linesSql({ ...whole(), as: 'parquet' }));
  await engine.keep('cur', cur2Sql({ ...whole(), as: 'parquet' }));
});
afterAll(async () => {
  await engine.close();
  await rm(folder, { recursive: true, force: true });
});

const hashOf = async (path: string): Promise<string> =>
  createHash('sha256')
    .update(await readFile(path))
    .digest('hex');

async function csvHash(from: Engine, select: Sql, file: string): Promise<string> {
  await from.writeCsv(select, join(folder, file));
  return hashOf(join(folder, file));
}

const one = async (question: Sql): Promise<unknown> => (await engine.rows(question))[0]?.[0];
const exact = (column: string): Sql => sql`sum(CAST(round(${name(column)}, 10) AS decimal(38,10)))`;

describe('determinism', () => {
  it('writes the same bytes with another engine of one thread, whatever the order of loading', async () => {
    const other = await openDuckDb({ threads: 1 });
    try {
      await loadPlan(other, simulate(SMALL));
      for (const make of [linesSql, cur2Sql]) {
        const select = make({ ...whole(), as: 'csv' });
        expect(await csvHash(other, select, 'b.csv')).toBe(await csvHash(engine, select, 'a.csv'));
      }
    } finally {
      await other.close();
    }
  });

  // A change of these hashes is a change of every demo: make it on purpose, and say so in the changelog.
  it('writes the bytes that were agreed', async () => {
    expect(await csvHash(engine, linesSql({ ...whole(), as: 'csv' }), 'focus.csv')).toBe(AGREED.focus);
    expect(await csvHash(engine, cur2Sql({ ...whole(), as: 'csv' }), 'cur.csv')).toBe(AGREED.cur2);
  });
});

const AGREED = {
  focus: 'b9049a6cc7b5fd50127d9ea57fa97c733feb394096fe45d4e943d63fb545ae05',
  cur2: '911878bb21f376b6176f32b7ead5a07122c2522d3ef0ad0d78a7a5f589625ae0',
} as const;

describe('FOCUS 1.2', () => {
  it('has the 57 columns of the specification and the three of AWS, no more', () => {
    expect(FOCUS_COLUMNS.map((column) => column.name)).toEqual([
      ...fixture.columns.map(({ id }) => id).sort(),
      ...fixture.awsColumns,
    ]);
  });

  it.each(fixture.columns.filter(({ nullable }) => !nullable).map(({ id }) => id))(
    '%s is never null',
    async (id) => {
      expect(await one(sql`SELECT count(*) FROM focus WHERE ${name(id)} IS NULL`)).toBe(0);
    },
  );

  it.each(
    fixture.columns.flatMap(({ id, allowedValues }) =>
      Array.isArray(allowedValues) ? [[id, allowedValues] as const] : [],
    ),
  )('%s has allowed values alone', async (id, allowed) => {
    const rows = await engine.rows(
      sql`SELECT DISTINCT ${name(id)} FROM focus WHERE ${name(id)} IS NOT NULL ORDER BY 1`,
    );
    expect(allowed).toEqual(expect.arrayContaining(rows.map(([value]) => value)));
  });

  it.each([
    [
      'list price × quantity is the list cost',
      sql`abs(ListUnitPrice * PricingQuantity - ListCost) > 0.00000001`,
    ],
    [
      'contracted price × quantity is the contracted cost',
      sql`abs(ContractedUnitPrice * PricingQuantity - ContractedCost) > 0.00000001`,
    ],
    [
      'usage that a commitment covers is billed 0',
      sql`CommitmentDiscountStatus IS NOT NULL AND BilledCost <> 0`,
    ],
    [
      'a purchase of commitment has no effective cost',
      sql`ChargeCategory = 'Purchase' AND CommitmentDiscountId IS NOT NULL AND EffectiveCost <> 0`,
    ],
    [
      'a status stands on usage of commitments alone',
      sql`(CommitmentDiscountStatus IS NOT NULL) <> (ChargeCategory = 'Usage' AND CommitmentDiscountId IS NOT NULL)`,
    ],
    ['a purchase is never usage-based', sql`ChargeCategory = 'Purchase' AND ChargeFrequency = 'Usage-Based'`],
    [
      'a credit costs the same by all metrics, below zero',
      sql`ChargeCategory = 'Credit' AND (BilledCost >= 0 OR EffectiveCost <> BilledCost OR ListCost <> BilledCost)`,
    ],
    [
      'taxes have no price',
      sql`ChargeCategory = 'Tax' AND (SkuId IS NOT NULL OR PricingQuantity IS NOT NULL OR PricingCategory IS NOT NULL)`,
    ],
    [
      'charges lie in their billing period',
      sql`ChargePeriodStart < BillingPeriodStart OR ChargePeriodStart >= BillingPeriodEnd`,
    ],
    ['charges end after they start', sql`ChargePeriodEnd <= ChargePeriodStart`],
    ['a name of a resource needs a resource', sql`ResourceName IS NOT NULL AND ResourceId IS NULL`],
    [
      'a unit comes with its quantity',
      sql`(ConsumedQuantity IS NULL) <> (ConsumedUnit IS NULL) OR (PricingQuantity IS NULL) <> (PricingUnit IS NULL)`,
    ],
  ])('%s', async (_, broken) => expect(await one(sql`SELECT count(*) FROM focus WHERE ${broken}`)).toBe(0));

  it('has one category and one subcategory a service, of those that belong together', async () => {
    const rows = await engine.rows(
      sql`SELECT DISTINCT ServiceName, ServiceCategory, ServiceSubcategory FROM focus ORDER BY 1, 2, 3`,
    );
    const allowed: Readonly<Record<string, readonly string[]>> = fixture.serviceSubcategories;
    expect(rows.filter(([, category, sub]) => !allowed[String(category)]?.includes(String(sub)))).toEqual([]);
    expect(new Set(rows.map(([service]) => service)).size).toBe(rows.length);
  });

  it('has every kind of line: corrections, credits, monthly fees, spot, free, tiny, odd names', async () => {
    const kinds = await engine.rows(sql`
      SELECT count_if(ChargeClass = 'Correction' AND BilledCost < 0) > 0, count_if(ChargeCategory = 'Credit') > 0,
        count_if(ChargePeriodEnd > ChargePeriodStart + interval '1' day) > 20, count_if(PricingCategory = 'Dynamic') > 0,
        count_if(BilledCost = 0 AND ListCost = 0 AND ChargeCategory = 'Usage' AND CommitmentDiscountId IS NULL) > 0,
        count_if(BilledCost = 0.0000012e0) > 0, count_if(ServiceName LIKE '=cmd()%') > 0, count_if(ServiceName LIKE '%漢字%') > 0,
        count_if(element_at(Tags, 'CostCenter') IS NULL AND ResourceId IS NOT NULL) > 0, count_if(SubAccountName IS NULL) > 0
      FROM focus`);
    expect(kinds[0]?.filter((there) => there !== true)).toEqual([]);
  });
});

describe('exactness', () => {
  it('says in Parquet what CSV says, to the last digit', async () => {
    const path = join(folder, 'exact.csv');
    await engine.writeCsv(linesSql({ ...whole(), as: 'csv' }), path);
    const header = (await readFile(path, 'utf8')).split('\n', 1)[0]?.split(',') ?? [];
    await engine.scan('text', { format: 'csv', files: [path], columns: header });
    for (const metric of ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost']) {
      const digits = sql`CAST(${name(metric)} AS decimal(38,15))`;
      expect(await one(sql`SELECT sum(${digits}) FROM text`)).toBe(
        await one(sql`SELECT sum(${fifteenDigits(metric)}) FROM focus`),
      );
    }
    // 15 decimals do occur, so that nothing downstream may round to fewer.
    expect(await one(sql`SELECT max(length(split_part(BilledCost, '.', 2))) FROM text`)).toBe(15);
  });

  it('reconciles commitments: what is bought is used or unused, per commitment and month', async () => {
    const rows = await engine.rows(sql`
      SELECT CommitmentDiscountId, sum(CASE WHEN ChargeCategory = 'Purchase' THEN ${fifteenDigits('BilledCost')} ELSE 0 END)
        - sum(CASE WHEN ChargeCategory = 'Usage' THEN ${fifteenDigits('EffectiveCost')} ELSE 0 END)
      FROM focus
      WHERE CommitmentDiscountId IS NOT NULL
      GROUP BY CommitmentDiscountId
      ORDER BY 1`);
    expect(rows.map(([, left]) => left)).toEqual(rows.map(() => '0.000000000000000'));
    expect(rows).toHaveLength(3);
  });

  it('spreads meters over as many resources as asked for, without losing or making a unit', async () => {
    const sums: unknown[] = [];
    const other = await openDuckDb({ threads: 2 });
    try {
      for (const linesPerDay of [300, 4_000]) {
        await loadPlan(other, simulate({ ...SMALL, accounts: 4, linesPerDay }));
        await other.keep('spread', linesSql({ ...whole(), as: 'parquet', order: 'unordered' }));
        const [row] = await other.rows(
          sql`SELECT count(*) > 3000 * 31, sum(${fifteenDigits('BilledCost')}), sum(${fifteenDigits('EffectiveCost')}) FROM spread`,
        );
        sums.push(row);
      }
      const [few, many] = sums as [unknown[], unknown[]];
      expect([few[0], many[0]]).toEqual([false, true]);
      expect(many.slice(1)).toEqual(few.slice(1));
    } finally {
      await other.close();
    }
  });
});

/** What a double of an export means, as the lake reads it. */
const fifteenDigits = (column: string): Sql => amountOfDouble(name(column));

describe('what a delivery knows', () => {
  const at = (cutDay: number, cutHour: number): Sql =>
    linesSql({ ...whole(), cutDay, cutHour, invoiced: false, as: 'parquet' });
  const first = dayNumber(billingDate('2026-10-01'));

  it('ends at the hour of its cut, and has less of that day', async () => {
    await engine.keep('cut', at(first + 13, 17));
    const usage = sql`ChargeCategory = 'Usage' AND ChargePeriodEnd <= ChargePeriodStart + interval '1' day`;
    expect(await one(sql`SELECT max(ChargePeriodEnd) FROM cut WHERE ${usage}`)).toBe('2026-10-14 17:00:00');
    const day = sql`ChargePeriodStart >= timestamp '2026-10-14 00:00:00' AND ChargePeriodStart < timestamp '2026-10-15 00:00:00' AND ${usage}`;
    const [part, full] = await Promise.all(
      ['cut', 'focus'].map((relation) =>
        one(sql`SELECT sum(EffectiveCost) FROM ${name(relation)} WHERE ${day}`),
      ),
    );
    expect(Number(part) / Number(full)).toBeGreaterThan(0.6);
    expect(Number(part) / Number(full)).toBeLessThan(0.8);
  });

  it('lacks lines that come late and the invoice, and says other amounts than later deliveries', async () => {
    await engine.keep('early', at(first + 13, 17));
    await engine.keep('later', at(first + 16, 17));
    const day = sql`ChargePeriodStart >= timestamp '2026-10-13 00:00:00' AND ChargePeriodStart < timestamp '2026-10-14 00:00:00'`;
    const [early, later] = await Promise.all(
      ['early', 'later'].map((relation) => one(sql`SELECT count(*) FROM ${name(relation)} WHERE ${day}`)),
    );
    expect(Number(early)).toBeLessThan(Number(later));
    expect(await one(sql`SELECT count(InvoiceId) FROM early`)).toBe(0);
    expect(await one(sql`SELECT count(*) - count(InvoiceId) FROM focus`)).toBe(0);
    const key = joined(
      ['SubAccountId', 'SkuMeter', 'ResourceId', 'RegionId'].map((column) => identifier(column)),
    );
    const changed = await one(sql`
      SELECT count(*)
      FROM early e
      JOIN focus f USING (${key}, ChargePeriodStart, ChargePeriodEnd, ChargeCategory)
      WHERE f.BilledCost <> e.BilledCost`);
    expect(Number(changed)).toBeGreaterThan(0);
  });
});

describe('CUR 2.0', () => {
  it('bills the same money and amortises it the same', async () => {
    const unused = sql`CASE WHEN line_item_line_item_type = 'RIFee' THEN reservation_unused_recurring_fee
      WHEN line_item_line_item_type = 'SavingsPlanRecurringFee' THEN savings_plan_total_commitment_to_date - savings_plan_used_commitment END`;
    const effective = sql`CASE WHEN line_item_line_item_type = 'SavingsPlanCoveredUsage' THEN savings_plan_savings_plan_effective_cost
      WHEN line_item_line_item_type = 'DiscountedUsage' THEN reservation_effective_cost
      WHEN line_item_line_item_type IN ('SavingsPlanNegation', 'SavingsPlanRecurringFee', 'RIFee') THEN coalesce(${unused}, 0)
      ELSE line_item_unblended_cost END`;
    expect(await one(sql`SELECT ${exact('line_item_unblended_cost')} FROM cur`)).toBe(
      await one(sql`SELECT ${exact('BilledCost')} FROM focus`),
    );
    expect(await one(sql`SELECT sum(CAST(round(${effective}, 10) AS decimal(38,10))) FROM cur`)).toBe(
      await one(sql`SELECT ${exact('EffectiveCost')} FROM focus`),
    );
  });

  it('cancels covered usage by negations, and has columns without repetition', async () => {
    expect(
      await one(sql`SELECT sum(CAST(round(line_item_unblended_cost, 10) AS decimal(38,10))) FROM cur
        WHERE line_item_line_item_type IN ('SavingsPlanCoveredUsage', 'SavingsPlanNegation')`),
    ).toBe('0.0000000000');
    const names = CUR2_COLUMNS.map((column) => column.name);
    expect(new Set(names).size).toBe(names.length);
  });
});
