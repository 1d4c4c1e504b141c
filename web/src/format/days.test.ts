import { expect, it } from 'vitest';
import { addDays, dayName, lastOfMonth, moment, rangeName } from './days.ts';

it.each([
  ['2026-11-01', '2026-11-17', '2026-11-17', 'Nov 1–17'],
  ['2025-11-01', '2025-11-17', '2026-11-17', 'Nov 1–17 2025'],
  ['2026-10-28', '2026-11-03', '2026-11-17', '28 Oct – 3 Nov'],
  ['2025-12-28', '2026-01-03', '2026-11-17', '28 Dec 2025 – 3 Jan 2026'],
  ['2026-11-17', '2026-11-17', '2026-11-17', 'Nov 17'],
])('names %s to %s, read on %s: %s', (from, to, now, name) =>
  expect(rangeName({ from, to }, now)).toBe(name),
);

it('counts days in UTC, also where clocks change', () => {
  expect([addDays('2026-03-01', -1), addDays('2026-10-31', 1), addDays('2024-02-28', 1)]).toEqual([
    '2026-02-28',
    '2026-11-01',
    '2024-02-29',
  ]);
});

it('knows weekdays, the ends of months and moments', () => {
  expect([dayName('2026-11-17'), lastOfMonth('2028-02-10'), moment('2026-11-19T07:04:31.000Z')]).toEqual([
    'Tue 17 Nov',
    '2028-02-29',
    '19 Nov 07:04 UTC',
  ]);
});
