import { expect, it } from 'vitest';
import { billedBytes, costOf, NO_QUERIES, together, toldCost } from './query-cost.ts';

const MB = 1_048_576;
const read = (scannedBytes: number, more: object = {}) => ({ scannedBytes, reused: false, ...more });

it.each([
  [0, 10 * MB, 'nothing read is billed as ten megabytes'],
  [1, 10 * MB, 'little, too'],
  [10 * MB, 10 * MB, 'ten are ten'],
  [10 * MB + 1, 11 * MB, 'a byte more is a megabyte more'],
  [11 * MB, 11 * MB, 'whole megabytes stay'],
])('of %d bytes read, %d are billed: %s', (scanned, billed) => {
  expect(billedBytes(read(scanned))).toBe(billed);
});

it('an answer given again and a definition cost nothing', () => {
  expect(billedBytes(read(5_000_000_000, { reused: true }))).toBe(0);
  expect(billedBytes(read(5_000_000_000, { isFree: true }))).toBe(0);
});

it.each([
  [1_099_511_627_776, '5', '5.00'],
  [0, '5', '0.00004768371582'], // 10 of 1048576 MB: 0.000047683715820 3125
  [3 * MB * 1_048_576, '6.75', '20.25'],
])('%d bytes at %s dollars a terabyte are %s dollars', (scanned, price, usd) => {
  expect(toldCost(costOf(read(scanned), price)).usd).toBe(usd);
});

it('a sum knows its dollars as soon as one part does', () => {
  const trino = { ...NO_QUERIES, queries: 1, scannedBytes: 7 };
  expect(toldCost(together(NO_QUERIES, trino))).toEqual({
    queries: 1,
    reused: 0,
    scannedBytes: 7,
    billedBytes: 0,
  });
  const athena = costOf(read(20 * MB), '5');
  expect(toldCost(together(together(trino, athena), costOf(read(20 * MB, { reused: true }), '5')))).toEqual({
    queries: 3,
    reused: 1,
    scannedBytes: 7 + 40 * MB,
    billedBytes: 20 * MB,
    usd: '0.000095367431641', // 20 × 5 ÷ 1048576 = 0.0000953674316406 25
  });
});
