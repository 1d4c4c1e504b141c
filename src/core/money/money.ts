import { invariant } from '../errors/invariant.ts';
import { UserError } from '../errors/user-error.ts';

declare const brand: unique symbol;

/** An ISO 4217 alphabetic code, or the name of a virtual currency (FOCUS allows both). Made only by `currency`. */
export type Currency = string & { readonly [brand]: 'Currency' };

/** An exact amount: `units` of 10⁻¹⁵ of `currency`, the scale of the lake's DECIMAL(38,15). Credits are negative. */
export interface Money {
  readonly currency: Currency;
  readonly units: bigint;
}

/** Decimal places of a unit. */
export const SCALE = 15;
const ONE = 10n ** BigInt(SCALE);

/** @throws UserError `CURRENCY_INVALID` for an empty text or one with control characters, quotes or over 32 characters */
export function currency(text: string): Currency {
  if (!/^[^\p{C}'"\s][^\p{C}'"]{0,31}$/u.test(text)) {
    throw new UserError('CURRENCY_INVALID', {
      what: `"${text}" is not a currency`,
      remedy: 'Write the ISO 4217 code, for example USD.',
    });
  }
  return text as Currency;
}

/** The amount that a decimal text from the engine says, exactly: `-1.5`, `0.000000000000001`; at most 15 decimals. */
export function money(text: string, of: Currency): Money {
  const match = /^(-?)(\d+)(?:\.(\d{1,15}))?$/.exec(text);
  invariant(match !== null, `"${text}" is not a decimal of at most 15 places`);
  const [, sign, whole = '0', fraction = ''] = match;
  const units = BigInt(whole) * ONE + BigInt(fraction.padEnd(SCALE, '0'));
  return { currency: of, units: sign === '-' ? -units : units };
}

export const zero = (of: Currency): Money => ({ currency: of, units: 0n });

/** The exact sum of `amounts`, all of them in `currency`; zero for none. */
export function sum(amounts: Iterable<Money>, of: Currency): Money {
  let units = 0n;
  for (const amount of amounts) {
    invariant(amount.currency === of, `${amount.currency} added to ${of}: convert first, with a rate`);
    units += amount.units;
  }
  return { currency: of, units };
}

/** a + b. Both in one currency. */
export const plus = (a: Money, b: Money): Money => sum([a, b], a.currency);

/** a − b. Both in one currency. */
export const minus = (a: Money, b: Money): Money => sum([a, negated(b)], a.currency);

export const negated = (a: Money): Money => ({ currency: a.currency, units: -a.units });

/** < 0 if a < b, 0 if equal, > 0 if a > b. Both in one currency. */
export function compare(a: Money, b: Money): number {
  invariant(a.currency === b.currency, `${a.currency} compared with ${b.currency}`);
  return a.units < b.units ? -1 : a.units > b.units ? 1 : 0;
}

/** a ÷ b as a plain number for shares and changes (never for a total); `undefined` where b is zero. */
export function ratio(a: Money, b: Money): number | undefined {
  invariant(a.currency === b.currency, `${a.currency} divided by ${b.currency}`);
  if (b.units === 0n) return undefined;
  // 15 significant digits are enough for a ratio; scaled first so that tiny amounts keep them.
  const scaled = (a.units * 10n ** 18n) / b.units;
  return Number(scaled) / 1e18;
}

/** `amount` × `numerator` ÷ `denominator`, half away from zero to one unit. */
export function scaled(amount: Money, numerator: bigint, denominator: bigint): Money {
  invariant(denominator > 0n, 'denominator is positive');
  return { currency: amount.currency, units: divideHalfAway(amount.units * numerator, denominator) };
}

/** All digits that count, at least two decimals, no exponent: `12.50`, `-0.000000000000001`, `7.00`. The form of the CSV. */
export function exactText({ units }: Money): string {
  const { sign, whole, fraction } = digits(units);
  return `${sign}${whole}.${fraction.replace(/0+$/, '').padEnd(2, '0')}`;
}

/** Rounded half away from zero to `decimals` (0 … 15), plain digits with a leading `-`, for people's formats to dress up. */
export function rounded({ units, currency: of }: Money, decimals: number): string {
  const step = 10n ** BigInt(SCALE - decimals);
  const { sign, whole, fraction } = digits(divideHalfAway(units, step) * step);
  invariant(of.length > 0, 'currency is known');
  return decimals === 0 ? `${sign}${whole}` : `${sign}${whole}.${fraction.slice(0, decimals)}`;
}

/** As a binary float: for drawing and statistics alone, never on the way to a total. */
export const toNumber = ({ units }: Money): number => Number(units) / 1e15;

function digits(units: bigint): { sign: string; whole: string; fraction: string } {
  const magnitude = units < 0n ? -units : units;
  const text = magnitude.toString().padStart(SCALE + 1, '0');
  return { sign: units < 0n ? '-' : '', whole: text.slice(0, -SCALE), fraction: text.slice(-SCALE) };
}

function divideHalfAway(value: bigint, by: bigint): bigint {
  const magnitude = value < 0n ? -value : value;
  const result = (magnitude + by / 2n) / by; // by is even or 1 wherever a half can occur
  return value < 0n ? -result : result;
}
