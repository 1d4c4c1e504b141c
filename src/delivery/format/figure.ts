import { type Currency, type Money, minus, rounded, sum } from '../../core/money/money.ts';
import { canGive, roundAlone, roundTogether } from '../../core/rounding/round-together.ts';

/** No-break space: a number and its unit stay on one line. Renderers that break lines by themselves turn it into a space. */
export const NBSP = '\u00a0';

/** What stands where a figure is unknown. */
export const UNKNOWN = '–';

/** An amount on its way to a reader: what it is, and what is printed of it. Rounded once, here. */
export interface Figure {
  readonly exact: Money;
  readonly shown: Money;
  readonly decimals: number;
}

/** A figure that adds up with nothing else on the page. */
export const figure = (exact: Money, decimals: number): Figure => ({
  exact,
  shown: roundAlone(exact, decimals),
  decimals,
});

/** The parts of one printed list; their printed sum is the printed total (by default their own sum, rounded). */
export function figures(parts: readonly Money[], decimals: number, total?: Money): Figure[] {
  const shown = roundTogether(parts, decimals, total);
  return parts.map((exact, index) => ({ exact, shown: shown[index] ?? exact, decimals }));
}

/**
 * As `figures`, and the parts that stand on the page a second time (`alone`, by index) are rounded by themselves, so that
 * they print the same there. Where the others cannot make up for it, all parts share the rounding.
 */
export function figuresWith(
  parts: readonly Money[],
  alone: ReadonlySet<number>,
  decimals: number,
  total: Money,
): Figure[] {
  const fixed = parts.map((part, i) => (alone.has(i) ? roundAlone(part, decimals) : undefined));
  const rest = minus(
    total,
    sum(
      fixed.filter((one) => one !== undefined),
      total.currency,
    ),
  );
  const others = parts.filter((_, i) => !alone.has(i));
  if (!canGive(others, decimals, rest)) return figures(parts, decimals, total);
  const shared = roundTogether(others, decimals, rest);
  let next = 0;
  return parts.map((exact, i) => ({ exact, shown: fixed[i] ?? shared[next++] ?? exact, decimals }));
}

/** a − b as printed, so that the reader can do the sum. Both with the same decimals. */
export const difference = (a: Figure, b: Figure): Figure => ({
  exact: minus(a.exact, b.exact),
  shown: minus(a.shown, b.shown),
  decimals: a.decimals,
});

/** The sum of what is printed. */
export const printedSum = (parts: readonly Figure[], of: Currency, decimals: number): Figure => ({
  exact: sum(
    parts.map((part) => part.exact),
    of,
  ),
  shown: sum(
    parts.map((part) => part.shown),
    of,
  ),
  decimals,
});

/** `8,420` · `−12.30` · `0` for zero alone: what is not zero and prints as zero is `< 1` (`> −1` below zero). */
export function plain({ exact, shown, decimals }: Figure): string {
  if (shown.units === 0n && exact.units !== 0n) return tiny(exact, decimals);
  return dressed(rounded(shown, decimals));
}

/** As `plain`, with a sign on what is not zero: `+412.31`, `−10.13`, `0.00`. */
export const signed = (value: Figure): string => (value.shown.units > 0n ? `+${plain(value)}` : plain(value));

/** The size without the sign, for sentences that say the direction in words. */
export function magnitude(value: Figure): string {
  const flip = (amount: Money): Money => (amount.units < 0n ? { ...amount, units: -amount.units } : amount);
  return plain({ ...value, exact: flip(value.exact), shown: flip(value.shown) });
}

/** Whole units from a hundred on, cents below: a column follows its largest value. */
export const decimalsFor = (amounts: Iterable<Money | undefined>): number => {
  for (const amount of amounts) {
    if (amount !== undefined && (amount.units < 0n ? -amount.units : amount.units) >= 100n * 10n ** 15n)
      return 0;
  }
  return 2;
};

/** `1,187`. */
export const count = (value: number): string => dressed(String(value));

function tiny(exact: Money, decimals: number): string {
  const place = decimals === 0 ? '1' : `0.${'1'.padStart(decimals, '0')}`;
  return exact.units > 0n ? `<${NBSP}${place}` : `>${NBSP}−${place}`;
}

/** Commas between thousands and a true minus. `digits` as `rounded` gives them. */
function dressed(digits: string): string {
  const [whole = '0', fraction] = digits.replace('-', '').split('.');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  const isZero = /^[0.]*$/.test(digits.replace('-', ''));
  return `${digits.startsWith('-') && !isZero ? '−' : ''}${grouped}${fraction === undefined ? '' : `.${fraction}`}`;
}
