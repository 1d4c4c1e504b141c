import { expect, it } from 'vitest';
import { billingPeriod } from '../core/calendar/billing-period.ts';
import { scopesOf } from './scopes.ts';

const periods = (given: Readonly<Record<string, number>>) =>
  Object.entries(given).map(([period, rows]) => ({ period: billingPeriod(period), rows }));
const mine = { delivery: { id: 'D' }, cameWith: undefined, opened: { scope: 'month' as const } };

it.each([
  ['its only month', { '2026-11': 5 }, undefined, ['month']],
  [
    'a stray below a tenth of the main month',
    { '2026-11': 100, '2026-12': 9 },
    undefined,
    ['month', 'part of D'],
  ],
  ['a second month of a tenth', { '2026-11': 100, '2026-12': 10 }, undefined, ['month', 'month']],
  ['a manifest, of its month alone', { '2026-11': 100, '2026-12': 90 }, '2026-12', ['part of D', 'month']],
])('a delivery speaks of %s', (_, rows, manifest, expected) => {
  const scopes = scopesOf(periods(rows), manifest === undefined ? undefined : billingPeriod(manifest), mine);
  expect(
    scopes.map(({ kind, cameWith }) => (cameWith === undefined ? kind : `${kind} of ${cameWith}`)),
  ).toEqual(expected);
});

it('makes events parts that came with nothing: they stay whatever comes', () => {
  const events = { ...mine, opened: { scope: 'part' as const } };
  expect(scopesOf(periods({ '2026-11': 5, '2026-12': 1 }), undefined, events)).toEqual([
    { period: '2026-11', rows: 5, kind: 'part' },
    { period: '2026-12', rows: 1, kind: 'part' },
  ]);
});

it('makes mended rows parts of the delivery they come from', () => {
  expect(scopesOf(periods({ '2026-11': 5 }), undefined, { ...mine, cameWith: 'X' })).toEqual([
    { period: '2026-11', rows: 5, kind: 'part', cameWith: 'X' },
  ]);
});
