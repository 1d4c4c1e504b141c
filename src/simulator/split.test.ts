import fc from 'fast-check';
import { expect, it } from 'vitest';
import { boundsOf, part, WHOLE } from './split.ts';

const weights = fc
  .array(fc.oneof(fc.constant(0), fc.nat(5), fc.nat(1_000_000)), { minLength: 1, maxLength: 40 })
  .filter((list) => list.some((weight) => weight > 0));
const quantity = fc.oneof(fc.constant(0n), fc.bigInt(0n, 5n), fc.bigInt(0n, 8_000_000_000_000n));

it('shares of any quantity add up to it, none is below zero, a weight of nothing gets nothing', () => {
  fc.assert(
    fc.property(weights, quantity, (list, whole) => {
      const bounds = boundsOf(list);
      const shares = list.map((_, i) => part(whole, bounds[i] ?? 0, bounds[i + 1] ?? 0));
      expect(shares.reduce((a, b) => a + b, 0n)).toBe(whole);
      for (const [i, share] of shares.entries()) {
        expect(share >= 0n).toBe(true);
        if (list[i] === 0) expect(share).toBe(0n);
      }
    }),
  );
});

it('bounds lie less than one from their exact place', () => {
  fc.assert(
    fc.property(weights, (list) => {
      const total = list.reduce((a, b) => a + b, 0);
      let sofar = 0;
      for (const [i, bound] of boundsOf(list).entries()) {
        if (i > 0) sofar += list[i - 1] ?? 0;
        expect(Math.abs(bound - (sofar * WHOLE) / total)).toBeLessThan(1);
      }
    }),
  );
});

it('splits by hand: 10 over 1 : 1 : 2', () => {
  const bounds = boundsOf([1, 1, 2]);
  expect([...bounds]).toEqual([0, WHOLE / 4, WHOLE / 2, WHOLE]);
  expect([0, 1, 2].map((i) => part(10n, bounds[i] ?? 0, bounds[i + 1] ?? 0))).toEqual([2n, 3n, 5n]);
});
