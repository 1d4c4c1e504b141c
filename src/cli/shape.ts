import { exactText, type Money } from '../core/money/money.ts';

/** A value as one JSON document. Money becomes `{ currency, amount }` with all its digits; other bigints become text. */
export const asJson = (value: unknown): string =>
  JSON.stringify(
    value,
    (_, part: unknown) => {
      if (typeof part === 'bigint') return String(part);
      return isMoney(part) ? { currency: part.currency, amount: exactText(part) } : part;
    },
    2,
  );

function isMoney(value: unknown): value is Money {
  return (
    typeof value === 'object' &&
    value !== null &&
    'units' in value &&
    'currency' in value &&
    typeof value.units === 'bigint'
  );
}

/** Which columns are numbers and stand right-aligned, by their place. */
export type Alignment = readonly ('left' | 'right')[];

/** Lines of columns under headers, two spaces between; text left, numbers right. Ends with a newline. */
export function asTable(
  headers: readonly string[],
  rows: readonly (readonly string[])[],
  align: Alignment,
): string {
  const widths = headers.map((header, i) =>
    Math.max(header.length, ...rows.map((row) => row[i]?.length ?? 0)),
  );
  const line = (cells: readonly string[]): string =>
    cells
      .map((cell, i) => (align[i] === 'right' ? cell.padStart(widths[i] ?? 0) : cell.padEnd(widths[i] ?? 0)))
      .join('  ')
      .trimEnd();
  return `${[line(headers), widths.map((width) => '─'.repeat(width)).join('  '), ...rows.map(line)].join('\n')}\n`;
}
