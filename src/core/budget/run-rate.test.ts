import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, billingDate, weekday } from '../calendar/billing-date.ts';
import { billingPeriod } from '../calendar/billing-period.ts';
import { currency, type Money, money, plus, sum, zero } from '../money/money.ts';
import { monthBudget, monthsOf, type ScopeBudget } from './month-budget.ts';
import { planByDay, planToDate } from './plan.ts';
import { runRate, type ScopeCosts, weekdayMeans } from './run-rate.ts';
import { splitInProportion } from './split.ts';

const USD = currency('USD');
const usd = (text: string): Money => money(text, USD);
const JUDGED = billingDate('2026-11-17');
const NOVEMBER = billingPeriod('2026-11');

const costs = (given: Partial<ScopeCosts> = {}): ScopeCosts => ({
  currency: USD,
  usage: new Map(),
  firstUsage: undefined,
  monthToDate: zero(USD),
  bookedLater: zero(USD),
  notYetBooked: zero(USD),
  ...given,
});
/** Weekdays 10, weekends 4, for the 28 days up to the judged one. */
const usage = new Map(
  Array.from({ length: 28 }, (_, i) => addDays(JUDGED, -i)).map((day) => [
    day,
    usd(weekday(day) >= 6 ? '4' : '10'),
  ]),
);

describe('the run-rate', () => {
  it('adds month to date, weekday means for the days left, and month-spanning charges', () => {
    // 18–30 November are 13 days: 9 weekdays and 4 weekend days.
    const rate = runRate(
      costs({
        usage,
        firstUsage: addDays(JUDGED, -27),
        monthToDate: usd('170.5'),
        bookedLater: usd('7'),
        notYetBooked: usd('30'),
      }),
      JUDGED,
    );
    expect(rate.monthEnd).toEqual(usd('313.5')); // 170.5 + 90 + 16 + 7 + 30
    expect(rate.days.size).toBe(13);
    expect(rate.days.get(billingDate('2026-11-21'))).toEqual(usd('4'));
    expect(rate.historyDays).toBe(28);
  });

  it('counts a day without lines as 0 once usage has begun, and not before', () => {
    const begun = addDays(JUDGED, -13); // two Tuesdays, one of them without lines
    const mean = weekdayMeans(costs({ usage: new Map([[JUDGED, usd('9')]]), firstUsage: begun }), JUDGED);
    expect(mean(addDays(JUDGED, 7))).toEqual(usd('4.5'));
  });

  it('takes the mean of all days for a weekday that has not been yet', () => {
    const young = costs({ usage: new Map([[JUDGED, usd('9')]]), firstUsage: addDays(JUDGED, -1) });
    expect(weekdayMeans(young, JUDGED)(addDays(JUDGED, 1))).toEqual(usd('4.5'));
  });

  it('is month to date where nothing was ever used, and on the last day', () => {
    expect(runRate(costs({ monthToDate: usd('5') }), JUDGED)).toMatchObject({
      monthEnd: usd('5'),
      historyDays: 0,
    });
    const last = billingDate('2026-11-30');
    expect(runRate(costs({ usage, firstUsage: JUDGED, monthToDate: usd('5') }), last).monthEnd).toEqual(
      usd('5'),
    );
  });
});

describe('a month’s budget', () => {
  const budget = (period: string, amount: string, validFrom?: string): ScopeBudget => ({
    scopeType: 'ou',
    scope: 'Marketing',
    period,
    amount: usd(amount),
    validFrom: validFrom === undefined ? undefined : billingDate(validFrom),
  });

  it.each([
    ['a month', [budget('2026-11', '300')], '300'],
    ['a quarter of 92 days', [budget('2026-Q4', '920')], '300'],
    ['a year', [budget('2026', '365')], '30'],
    [
      'the month before the quarter before the year',
      [budget('2026', '365'), budget('2026-Q4', '920'), budget('2026-11', '7')],
      '7',
    ],
    [
      'the latest decision in force',
      [budget('2026-11', '1'), budget('2026-11', '2', '2026-11-17'), budget('2026-11', '3', '2026-11-18')],
      '2',
    ],
    [
      'another month: none',
      [budget('2026-10', '300'), budget('2027', '1'), budget('2026-Q3', '1')],
      undefined,
    ],
    ['decided for later: none', [budget('2026-11', '300', '2026-11-18')], undefined],
  ])('comes from %s', (_, budgets, expected) => {
    expect(monthBudget(budgets, NOVEMBER, JUDGED)).toEqual(
      expected === undefined ? undefined : usd(expected),
    );
  });

  it('loses no unit of a quarter or year over its months', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n }),
        fc.constantFrom('2026-Q1', '2024', '2026-Q4'),
        (units, period) => {
          const whole = { ...budget(period, '0'), amount: { currency: USD, units } };
          const parts = monthsOf(period).map((month) => monthBudget([whole], month, JUDGED) ?? zero(USD));
          expect(sum(parts, USD).units).toBe(units);
        },
      ),
    );
  });
});

it('splits to the last unit, nobody is a unit from fair', () => {
  const weights = fc.array(fc.oneof(fc.constant(0n), fc.constant(1n), fc.bigInt({ min: 0n, max: 50n })), {
    minLength: 1,
  });
  fc.assert(
    fc.property(fc.oneof(fc.bigInt({ min: -20n, max: 20n }), fc.bigInt()), weights, (units, parts) => {
      const total = parts.reduce((a, b) => a + b, 0n);
      fc.pre(total > 0n);
      const shares = splitInProportion({ currency: USD, units }, parts);
      expect(sum(shares, USD).units).toBe(units);
      for (const [i, share] of shares.entries()) {
        const away = share.units * total - units * (parts[i] ?? 0n);
        expect(away < 0n ? -away : away).toBeLessThan(total);
      }
    }),
  );
});

describe('a plan', () => {
  const curve = (day: Parameters<typeof weekday>[0]) => usd(weekday(day) >= 6 ? '4' : '10');

  it('follows the weekday curve and puts single charges on their day', () => {
    // November 2026 has 21 weekdays and 9 weekend days: 210 + 36 = 246 of usage.
    const plan = planByDay(usd('346'), NOVEMBER, curve, new Map([[billingDate('2026-11-01'), usd('100')]]));
    expect(plan.get(billingDate('2026-11-01'))).toEqual(usd('104'));
    expect(plan.get(billingDate('2026-11-02'))).toEqual(usd('10'));
    expect(planToDate(plan, billingDate('2026-11-03'), zero(USD))).toEqual(usd('124'));
  });

  it.each([
    ['without usage', usd('30'), () => zero(USD), new Map(), '1'],
    [
      'where single charges pass the budget',
      usd('30'),
      () => usd('5'),
      new Map([[billingDate('2026-11-05'), usd('31')]]),
      '1',
    ],
    ['with usage below zero', usd('30'), () => usd('-5'), new Map(), '1'],
  ])('is even %s', (_, budget, flat, once, expected) => {
    expect(planByDay(budget, NOVEMBER, flat, once).get(billingDate('2026-11-05'))).toEqual(usd(expected));
  });

  it('adds up to the budget to the last unit', () => {
    fc.assert(
      fc.property(
        fc.bigInt({ min: 1n, max: 10n ** 20n }),
        fc.bigInt({ min: 0n, max: 10n ** 20n }),
        (units, once) => {
          const plan = planByDay(
            { currency: USD, units },
            NOVEMBER,
            curve,
            new Map([[JUDGED, { currency: USD, units: once }]]),
          );
          expect([...plan.values()].reduce(plus).units).toBe(units);
        },
      ),
    );
  });
});
