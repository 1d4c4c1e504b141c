import { describe, expect, it } from 'vitest';
import { engines } from '../../../test/engine/engines.ts';
import { rows } from '../../../test/engine/rows.ts';
import { addDays, billingDate } from '../../core/calendar/billing-date.ts';
import { BUILT_IN_LOW_VALUE, type LowValueRules } from '../../core/rules/rules.ts';
import type { Cell } from '../../ports/engine.ts';
import { lowValueRecurring } from './c3.ts';

const LAST = billingDate('2026-11-17');
const COLUMNS = [
  'ChargePeriodStart',
  'BillingDate',
  'x_OU',
  'x_Service',
  'SubAccountId',
  'ChargeCategory',
  'ResourceId',
  'SkuMeter',
  'ChargeDescription',
  'EffectiveCost',
  'BillingCurrency',
];

/** `cost` on each of the newest `days` days. */
const thing = (
  resource: string | null,
  days: number,
  cost: string,
  given: Readonly<Record<string, Cell>> = {},
): Cell[][] =>
  Array.from({ length: days }, (_, i) => addDays(LAST, -i)).map((day) => {
    const usual: Record<string, Cell> = {
      ChargePeriodStart: `${day} 05:00:00`,
      BillingDate: day,
      x_OU: 'Platform',
      x_Service: 'AmazonEC2',
      SubAccountId: '1',
      ChargeCategory: 'Usage',
      ResourceId: resource,
      SkuMeter: 'Meter',
      EffectiveCost: cost,
      BillingCurrency: 'USD',
    };
    return COLUMNS.map((column) => given[column] ?? usual[column] ?? null);
  });

describe.each(engines)('C3 on $name', ({ open }) => {
  const listed = async (lines: Cell[][], rules: Partial<LowValueRules> = {}) => {
    const engine = await open({
      cost_lines: { columns: COLUMNS, rows: lines },
      fx_rates: rows`
      currency | rate
      EUR      | 2`,
    });
    return engine.rows(
      lowValueRecurring({
        lastDay: LAST,
        reportingCurrency: 'USD',
        rules: { ...BUILT_IN_LOW_VALUE, ...rules },
      }),
    );
  };

  it.each([
    ['25 days of 0.50', thing('vol-1', 25, '0.5'), [1, '12.500000000000000', '152.08']],
    ['24 days', thing('vol-1', 24, '0.5'), undefined],
    ['exactly 1.00 a day', thing('vol-1', 30, '1'), [1, '30.000000000000000', '365.00']],
    ['more than 1.00 a day', thing('vol-1', 30, '1.000000000000001'), undefined],
    ['nothing', thing('vol-1', 30, '0'), undefined],
    ['a month below 10', thing('vol-1', 30, '0.333'), undefined],
    [
      'two that reach 10 together',
      [...thing('vol-1', 30, '0.2'), ...thing('vol-2', 30, '0.2')],
      [2, '12.000000000000000', '146.00'],
    ],
    [
      'two that are not one',
      [...thing('vol-1', 30, '0.2'), ...thing('vol-2', 30, '0.2', { SubAccountId: '2' })],
      undefined,
    ],
    ['a usage type without a resource', thing(null, 30, '0.5'), [1, '15.000000000000000', '182.50']],
    ['free tier', thing('vol-1', 30, '0.5', { ChargeDescription: 'AWS Free Tier, 30 GB' }), undefined],
    ['tax', thing('vol-1', 30, '0.5', { ChargeCategory: 'Tax' }), undefined],
    [
      '1.00 in the reporting currency',
      thing('vol-1', 30, '0.5', { BillingCurrency: 'EUR' }),
      [1, '30.000000000000000', '365.00'],
    ],
    ['a currency without a rate', thing('vol-1', 30, '0.5', { BillingCurrency: 'SEK' }), undefined],
    ['a day before the thirty', thing('vol-1', 55, '0.5').slice(30), undefined],
  ])('%s', async (_, lines, expected) => {
    expect((await listed(lines)).map((row) => row.slice(3))).toEqual(
      expected === undefined ? [] : [expected],
    );
  });

  it.each([
    ['2.00 a day', { dailyMax: '2' }, thing('vol-1', 30, '2'), true],
    ['more than 2.00', { dailyMax: '2' }, thing('vol-1', 30, '2.01'), false],
    ['ten days', { daysMin: 10 }, thing('vol-1', 10, '1'), true],
    ['nine of ten days', { daysMin: 10 }, thing('vol-1', 9, '1'), false],
    ['a month of 5', { monthMin: '5' }, thing('vol-1', 25, '0.2'), true],
  ])('goes by the limits in force: %s', async (_, rules, lines, isListed) =>
    expect(await listed(lines, rules)).toHaveLength(isListed ? 1 : 0),
  );
});
