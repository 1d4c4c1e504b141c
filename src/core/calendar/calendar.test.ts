import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addDays, billingDate, dayOf, days, daysBetween, eachDay, lastDay, weekday } from './billing-date.ts';
import { addMonths, billingPeriod, daysOf, lengthOf, monthToDate, periodOf } from './billing-period.ts';

const anyDay = fc.integer({ min: -200_000, max: 200_000 }).map((n) => addDays(billingDate('2025-01-01'), n));

describe('a billing date', () => {
  it.each([
    ['2025-02-29', 'a day Date would roll over'],
    ['2025-9-01', 'not padded'],
    ['2025-09-14T00:00:00Z', 'a moment, not a day'],
    ['14.09.2025', 'another order'],
    ['', 'nothing'],
  ])('refuses %s: %s', (text) =>
    expect(() => billingDate(text)).toThrow(expect.objectContaining({ code: 'DATE_INVALID' })),
  );

  it('is the UTC day of a moment, wherever the machine stands', () =>
    expect(dayOf(Date.UTC(2025, 8, 14, 23, 59, 59, 999))).toBe('2025-09-14'));

  it.each([
    ['2024-02-28', 1, '2024-02-29'],
    ['2025-12-31', 1, '2026-01-01'],
    ['2025-03-01', -1, '2025-02-28'],
    ['2025-03-30', 1, '2025-03-31'],
  ])('%s and %i days is %s', (from, n, to) => expect(addDays(billingDate(from), n)).toBe(to));

  it.each([
    ['2026-11-16', 1],
    ['2026-11-17', 2],
    ['2026-11-22', 7],
    ['1969-12-31', 3],
  ])('%s is weekday %i', (date, expected) => expect(weekday(billingDate(date))).toBe(expected));

  it('moves there and back', () =>
    fc.assert(
      fc.property(anyDay, fc.integer({ min: -5_000, max: 5_000 }), (day, n) => {
        expect(daysBetween(day, addDays(day, n))).toBe(n);
        expect(weekday(addDays(day, 7))).toBe(weekday(day));
      }),
    ));
});

describe('a period', () => {
  it('is said inclusive and kept half-open', () => {
    const period = days(billingDate('2025-09-14'), billingDate('2025-09-16'));
    expect(period).toEqual({ from: '2025-09-14', until: '2025-09-17' });
    expect(lastDay(period)).toBe('2025-09-16');
    expect([...eachDay(period)]).toEqual(['2025-09-14', '2025-09-15', '2025-09-16']);
  });
  it('does not end before it begins', () =>
    expect(() => days(billingDate('2025-09-14'), billingDate('2025-09-13'))).toThrow(
      expect.objectContaining({ code: 'PERIOD_INVALID' }),
    ));
});

describe('a billing month', () => {
  it.each(['2025-13', '2025-0', '2025-00', '2025-1', '2025-01-01'])('refuses %s', (text) =>
    expect(() => billingPeriod(text)).toThrow(expect.objectContaining({ code: 'PERIOD_INVALID' })),
  );
  it.each([
    ['2025-01', -1, '2024-12'],
    ['2025-12', 1, '2026-01'],
    ['2025-06', -18, '2023-12'],
  ])('%s and %i months is %s', (from, n, to) => expect(addMonths(billingPeriod(from), n)).toBe(to));
  it('knows its days', () => {
    expect(daysOf(billingPeriod('2024-02'))).toEqual({ from: '2024-02-01', until: '2024-03-01' });
    expect(lengthOf(billingPeriod('2024-02'))).toBe(29);
    expect(periodOf(billingDate('2024-02-29'))).toBe('2024-02');
    expect(monthToDate(billingDate('2024-02-29'))).toEqual({ from: '2024-02-01', until: '2024-03-01' });
  });
});
