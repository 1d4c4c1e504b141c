import { readFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { isMap, isSeq, LineCounter, type Node, parseDocument, type Scalar } from 'yaml';
import { type ErrorCode, UserError } from '../core/errors/user-error.ts';
import { sha256Of } from '../lake/sha256.ts';

/** A table that people keep by hand: a CSV or YAML file, all values as text (leading zeros stay). */
export interface TableFile {
  readonly path: string;
  readonly name: string;
  /** sha256 (hex) of its bytes. */
  readonly sha256: string;
  readonly columns: readonly string[];
  readonly rows: readonly TableRow[];
}

/** `line` counts from 1; cells that are absent or empty are not there. Column names are in lower case, except after `tag:`. */
export interface TableRow {
  readonly line: number;
  readonly cells: ReadonlyMap<string, string>;
}

/** What is wrong in a table file, and where. */
export type Complaint = (
  line: number | undefined,
  column: string | undefined,
  what: string,
  value?: string,
) => UserError;

/**
 * Reads a table; `.yaml` and `.yml` hold a list of mappings (alone, or under one key), everything else is CSV.
 * @throws UserError `FILE_NOT_FOUND`, `code` for what is not a table, has an unknown column, or lacks a required one
 */
export async function readTable(
  path: string,
  code: ErrorCode,
  columns: { readonly required: readonly string[]; readonly optional: readonly string[] },
): Promise<TableFile> {
  const bytes = await readFile(path).catch((error: unknown) => Promise.reject(notFound(path, error)));
  const complain = complaintAbout(path, code, columns);
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    throw complain(undefined, undefined, 'The file is not UTF-8 text');
  }
  const table = /\.ya?ml$/i.test(path) ? fromYaml(text, complain) : fromCsv(text, complain);
  for (const column of table.columns) {
    if ([...columns.required, ...columns.optional].some((known) => fits(column, known))) continue;
    throw complain(1, column, `There is no column "${column}" in such a file`);
  }
  for (const column of columns.required) {
    if (!table.columns.includes(column)) throw complain(1, column, `The column "${column}" is missing`);
  }
  return { path, name: basename(path), sha256: sha256Of(bytes), ...table };
}

/** Makes complaints about one file that end with which columns it may have. */
export const complaintAbout =
  (
    file: string,
    code: ErrorCode,
    columns: { readonly required: readonly string[]; readonly optional: readonly string[] },
  ): Complaint =>
  (line, column, what, value) =>
    new UserError(code, {
      what,
      place: { file, line, column, value },
      remedy: `Correct it and import again; nothing was changed. Columns: ${columns.required.join(', ')}; optional: ${columns.optional.join(', ')}.`,
    });

type Table = Pick<TableFile, 'columns' | 'rows'>;

/** `tag:*` stands for any tag. */
const fits = (column: string, known: string): boolean =>
  known.endsWith('*')
    ? column.startsWith(known.slice(0, -1)) && column.length >= known.length
    : column === known;

const named = (header: string): string =>
  /^tag:/i.test(header.trim()) ? `tag:${header.trim().slice(4)}` : header.trim().toLowerCase();

function fromCsv(text: string, complain: Complaint): Table {
  const records = csvRecords(text.replace(/^\uFEFF/, ''), complain);
  const [header, ...body] = records;
  if (header === undefined) throw complain(undefined, undefined, 'The file is empty');
  const columns = header.cells.map(named);
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) throw complain(header.line, twice, `The column "${twice}" is there twice`);
  const rows = body.map(({ line, cells }) => {
    if (cells.length !== columns.length)
      throw complain(line, undefined, `The line has ${cells.length} values, the header ${columns.length}`);
    return {
      line,
      cells: new Map(
        columns
          .map((column, i) => [column, (cells[i] ?? '').trim()] as const)
          .filter(([, cell]) => cell !== ''),
      ),
    };
  });
  return { columns, rows };
}

interface CsvRecord {
  readonly line: number;
  readonly cells: readonly string[];
}

/** RFC 4180, with LF or CRLF; lines without anything are skipped. */
function csvRecords(text: string, complain: Complaint): CsvRecord[] {
  const records: CsvRecord[] = [];
  let cells: string[] = [];
  let line = 1;
  let began = 1;
  const token = /("(?:[^"]|"")*"|[^",\r\n]*)(,|\r?\n|\r|$)/y;
  while (token.lastIndex < text.length || cells.length > 0) {
    const at = token.lastIndex;
    const match = token.exec(text);
    if (match === null)
      throw complain(
        line,
        undefined,
        'A quote is not closed, or stands inside a value',
        text.slice(at, at + 40),
      );
    const [, raw = '', end = ''] = match;
    cells.push(raw.startsWith('"') ? raw.slice(1, -1).replaceAll('""', '"') : raw);
    line += (raw.match(/\n/g) ?? []).length;
    if (end === ',') continue;
    if (cells.some((cell) => cell.trim() !== '')) records.push({ line: began, cells });
    cells = [];
    if (end !== '') line++;
    began = line;
    if (token.lastIndex >= text.length) break;
  }
  return records;
}

function fromYaml(text: string, complain: Complaint): Table {
  const lineCounter = new LineCounter();
  const lineOf = (node: unknown): number | undefined => {
    const range = (node as Node | null)?.range;
    return range ? lineCounter.linePos(range[0]).line : undefined;
  };
  // failsafe: every scalar is text, so that 012345678901 keeps its zero and a date stays as it was written.
  const document = parseDocument(text, { schema: 'failsafe', lineCounter });
  const [error] = document.errors;
  if (error !== undefined)
    throw complain(
      error.linePos?.[0].line,
      undefined,
      `The YAML cannot be read: ${error.message.split('\n', 1)[0]}`,
    );
  const root = document.contents;
  const list = isMap(root) && root.items.length === 1 ? root.items[0]?.value : root;
  if (!isSeq(list)) throw complain(lineOf(root), undefined, 'The file holds no list of entries');
  const columns = new Set<string>();
  const rows = list.items.map((item): TableRow => {
    const line = lineOf(item) ?? 1;
    if (!isMap(item)) throw complain(line, undefined, 'An entry is no mapping of names to values');
    const cells = new Map<string, string>();
    for (const { key, value } of item.items) {
      const name = named(String((key as Scalar).value));
      const inner = isMap(value) && name === 'tags' ? value.items : undefined;
      for (const [column, cell] of inner?.map(
        (tag) => [`tag:${String((tag.key as Scalar).value)}`, tag.value] as const,
      ) ?? [[name, value] as const]) {
        columns.add(column);
        if (isMap(cell) || isSeq(cell))
          throw complain(lineOf(cell), column, `The value of "${column}" is not a plain text`);
        const plain = String((cell as Scalar | null)?.value ?? '').trim();
        if (plain !== '') cells.set(column, plain);
      }
    }
    return { line, cells };
  });
  return { columns: [...columns], rows };
}

const notFound = (file: string, cause: unknown): UserError =>
  new UserError(
    'FILE_NOT_FOUND',
    { what: 'There is no such file', place: { file }, remedy: 'Check the path.' },
    { cause },
  );
