/** Figures as a person reads them. Amounts come as exact decimal text and are rounded as text: no float is on the way. */
const MINUS = '\u2212';
/** Narrow, and never at the end of a line. */
export const THIN = '\u202f';
export const UNKNOWN = '–';

/** `amount` rounded half away from zero to so many decimals, with thousands parted by commas. Tiny is "< 1" or "< 0.01", for 0 means zero. */
export function plain(amount: string | null | undefined, decimals = 0): string {
  if (amount === null || amount === undefined) return UNKNOWN;
  const units = rounded(amount, decimals);
  if (units === 0n) return /[1-9]/.test(amount) ? tiny(amount, decimals) : '0';
  const digits = magnitude(units)
    .toString()
    .padStart(decimals + 1, '0');
  const whole = grouped(digits.slice(0, digits.length - decimals));
  return `${units < 0n ? MINUS : ''}${whole}${decimals === 0 ? '' : `.${digits.slice(-decimals)}`}`;
}

/** Less than the smallest step of the column, but not nothing. */
const tiny = (amount: string, decimals: number): string =>
  `${amount.startsWith('-') ? `> ${MINUS}` : '< '}${decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`}`;

/** A change: with its sign, zero without. */
export function signed(amount: string | null | undefined, decimals = 0): string {
  const text = plain(amount, decimals);
  return amount !== null && amount !== undefined && /[1-9]/.test(amount) && !amount.startsWith('-')
    ? `+${text}`
    : text;
}

/** Every digit there is, for a tooltip: `138,410.27 USD`. */
export function full(amount: string | null | undefined, currency: string): string | undefined {
  if (amount === null || amount === undefined) return undefined;
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  return `${amount.startsWith('-') ? MINUS : ''}${grouped(whole)}${fraction === '' ? '' : `.${fraction}`} ${currency}`;
}

/** A column has two decimals as long as its largest value is below a hundred, else none. */
export function decimalsOf(amounts: readonly (string | null)[]): 0 | 2 {
  const large = amounts.some((amount) => amount !== null && magnitude(rounded(amount, 0)) >= 100n);
  return large ? 0 : 2;
}

/** A ratio as percent with one decimal. */
export function percent(ratio: number | null | undefined): string {
  if (ratio === null || ratio === undefined) return UNKNOWN;
  const text = Math.abs(ratio * 100).toFixed(1);
  return `${ratio < 0 && text !== '0.0' ? MINUS : ''}${withCommas(text)}${THIN}%`;
}

/** A change as percent: with its sign. */
export function signedPercent(ratio: number | null | undefined): string {
  const text = percent(ratio);
  return ratio !== null && ratio !== undefined && ratio >= 0.0005 ? `+${text}` : text;
}

/** A difference of two shares, in percentage points. */
export function points(now: number | null, before: number | null): string | undefined {
  if (now === null || before === null) return undefined;
  const difference = (now - before) * 100;
  const text = Math.abs(difference).toFixed(1);
  return `${text === '0.0' ? '' : difference > 0 ? '+' : MINUS}${text} pts`;
}

/** For drawing alone: places on a screen, never a figure that is read. */
export const drawn = (amount: string | null | undefined): number => Number(amount ?? 0);

export const isNegative = (amount: string): boolean => amount.startsWith('-');

export const count = (whole: number): string => grouped(String(whole));

const magnitude = (units: bigint): bigint => (units < 0n ? -units : units);
const grouped = (digits: string): string => digits.replace(/\B(?=(\d{3})+$)/g, ',');
const withCommas = (text: string): string => text.replace(/^\d+/, grouped);

/** Units of 10⁻ᵈᵉᶜⁱᵐᵃˡˢ, half away from zero. */
function rounded(amount: string, decimals: number): bigint {
  const [whole = '0', fraction = ''] = amount.replace('-', '').split('.');
  const kept = BigInt(whole + fraction.slice(0, decimals).padEnd(decimals, '0'));
  const up = (fraction[decimals] ?? '0') >= '5' ? 1n : 0n;
  return amount.startsWith('-') ? -(kept + up) : kept + up;
}
