import { expect, it } from 'vitest';
import { daysOfRange } from './periods.ts';
import { parseSearch, scopeOf, stringifySearch } from './search.ts';

it.each([
  ['an account of digits', { account: '012345678901' }],
  ['a name with everything', { ou: 'R&D «Ωmega» 漢字 + 100 % = ?' }],
  ['days', { from: '2026-11-01', to: '2026-11-19', compare: 'year' }],
])('writes %s into an address and reads the same', (_, search) => {
  expect(parseSearch(stringifySearch(search))).toEqual(search);
});

it('takes the known filters alone, and none that is empty', () => {
  expect(scopeOf({ ou: 'Sales', service: '', utm_source: 'mail', account: 7 })).toEqual({ ou: 'Sales' });
});

it.each([
  ['month', {}],
  ['last-month', { from: '2026-10-01', to: '2026-10-31' }],
  ['7d', { from: '2026-11-13', to: '2026-11-19' }],
] as const)('opens with %s', (range, days) => expect(daysOfRange(range, '2026-11-19')).toEqual(days));
