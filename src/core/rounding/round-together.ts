import { invariant } from '../errors/invariant.ts';
import { type Money, SCALE } from '../money/money.ts';

/**
 * Rounds the parts of a list so that what is printed adds up to what is printed below it.
 * @param parts     exact amounts of one currency, of any sign
 * @param decimals  places that are printed, 0 … 15
 * @param total     what the list must add up to, a multiple of the place; by default the parts' exact sum, rounded
 *                  half away from zero
 * @returns         one multiple of the place per part, in the order of `parts`, each less than one place away from its
 *                  exact amount; a part that needs no rounding stays as it is
 * @source          largest remainder (Hamilton's) method: Balinski & Young, Fair Representation, 1982
 */
export function roundTogether(parts: readonly Money[], decimals: number, total?: Money): Money[] {
  const place = 10n ** BigInt(SCALE - decimals);
  const floors = parts.map((part, index) => {
    const lost = modulo(part.units, place);
    return { index, units: part.units - lost, lost };
  });
  const exact = parts.reduce((sum, part) => sum + part.units, 0n);
  const goal = total === undefined ? roundHalfAway(exact, place) : total.units;
  const missing = (goal - floors.reduce((sum, floor) => sum + floor.units, 0n)) / place;
  const rounded = floors.filter((floor) => floor.lost > 0n);
  invariant(
    missing >= 0n && missing <= BigInt(rounded.length),
    `${parts.length} parts of ${exact} cannot be printed so that they give ${goal}`,
  );
  // Array.sort is stable, so equal remainders are served in the order of the list: the same digits on every machine.
  const raised = new Set(
    rounded
      .sort(byMostLost)
      .slice(0, Number(missing))
      .map((floor) => floor.index),
  );
  return parts.map(({ currency }, index) => {
    const units = (floors[index]?.units ?? 0n) + (raised.has(index) ? place : 0n);
    return { currency, units };
  });
}

/** Whether `roundTogether` can print `parts` so that they give `total`: each part may go to either neighbour only. */
export function canGive(parts: readonly Money[], decimals: number, total: Money): boolean {
  const place = 10n ** BigInt(SCALE - decimals);
  const lost = parts.map(({ units }) => modulo(units, place));
  const least = parts.reduce((sum, { units }, i) => sum + units - (lost[i] ?? 0n), 0n);
  const most = least + place * BigInt(lost.filter((one) => one > 0n).length);
  return total.units >= least && total.units <= most;
}

/** Rounded half away from zero to `decimals` places. */
export const roundAlone = ({ currency, units }: Money, decimals: number): Money => ({
  currency,
  units: roundHalfAway(units, 10n ** BigInt(SCALE - decimals)),
});

const byMostLost = (a: { lost: bigint }, b: { lost: bigint }): number =>
  a.lost < b.lost ? 1 : a.lost > b.lost ? -1 : 0;

/** What is left above the next lower multiple; never negative. */
const modulo = (value: bigint, place: bigint): bigint => ((value % place) + place) % place;

function roundHalfAway(value: bigint, place: bigint): bigint {
  const magnitude = value < 0n ? -value : value;
  const whole = ((2n * magnitude + place) / (2n * place)) * place;
  return value < 0n ? -whole : whole;
}
