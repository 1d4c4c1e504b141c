import { invariant } from '../core/errors/invariant.ts';

/** Shares are counted in 2⁻²⁰: a quantity up to 8·10¹² times this still is a 64-bit number in the engine. */
export const WHOLE = 1 << 20;

/**
 * Where each of several weights begins and ends on a scale from 0 to WHOLE: weight i lies between bounds[i] and
 * bounds[i + 1]. The first bound is 0, the last WHOLE, they never go down, and each is off its exact place by less than 1.
 * @param weights whole numbers >= 0, at least one above 0
 */
export function boundsOf(weights: ArrayLike<number>): Int32Array {
  let total = 0;
  for (let i = 0; i < weights.length; i++) total += weights[i] ?? 0;
  invariant(total > 0 && total <= 0xffff_ffff, 'weights add up to more than nothing and less than 2^32');
  const bounds = new Int32Array(weights.length + 1);
  let sofar = 0;
  for (let i = 0; i < weights.length; i++) {
    sofar += weights[i] ?? 0;
    bounds[i + 1] = Math.floor((sofar * WHOLE) / total);
  }
  return bounds;
}

/**
 * The part of `quantity` (a whole number >= 0) between two bounds. Parts of neighbours add up to the quantity exactly:
 * what one loses by rounding down the next one gets. The engine's SQL says the same in whole numbers.
 */
export const part = (quantity: bigint, from: number, until: number): bigint =>
  (quantity * BigInt(until)) / BigInt(WHOLE) - (quantity * BigInt(from)) / BigInt(WHOLE);
