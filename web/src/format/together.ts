import { currency, exactText, type Money, money } from '../../../src/core/money/money.ts';
import { canGive, roundAlone, roundTogether } from '../../../src/core/rounding/round-together.ts';

/**
 * A column of exact decimal texts, rounded once so that what is printed adds up to the printed total: the same rounding,
 * and so the same digits, as in the digest and the PDF. Where no rounding can give the total each is rounded alone.
 */
export function together(amounts: readonly string[], total: string | undefined, decimals: number): string[] {
  const one = currency('one'); // a column has one currency; which one does not matter to its digits
  const parts = amounts.map((amount): Money => money(amount, one));
  const goal = total === undefined ? undefined : roundAlone(money(total, one), decimals);
  const fits = goal === undefined || canGive(parts, decimals, goal);
  const printed = fits
    ? roundTogether(parts, decimals, goal)
    : parts.map((part) => roundAlone(part, decimals));
  return printed.map(exactText);
}

/**
 * As `together`, for a column that may have no total or unknown cells: then each is rounded alone, which `undefined` says.
 */
export function togetherIfKnown(
  amounts: readonly (string | null | undefined)[],
  total: string | null | undefined,
  decimals: number,
): readonly (string | undefined)[] {
  const known = amounts.filter((amount) => amount !== null && amount !== undefined);
  if (total === null || total === undefined || known.length < amounts.length)
    return amounts.map(() => undefined);
  return together(known, total, decimals);
}
