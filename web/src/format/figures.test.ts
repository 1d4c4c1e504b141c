import { describe, expect, it } from 'vitest';
import { decimalsOf, full, percent, plain, points, signed, signedPercent } from './figures.ts';

describe('plain', () => {
  it.each([
    ['138410.27', 0, '138,410'],
    ['0.5', 0, '1'],
    ['-0.5', 0, '−1'],
    ['1.005', 2, '1.01'],
    ['-4218.00', 0, '−4,218'],
    ['12345678.90', 2, '12,345,678.90'],
    ['9999999999999999.994', 2, '9,999,999,999,999,999.99'],
    ['0.00', 0, '0'],
    ['0.0000012', 0, '< 1'],
    ['-0.0000012', 0, '> −1'],
    ['0.0000012', 2, '< 0.01'],
  ])('rounds %s to %i decimals, half away from zero, as text: %s', (amount, decimals, shown) => {
    expect(plain(amount, decimals)).toBe(shown);
  });

  it('shows what is not known as a dash, never as 0', () => {
    expect([plain(null), signed(null), percent(null)]).toEqual(['–', '–', '–']);
  });
});

it.each([
  ['412.00', '+412'],
  ['-260.00', '−260'],
  ['0.00', '0'],
])('gives the change %s its sign: %s', (amount, shown) => expect(signed(amount)).toBe(shown));

it.each([
  [0.031, '+3.1\u202f%'],
  [-0.04, '−4.0\u202f%'],
  [0.0004, '0.0\u202f%'],
  [-0.0004, '0.0\u202f%'],
  [12.5, '+1,250.0\u202f%'],
])('writes the ratio %f as %s', (ratio, shown) => expect(signedPercent(ratio)).toBe(shown));

it('tells every digit on hover', () => {
  expect(full('-1234567.890000000000001', 'USD')).toBe('−1,234,567.890000000000001 USD');
});

it.each([
  [['99.40', '-3.00'], 2],
  [['99.50', null], 0],
  [['-250.00'], 0],
  [[], 2],
] as const)('gives the column %j %i decimals', (column, decimals) =>
  expect(decimalsOf(column)).toBe(decimals),
);

it('says by how many points a share changed', () => {
  expect([points(0.021, 0.025), points(0.03, 0.01), points(0.02, 0.02), points(0.02, null)]).toEqual([
    '−0.4 pts',
    '+2.0 pts',
    '0.0 pts',
    undefined,
  ]);
});
