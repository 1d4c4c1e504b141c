import { describe, expect, it } from 'vitest';
import { engines } from '../../../test/engine/engines.ts';
import type { TestTable } from '../../../test/engine/rows.ts';
import { rows } from '../../../test/engine/rows.ts';
import { addDays, type BillingDate, billingDate, days, weekday } from '../../core/calendar/billing-date.ts';
import { builtInSpikes } from '../../core/rules/rules.ts';
import type { Cell } from '../../ports/engine.ts';
import { type SpikesOf, spikes } from './c1.ts';

const TUESDAY = billingDate('2026-11-17');
const OF: SpikesOf = {
  period: days(TUESDAY),
  reportingCurrency: 'USD',
  rules: builtInSpikes({ anomalyThreshold: 0.2, anomalyMinImpact: '10' }),
  rulesVersion: 7,
};
const COLUMNS = [
  'BillingDate',
  'x_OU',
  'x_ServiceCode',
  'SubAccountId',
  'RegionId',
  'x_ChargeKind',
  'x_SpansDays',
  'BillingCurrency',
  'EffectiveCost',
];
const line = (date: BillingDate, cost: string | null, given: Partial<Record<string, Cell>> = {}): Cell[] =>
  COLUMNS.map((column) => {
    const usual: Record<string, Cell> = {
      BillingDate: date,
      x_OU: 'Marketing',
      x_ServiceCode: 'AmazonS3',
      SubAccountId: '012345678901',
      RegionId: 'us-east-1',
      x_ChargeKind: 'usage',
      x_SpansDays: 'false',
      BillingCurrency: 'USD',
      EffectiveCost: cost,
    };
    return given[column] ?? usual[column] ?? null;
  });
const table = (lines: Cell[][]): TestTable => ({ columns: COLUMNS, rows: lines });
/** The days from `back` days before the judged one up to yesterday, each with its cost. */
const past = (back: number, cost: (date: BillingDate) => string | null, given = {}): Cell[][] =>
  Array.from({ length: back }, (_, i) => addDays(TUESDAY, i - back)).flatMap((date) => {
    const amount = cost(date);
    return amount === null ? [] : [line(date, amount, given)];
  });
const noRates = rows`currency`;

