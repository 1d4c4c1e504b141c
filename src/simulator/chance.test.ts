import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { between, chance, triangular } from './chance.ts';

describe('chance', () => {
  // Published answers of MurmurHash3_x86_32 for little-endian words (SMHasher's and Wikipedia's test vectors).
  it.each([
    [0, [], 0],
    [1, [], 0x514e28b7],
    [0xffffffff, [], 0x81f16f39],
    [0, [0xffffffff], 0x76293b50],
    [0, [0x87654321], 0xf55b516b],
    [0x5082edee, [0x87654321], 0x2362f9de],
    [0, [0], 0x2362f9de],
  ])('is MurmurHash3: seed %i, words %j', (seed, words, hash) => expect(chance(seed, ...words)).toBe(hash));

  it('gives other numbers for other words, seeds and orders', () => {
    const drawn = [chance(1, 2, 3), chance(1, 3, 2), chance(2, 2, 3), chance(1, 2), chance(1, 2, 3, 0)];
    expect(new Set(drawn).size).toBe(drawn.length);
  });
});

it('between reaches both ends and no further', () => {
  expect([between(0, 3, 5), between(0xffffffff, 3, 5)]).toEqual([3, 5]);
  fc.assert(
    fc.property(fc.nat(0xffffffff), fc.integer({ min: -9, max: 9 }), fc.nat(50), (drawn, low, width) => {
      const value = between(drawn, low, low + width);
      return Number.isInteger(value) && value >= low && value <= low + width;
    }),
  );
});

it('triangular noise is bounded, and nearest to nothing most often', () => {
  expect([triangular(0), triangular(0xffffffff), triangular(0x7fff8000)]).toEqual([-65_535, 65_535, 0]);
  const drawn = Array.from({ length: 4_000 }, (_, i) => Math.abs(triangular(chance(7, i))));
  // Of a triangle three quarters lie within half its width.
  expect(drawn.filter((value) => value < 32_768).length / drawn.length).toBeCloseTo(0.75, 1);
});
