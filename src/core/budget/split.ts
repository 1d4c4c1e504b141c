import { invariant } from '../errors/invariant.ts';
import type { Money } from '../money/money.ts';

/**
 * Splits `amount` (of any sign) in proportion to `weights` (whole numbers >= 0, not all 0); the shares add up to it to the
 * last unit, each less than one unit (10⁻¹⁵) away from its exact proportion. Ties go to the earlier share.
 * @source  largest remainder (Hamilton's) method: Balinski & Young, Fair Representation, 1982
 */
export function splitInProportion(amount: Money, weights: readonly bigint[]): Money[] {
  const total = weights.reduce((a, b) => a + b, 0n);
  invariant(total > 0n && weights.every((weight) => weight >= 0n), 'weights are >= 0 and not all 0');
  const shares = weights.map((weight, place) => {
    const exact = amount.units * weight;
    return { place, units: exact / total, lost: magnitude(exact % total) };
  });
  const leftOver = Number(shares.reduce((lost, share) => lost + share.lost, 0n) / total);
  // Array.sort is stable, so equal losses are served in the order of the weights: the same split on every machine.
  const byMostLost = [...shares].sort((a, b) => (a.lost < b.lost ? 1 : a.lost > b.lost ? -1 : 0));
  for (const share of byMostLost.slice(0, leftOver)) share.units += amount.units < 0n ? -1n : 1n;
  return shares.map(({ units }) => ({ currency: amount.currency, units }));
}

const magnitude = (value: bigint): bigint => (value < 0n ? -value : value);
