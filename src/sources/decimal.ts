import { invariant } from '../core/errors/invariant.ts';

/** A decimal text of the engine as a whole number of 10^-scale; null is nothing, so 0. */
export function unitsOf(text: unknown, scale: number): bigint {
  if (text === null || text === undefined) return 0n;
  const match = /^(-?)(\d+)(?:\.(\d+))?$/.exec(String(text));
  invariant(
    match !== null && (match[3] ?? '').length <= scale,
    `${String(text)} is not a decimal of ${scale} places`,
  );
  const magnitude = BigInt((match[2] ?? '0') + (match[3] ?? '').padEnd(scale, '0'));
  return match[1] === '-' ? -magnitude : magnitude;
}

/** The way back: full scale, no exponent. */
export function decimalText(units: bigint, scale: number): string {
  const digits = (units < 0n ? -units : units).toString().padStart(scale + 1, '0');
  return `${units < 0n ? '-' : ''}${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
}
