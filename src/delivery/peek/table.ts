import { exactText, type Money, negated, ratio } from '../../core/money/money.ts';

const BAR_WIDTH = 14;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

/** Amounts with all their digits, padded so that the points stand below each other. */
export const pointAligned = (amounts: readonly Money[]): string[] => aligned(amounts.map(exactText));

/** Differences likewise, each with its sign. */
export const signedAligned = (amounts: readonly Money[]): string[] =>
  aligned(amounts.map((amount) => (amount.units > 0n ? `+${exactText(amount)}` : exactText(amount))));

function aligned(texts: readonly string[]): string[] {
  const parts = texts.map((text) => text.split('.'));
  const whole = Math.max(0, ...parts.map(([left = '']) => left.length));
  const fraction = Math.max(0, ...parts.map(([, right = '']) => right.length));
  return parts.map(([left = '', right = '']) => `${left.padStart(whole)}.${right.padEnd(fraction)}`);
}

/** A bar as long as the amount's share of the largest; credits are shaded. */
export function bar(amount: Money, largest: Money): string {
  const isCredit = amount.units < 0n;
  const share = ratio(isCredit ? negated(amount) : amount, largest) ?? 0;
  const eighths = Math.round(Math.min(1, share) * BAR_WIDTH * 8);
  const full = Math.floor(eighths / 8);
  return isCredit ? '▒'.repeat(Math.max(full, 1)) : '█'.repeat(full) + (EIGHTHS[eighths % 8] ?? '');
}

/** `text` in `width` characters: cut in the middle, so that the end of an ARN or a path stays. */
export function fitted(text: string, width: number): string {
  const characters = [...text];
  if (characters.length <= width) return text + ' '.repeat(width - characters.length);
  const tail = Math.floor((width - 1) / 2);
  return `${characters.slice(0, width - 1 - tail).join('')}…${characters.slice(-tail).join('')}`;
}

/** `1,234,567`. */
export const counted = (count: number): string => String(count).replace(/\B(?=(\d{3})+$)/g, ',');
