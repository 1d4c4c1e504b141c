import { describe, expect, it } from 'vitest';
import { addDays, billingDate } from '../calendar/billing-date.ts';
import { currency, type Money, money } from '../money/money.ts';
import { runRate, type ScopeCosts } from './run-rate.ts';
import { inOrder, type LitScope, trafficLight } from './traffic-light.ts';

const USD = currency('USD');
const usd = (text: string): Money => money(text, USD);
/** 20 November: ten days are left. */
const JUDGED = billingDate('2026-11-20');

/** `perDay` on each of the last `history` days; nothing spans the month. */
const costs = (toDate: string, perDay: string, history = 28): ScopeCosts => {
  const first = addDays(JUDGED, 1 - history);
  return {
    currency: USD,
    usage: new Map(Array.from({ length: history }, (_, i) => [addDays(first, i), usd(perDay)])),
    firstUsage: history === 0 ? undefined : first,
    monthToDate: usd(toDate),
    bookedLater: usd('0'),
    notYetBooked: usd('0'),
  };
};
const scope = (of: ScopeCosts, budget: string | undefined, given: Partial<LitScope> = {}): LitScope => ({
  ou: 'Marketing',
  costs: of,
  rate: runRate(of, JUDGED),
  budget: budget === undefined ? undefined : usd(budget),
  passedOn: undefined,
  notArrived: { part: usd('0'), usual: usd('100') },
  planToDate: undefined,
  ...given,
});

describe('a traffic light, first match wins', () => {
  it.each([
    ['no budget', scope(costs('500', '10'), undefined), 'unknown', 'no budget'],
    ['a budget of nothing', scope(costs('500', '10'), '0'), 'unknown', 'budget is not above 0'],
    [
      'a negative budget, though the forecast is above it',
      scope(costs('500', '10'), '-5'),
      'unknown',
      'budget is not above 0',
    ],
    ['month to date at the budget', scope(costs('500', '10'), '500'), 'over', 'budget of 500 spent'],
    [
      'spent before anything else, even without history',
      scope(costs('12500', '10', 5), '12499.6', { passedOn: billingDate('2026-11-12') }),
      'over',
      'budget of 12,500 spent on 12 Nov',
    ],
    [
      'one unit below the budget, nothing more to come',
      scope(costs('499.999999999999999', '0'), '500'),
      'at risk',
      'run-rate leaves < 1 of 500',
    ],
    [
      '13 days of history',
      scope(costs('100', '10', 13), '1000'),
      'unknown',
      '13 days of history; run-rate needs 14',
    ],
    [
      '1 day of history',
      scope(costs('10', '10', 1), '1000'),
      'unknown',
      '1 day of history; run-rate needs 14',
    ],
    ['14 days of history', scope(costs('100', '10', 14), '1000'), 'on plan', 'run-rate leaves 800 of 1,000'],
    [
      'more than 2 % not arrived',
      scope(costs('500', '100'), '1000', {
        notArrived: { part: usd('2.000000000000001'), usual: usd('100') },
      }),
      'unknown',
      '2.0 % of the usual cost has not arrived',
    ],
    [
      'exactly 2 % not arrived',
      scope(costs('500', '10'), '1000', { notArrived: { part: usd('2'), usual: usd('100') } }),
      'on plan',
      'run-rate leaves 400 of 1,000',
    ],
    // 550 + 10 × 50 = 1,050 of 1,000: exactly 105 % is not yet over
    ['105 % exactly', scope(costs('550', '50'), '1000'), 'at risk', '50 over (limit 5 %)'],
    [
      '105 % and a unit',
      scope(costs('550.000000000000001', '50'), '1000'),
      'over',
      '50 over, spent on 29 Nov',
    ],
    // 500 + 10 × 100: the budget of 1,200 is spent by the seventh day left
    ['well over', scope(costs('500', '100'), '1200'), 'over', '300 over, spent on 27 Nov'],
    [
      '95 % and a unit',
      scope(costs('450.000000000000001', '50'), '1000'),
      'at risk',
      'run-rate leaves 50 of 1,000',
    ],
    ['95 % exactly', scope(costs('450', '50'), '1000'), 'on plan', 'run-rate leaves 50 of 1,000'],
    ['credits above costs', scope(costs('-50', '0'), '1000'), 'on plan', 'run-rate leaves 1,050 of 1,000'],
  ] as const)('%s', (_, given, light, reason) => {
    expect(trafficLight(given)).toMatchObject({ light, reason });
  });

  it('shows no forecast where it abstains, and its share of the budget where it speaks', () => {
    expect(trafficLight(scope(costs('100', '10', 13), '1000'))).toMatchObject({
      forecast: undefined,
      ofBudget: undefined,
    });
    expect(trafficLight(scope(costs('500', '10'), '1000'))).toMatchObject({
      forecast: usd('600'),
      ofBudget: 0.6,
    });
    expect(trafficLight(scope(costs('500', '10'), undefined))).toMatchObject({
      forecast: usd('600'),
      ofBudget: undefined,
    });
  });

  it('takes the limits that an OU has', () => {
    const strict = { over: 101n, risk: 90n, notArrived: 2n };
    expect(trafficLight(scope(costs('520', '50'), '1000'), strict).light).toBe('over');
    expect(trafficLight(scope(costs('410', '50'), '1000'), strict).light).toBe('at risk');
  });
});

it('orders what needs a look first, each kind by money', () => {
  const lit = (ou: string, toDate: string, budget: string | undefined) =>
    trafficLight({ ...scope(costs(toDate, '0'), budget), ou });
  const lights = [
    lit('plan small', '10', '1000'),
    lit('none', '600', undefined),
    lit('plan big', '20', '1000'),
    lit('risk', '96', '100'),
    lit('over', '50', '40'),
    lit('tie', '20', '1000'),
  ];
  expect(inOrder(lights).map(({ ou }) => ou)).toEqual([
    'over',
    'risk',
    'none',
    'plan big',
    'tie',
    'plan small',
  ]);
});
