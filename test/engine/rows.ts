import { invariant } from '../../src/core/errors/invariant.ts';
import type { Cell } from '../../src/ports/engine.ts';

/** A small table as a test writes it: columns by name, cells as text, null where nothing stands. */
export interface TestTable {
  readonly columns: readonly string[];
  readonly rows: readonly (readonly Cell[])[];
}

/**
 * Reads a table drawn in a template: the first line is the header, `|` parts cells, spaces around them do not count,
 * an empty cell is null and `''` is the empty text. `${value}` puts in a text of any kind.
 */
export function rows(parts: TemplateStringsArray, ...values: readonly (string | number)[]): TestTable {
  const text = parts.map((part, i) => part + (i < values.length ? String(values[i]) : '')).join('');
  const [header, ...lines] = text
    .split('\n')
    .filter((line) => line.trim() !== '')
    .map((line) => line.split('|').map((cell) => cell.trim()));
  invariant(header !== undefined, 'a table has a header');
  for (const line of lines) {
    invariant(line.length === header.length, `"${line.join(' | ')}" has ${header.length} cells`);
  }
  return { columns: header, rows: lines.map((line) => line.map(cellOf)) };
}

const cellOf = (text: string): Cell => (text === '' ? null : text === "''" ? '' : text);
