import { exactText, type Money } from '../core/money/money.ts';
import type { Cell, ColumnDef, Row } from '../ports/engine.ts';

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

/** Rows as objects by column name; a name that comes twice gets `_2`. */
export function asObjects(columns: readonly ColumnDef[], rows: readonly Row[]): Record<string, Cell>[] {
  const seen = new Map<string, number>();
  const names = columns.map(({ name }) => {
    const times = (seen.get(name) ?? 0) + 1;
    seen.set(name, times);
    return times === 1 ? name : `${name}_${times}`;
  });
  return rows.map((row) => Object.fromEntries(names.map((name, i) => [name, row[i] ?? null])));
}

/** Rows as CSV with a header: RFC 4180, LF. Texts that would start a formula get an apostrophe, as in the breakdown. */
export function asCsv(columns: readonly ColumnDef[], rows: readonly Row[]): string {
  const line = (cells: readonly string[]): string => `${cells.map(quoted).join(',')}\n`;
  const cellOf = (cell: Cell, { type }: ColumnDef): string =>
    cell === null ? '' : type === 'varchar' ? harmless(String(cell)) : String(cell);
  const body = rows.map((row) => line(columns.map((column, i) => cellOf(row[i] ?? null, column))));
  return line(columns.map(({ name }) => harmless(name))) + body.join('');
}

const harmless = (text: string): string => (/^'*[=+@\t\r-]/.test(text) ? `'${text}` : text);
const quoted = (text: string): string => (/[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
