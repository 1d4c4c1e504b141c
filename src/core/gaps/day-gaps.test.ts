import { describe, expect, it } from 'vitest';
import { addDays, billingDate } from '../calendar/billing-date.ts';
import { dayGaps, stretches } from './day-gaps.ts';

const FIRST = billingDate('2026-09-07'); // a Monday
/** Days of a source from FIRST on; `lines` of the day with that number. */
const days = (count: number, lines: (day: number) => number, source = 'main') =>
  Array.from({ length: count }, (_, day) => ({
    source,
    date: addDays(FIRST, day),
    lines: lines(day),
  })).filter((day) => day.lines > 0);
const UNTIL = addDays(FIRST, 200);
const found = (gaps: ReturnType<typeof dayGaps>) =>
  gaps.map(({ kind, date, lines, usual }) => [kind, date, lines, usual]);

describe('days that lack lines', () => {
  it('are those without any and those below half of the weekday’s median', () => {
    const bill = days(35, (day) => (day === 10 ? 0 : day === 17 ? 49 : day === 24 ? 50 : 100));
    // The Thursdays are the days 3, 10, 17, 24, 31. Of day 17 the neighbours with lines have 100, 50, 100; of day 10, too, 49.
    expect(found(dayGaps(bill, UNTIL))).toEqual([
      ['missing', '2026-09-17', 0, 75],
      ['small', '2026-09-24', 49, 100],
    ]);
  });

  it('are judged by their own weekday: a quiet weekend is no gap', () => {
    expect(
      dayGaps(
        days(35, (day) => (day % 7 >= 5 ? 3 : 100)),
        UNTIL,
      ),
    ).toEqual([]);
  });

  it('are none where a source has usage now and then only', () => {
    expect(
      dayGaps(
        days(40, (day) => (day % 9 === 0 ? 10 : 0)),
        UNTIL,
      ),
    ).toEqual([]);
  });

  it('are not judged after the last day that is complete', () => {
    expect(
      dayGaps(
        days(35, (day) => (day === 30 ? 1 : 100)),
        addDays(FIRST, 29),
      ),
    ).toEqual([]);
  });

  it('are told for each source by itself', () => {
    const two = [...days(35, () => 100, 'b'), ...days(35, (day) => (day === 20 ? 0 : 100), 'a')];
    expect(dayGaps(two, UNTIL).map(({ source, date }) => [source, date])).toEqual([['a', '2026-09-27']]);
  });

  it('are found in the middle of three lost weeks', () => {
    const gaps = dayGaps(
      days(70, (day) => (day >= 28 && day < 49 ? 0 : 100)),
      UNTIL,
    );
    expect(gaps.map(({ date }) => date)).toEqual(
      Array.from({ length: 21 }, (_, i) => addDays(FIRST, 28 + i)),
    );
  });
});

it('days that follow each other are one stretch', () => {
  const dates = ['2026-09-30', '2026-10-01', '2026-10-03'].map((day) => ({ date: billingDate(day) }));
  expect(stretches(dates).map((run) => run.map(({ date }) => date))).toEqual([
    ['2026-09-30', '2026-10-01'],
    ['2026-10-03'],
  ]);
});
