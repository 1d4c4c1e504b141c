import { currency, type Money, toNumber } from '../../core/money/money.ts';
import { roundTogether } from '../../core/rounding/round-together.ts';
import { NBSP, UNKNOWN } from './figure.ts';

/** `97.5 %`; `> 999 %` beyond what a percentage can tell; `undefined` is unknown. `ratio` 1 is 100 %. */
export function percent(ratio: number | undefined, decimals = 1): string {
  if (ratio === undefined) return UNKNOWN;
  if (ratio >= 10) return `>${NBSP}999${NBSP}%`;
  return ratio <= -10 ? `<${NBSP}−999${NBSP}%` : `${fixed(ratio * 100, decimals)}${NBSP}%`;
}

/** `+4.0 %`, `−3.1 %`, `0.0 %`. */
export function signedPercent(ratio: number | undefined, decimals = 1): string {
  const text = percent(ratio, decimals);
  return ratio !== undefined && ratio > 0 && ratio < 10 && /[1-9]/.test(text) ? `+${text}` : text;
}

/**
 * Shares of `total`, printed so that they add up to 100.0 %. Unknown where the total is not above zero, or where parts
 * of both signs dwarf it: then a share tells nothing.
 */
export function shares(parts: readonly Money[], total: Money): string[] {
  const sizes = parts.map(({ units }) => (units < 0n ? -units : units));
  if (total.units <= 0n || sizes.some((size) => size > 10n * total.units)) return parts.map(() => UNKNOWN);
  // A share as an amount of 10⁻¹⁵ percent: the same largest-remainder rounding serves money and percentages.
  const hundred = parts.map(({ units }) => ({
    currency: PERCENT,
    units: (units * 10n ** 17n) / total.units,
  }));
  const off = 10n ** 17n - hundred.reduce((all, { units }) => all + units, 0n);
  const exact = hundred.map((share, i) =>
    i === hundred.length - 1 ? { ...share, units: share.units + off } : share,
  );
  return roundTogether(exact, 1).map((share) => `${fixed(toNumber(share), 1)}${NBSP}%`);
}

const PERCENT = currency('%');

function fixed(value: number, decimals: number): string {
  const text = Math.abs(value).toFixed(decimals);
  const [whole = '0', fraction] = text.split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const sign = value < 0 && /[1-9]/.test(text) ? '−' : '';
  return `${sign}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}
