import { expect, it } from 'vitest';
import { sortedRows, strokesOf, whyOf, wrongs } from './calendar-model.ts';

const row = (account: string, cells: string) => ({
  source: 's',
  account,
  name: null,
  ou: null,
  cells,
  settling: cells,
  stretches: [
    {
      from: '2026-11-02',
      to: '2026-11-03',
      state: 'late' as const,
      reason: 'nothing-came',
      why: 'nothing since 1 Nov',
      mend: 'spendlight gaps',
    },
  ],
});

it('draws days that are alike at one stroke, what is not fine one by one, and nothing where nothing was due', () =>
  expect(strokesOf({ cells: '..++llmp+' })).toEqual([
    { from: 2, days: 2, state: 'present' },
    { from: 4, days: 1, state: 'late' },
    { from: 5, days: 1, state: 'late' },
    { from: 6, days: 1, state: 'missing' },
    { from: 7, days: 1, state: 'provisional' },
    { from: 8, days: 1, state: 'present' },
  ]));

it('lists accounts with late or missing days first, then by name', () =>
  expect(
    sortedRows([row('b', '+++'), row('a', '+++'), row('c', '+l+'), row('d', 'mm+')]).map(
      ({ account }) => account,
    ),
  ).toEqual(['d', 'c', 'a', 'b']));

it('tells why a day is what it is, and what is to be mended', () => {
  const of = row('a', '+ll+');
  expect([whyOf(of, '2026-11-02'), whyOf(of, '2026-11-04')]).toEqual(['nothing since 1 Nov', undefined]);
  expect(wrongs([of]).map(({ stretch }) => stretch.mend)).toEqual(['spendlight gaps']);
});