describe.each(engines)('C1 on $name', ({ open }) => {
  const judge = async (lines: Cell[][], of: Partial<SpikesOf> = {}) => {
    const engine = await open({ daily_costs: table(lines), fx_rates: noRates });
    return engine.rows(spikes({ ...OF, ...of }));
  };
  const verdict = async (lines: Cell[][], of: Partial<SpikesOf> = {}) =>
    (await judge(lines, of)).map((row) => row.slice(5, 11));

  it('decides the example of docs/rules.md as told there', async () => {
    // Weekdays 190, 200, 210 in turn, weekends 90; then 300 on a Tuesday.
    const turn = ['190', '200', '210'];
    const costs = past(28, (date) => (weekday(date) >= 6 ? '90' : (turn[Number(date.slice(8)) % 3] ?? '')));
    expect(await judge([...costs, line(TUESDAY, '300')])).toEqual([
      [
        '2026-11-17',
        'Marketing',
        'AmazonS3',
        '012345678901',
        'us-east-1',
        'spike',
        'spike',
        '300.000000000000000',
        '200.000000000000000',
        '148.109000000000000',
        '251.891000000000000',
        '2026-11-17',
        '7',
      ],
    ]);
  });

  it.each([
    ['120', 'not above 100 by 20 %: 120 is not more than 120', []],
    ['120.000000000000001', 'above it by one unit', ['spike']],
    ['119', 'below the threshold', []],
  ])('at a steady 100 a day holds %s: %s', async (cost, _, classes) => {
    expect((await verdict([...past(28, () => '100'), line(TUESDAY, cost)])).map(([cls]) => cls)).toEqual(
      classes,
    );
  });

  it.each([
    ['19.999999999999999', []],
    ['20', ['spike']],
  ])('at a steady 10 a day needs an excess of 10: %s', async (cost, classes) => {
    expect((await verdict([...past(28, () => '10'), line(TUESDAY, cost)])).map(([cls]) => cls)).toEqual(
      classes,
    );
  });

  it('calls what is within the noise normal, and says so', async () => {
    // Mondays to Fridays 80, 100, 120, 80, 120: median 100, MAD 20, so 3.5 × 1.4826 × 20 = 103.782 above 100 are noise.
    const noisy = past(28, (date) => ['80', '100', '120', '80', '120', '0', '0'][weekday(date) - 1] ?? null);
    expect(await verdict([...noisy, line(TUESDAY, '203.782')])).toEqual([
      [
        'normal',
        'within_noise',
        '203.782000000000000',
        '100.000000000000000',
        '0.000000000000000',
        '203.782000000000000',
      ],
    ]);
    expect((await verdict([...noisy, line(TUESDAY, '203.783')])).map(([cls]) => cls)).toEqual(['spike']);
  });

  it.each([
    ['all need 100', { minImpact: '100' }, ['spike', 'spike']],
    ['all need 100.01', { minImpact: '100.01' }, []],
    ['its OU needs more', { minImpactByOu: { Marketing: '100.01' } }, []],
    [
      'its OU needs less',
      { minImpact: '1000', minImpactByOu: { Marketing: '100', Other: '1' } },
      ['spike', 'spike'],
    ],
    ['another OU needs less', { minImpact: '1000', minImpactByOu: { Other: '1' } }, []],
    ['more deviations', { deviations: '39.999' }, ['spike', 'spike']],
    ['too many deviations', { deviations: '40' }, ['normal', 'within_noise']],
  ])('goes by the rules in force: %s', async (_, rules, expected) => {
    // 350 against a steady 250: 100 more. A deviation is 1 % of the baseline here, so 40 of them are no less than that.
    const steady = past(28, () => '250');
    const found = await verdict([...steady, line(TUESDAY, '350')], { rules: { ...OF.rules, ...rules } });
    expect(found.flatMap((row) => row.slice(0, 2))).toEqual(expected);
  });

  it.each([
    ['1035', [['normal', 'within_noise']]],
    ['1035.01', [['spike', 'spike']]],
  ])('gives a series that never moves 3.5 %% of play: %s against a steady 1000', async (cost, expected) => {
    const sharp = { rules: { ...OF.rules, threshold: '0.010000' } };
    const steady = past(28, () => '1000');
    expect((await verdict([...steady, line(TUESDAY, cost)], sharp)).map((row) => row.slice(0, 2))).toEqual(
      expected,
    );
  });

  it.each([
    [13, [['normal', 'no_baseline']]],
    [14, [['spike', 'spike']]],
  ])('after %i days of history says %j', async (back, expected) => {
    expect(
      (await verdict([...past(back, () => '10'), line(TUESDAY, '100')])).map((row) => row.slice(0, 2)),
    ).toEqual(expected);
  });

  it('measures weekdays with weekdays and weekends with weekends', async () => {
    const week = past(28, (date) => (weekday(date) >= 6 ? '10' : '100'));
    expect(await verdict([...week, line(TUESDAY, '110')])).toEqual([]);
    const saturday = addDays(TUESDAY, -3);
    const loudSaturday = week.map((cells) => (cells[0] === saturday ? line(saturday, '100') : cells));
    expect(
      (await judge([...loudSaturday, line(TUESDAY, '100')], { period: days(saturday) })).map((row) => row[5]),
    ).toEqual(['spike']);
  });

  it.each([
    [[28, 21, 14, 7], '50', []],
    [[28, 21, 14, 7], '61', [['spike', 'spike', '50.000000000000000']]],
    [[28, 21, 14], '900', [['normal', 'no_baseline', null]]],
    [[28, 13, 12, 11, 10], '61', [['spike', 'spike', '50.000000000000000']]],
    [[13, 12, 11, 10, 7], '900', [['normal', 'no_baseline', null]]],
  ])('compares a job that ran %j days ago with its own days: %s', async (ago, cost, expected) => {
    const job = past(28, (date) => (ago.some((back) => date === addDays(TUESDAY, -back)) ? '50' : null));
    const found = await verdict([...job, line(TUESDAY, cost)]);
    expect(found.map(([cls, reason, , baseline]) => [cls, reason, baseline])).toEqual(expected);
  });

  it('does not look at the future: days after the judged one change nothing', async () => {
    const before = [...past(28, () => '100'), line(TUESDAY, '150')];
    const after = Array.from({ length: 5 }, (_, i) => line(addDays(TUESDAY, i + 1), '9000'));
    expect(await judge([...before, ...after])).toEqual(await judge(before));
  });

  it('leaves tax, fees, credits, refunds, month-spanning charges and unknown amounts out of the series', async () => {
    const steady = [...past(28, () => '100'), line(TUESDAY, '100')];
    const others = ['tax', 'fee', 'credit', 'refund'].map((kind) =>
      line(TUESDAY, '5000', { x_ChargeKind: kind }),
    );
    expect(
      await judge([
        ...steady,
        ...others,
        line(TUESDAY, '5000', { x_SpansDays: 'true' }),
        line(TUESDAY, null),
      ]),
    ).toEqual([]);
  });

  it('judges in the reporting currency, and not what has no rate', async () => {
    const engine = await open({
      daily_costs: table([
        ...past(28, () => '5', { BillingCurrency: 'EUR' }),
        line(TUESDAY, '10', { BillingCurrency: 'EUR' }),
        ...past(28, () => '5', { BillingCurrency: 'SEK', x_OU: 'Nordics' }),
        line(TUESDAY, '10', { BillingCurrency: 'SEK', x_OU: 'Nordics' }),
      ]),
      fx_rates: rows`
        currency | rate
        EUR      | 2`,
    });
    expect((await engine.rows(spikes(OF))).map((row) => [row[1], row[7], row[8]])).toEqual([
      ['Marketing', '20.000000000000000', '10.000000000000000'],
    ]);
  });

  it('says since when a spike runs, also when it began in the month before', async () => {
    const begins = billingDate('2026-10-30');
    const costs = Array.from({ length: 45 }, (_, i) => addDays(begins, i - 40)).map((date) =>
      line(date, date >= begins ? '500' : '100'),
    );
    const november = days(billingDate('2026-11-01'), billingDate('2026-11-03'));
    expect((await judge(costs, { period: november })).map((row) => [row[0], row[11]])).toEqual([
      ['2026-11-01', '2026-10-30'],
      ['2026-11-02', '2026-10-30'],
      ['2026-11-03', '2026-10-30'],
    ]);
  });

  it('gives the same verdicts for a month alone and within a year', async () => {
    const costs = Array.from({ length: 120 }, (_, i) => addDays(TUESDAY, i - 119)).flatMap((date, i) =>
      i % 11 === 3 ? [] : [line(date, String(60 + ((i * 37) % 61) + (i % 17 === 0 ? 300 : 0)))],
    );
    const all = await judge(costs, { period: days(addDays(TUESDAY, -119), TUESDAY) });
    const month = days(billingDate('2026-11-01'), TUESDAY);
    const alone = await judge(costs, { period: month });
    expect(alone.length).toBeGreaterThan(0);
    expect(alone).toEqual(all.filter((row) => String(row[0]) >= '2026-11-01'));
  });
});
