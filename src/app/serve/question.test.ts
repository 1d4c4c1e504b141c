import { expect, it } from 'vitest';
import { billingDate, days, lastDay } from '../../core/calendar/billing-date.ts';
import { type Comparison, comparedWith, sameWeekday } from './question.ts';

const range = (from: string, to: string) => days(billingDate(from), billingDate(to));

it.each<[Comparison, string, string, string, string, string]>([
  ['month', '2026-11-01', '2026-11-17', '2026-10-01', '2026-10-17', 'month to date'],
  ['month', '2026-03-01', '2026-03-30', '2026-02-01', '2026-02-28', 'to a day that the shorter month lacks'],
  [
    'month',
    '2026-02-01',
    '2026-02-28',
    '2026-01-01',
    '2026-01-31',
    'a whole month with a longer whole month',
  ],
  ['month', '2026-01-10', '2026-01-12', '2025-12-10', '2025-12-12', 'over the turn of the year'],
  ['year', '2024-02-01', '2024-02-29', '2023-02-01', '2023-02-28', 'a leap February with a common one'],
  ['year', '2026-11-01', '2026-11-17', '2025-11-01', '2025-11-17', 'the same days a year ago'],
  ['previous', '2026-11-08', '2026-11-14', '2026-11-01', '2026-11-07', 'the week before'],
  ['previous', '2026-03-01', '2026-03-01', '2026-02-28', '2026-02-28', 'the day before'],
])('%s of %s to %s is %s to %s: %s', (compare, from, to, first, last) => {
  const before = comparedWith(range(from, to), compare);
  expect([before.from, lastDay(before)]).toEqual([first, last]);
});

it.each<[Comparison, string]>([
  ['month', '2026-10-19'],
  ['year', '2025-11-17'],
  ['previous', '2026-10-26'],
])('%s holds Monday 16 Nov against a Monday: %s', (compare, expected) =>
  expect(sameWeekday(billingDate('2026-11-16'), range('2026-11-01', '2026-11-17'), compare)).toBe(expected),
);
