import { open } from 'node:fs/promises';
import { constants, gunzipSync } from 'node:zlib';
import { UserError } from '../../core/errors/user-error.ts';
import { gzipProblem } from './whole-text.ts';

/** What the beginning of a text file tells. */
export interface CsvHead {
  readonly columns: readonly string[];
  readonly delimiter: ',' | ';' | '\t' | '|';
  readonly compression: 'none' | 'gzip';
  /** No row follows the header (or there is no header at all): an empty surplus chunk. */
  readonly isEmpty: boolean;
}

const HEAD_BYTES = 256 * 1024;
const DELIMITERS = [',', ';', '\t', '|'] as const;

/** @throws UserError for what is no CSV with a usable header: FILE_EMPTY is not among them, see `isEmpty` */
export async function csvHead(path: string): Promise<CsvHead> {
  const { bytes: plain, compression } = await beginning(path);
  refuseOtherKinds(plain, path);
  const text = plain.toString('utf8').replace(/^\uFEFF/, '');
  const end = headerEnd(text);
  const header = end === -1 ? text : text.slice(0, end);
  if (header.trim() === '') return { columns: [], delimiter: ',', compression, isEmpty: true };
  refuseBinary(header, path);
  const delimiter = mostFrequent(header);
  const columns = fieldsOf(header, delimiter);
  const rest = end === -1 ? '' : text.slice(end).replace(/^\s+/, '');
  checkHeader(columns, rest, delimiter, path);
  return { columns, delimiter, compression, isEmpty: rest === '' };
}

/** The first bytes of a text, unpacked. @throws UserError FILE_TRUNCATED, FILE_UNREADABLE for gzip that is none */
export async function beginning(
  path: string,
): Promise<{ readonly bytes: Buffer; readonly compression: CsvHead['compression'] }> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(HEAD_BYTES), 0, HEAD_BYTES, 0);
    const bytes = buffer.subarray(0, bytesRead);
    const isGzip = bytes[0] === 0x1f && bytes[1] === 0x8b;
    return isGzip ? { bytes: inflated(bytes, path), compression: 'gzip' } : { bytes, compression: 'none' };
  } finally {
    await file.close();
  }
}

/** As much as the first bytes of a gzip file give; what is cut off later is found by the reading of the whole. */
function inflated(bytes: Buffer, path: string): Buffer {
  try {
    return gunzipSync(bytes, { finishFlush: constants.Z_SYNC_FLUSH });
  } catch (error) {
    throw gzipProblem(error, path);
  }
}

function refuseOtherKinds(bytes: Buffer, file: string): void {
  const start = bytes
    .subarray(0, 512)
    .toString('latin1')
    .replace(/^(?:\xEF\xBB\xBF|\s)+/, '');
  if (/^<(!doctype|html|\?xml|error)/i.test(start)) {
    throw new UserError('FILE_UNREADABLE', {
      what: 'This is a web page or an XML answer, not a bill: the download failed and its error was saved',
      place: { file },
      remedy: 'Open it in a browser to see why, and download the file again.',
    });
  }
  const other = start.startsWith('PAR1')
    ? 'Parquet: name it .parquet'
    : start.startsWith('PK')
      ? 'a ZIP archive: unpack it first'
      : start.startsWith('\x28\xB5\x2F\xFD') || start.startsWith('BZh')
        ? 'compressed in another way than gzip: unpack it first'
        : start.startsWith('\xFF\xFE') || start.startsWith('\xFE\xFF')
          ? 'UTF-16 text: save it as UTF-8'
          : undefined;
  if (other === undefined) return;
  throw new UserError('FILE_UNREADABLE', {
    what: `This is not CSV but ${other}`,
    place: { file },
    remedy: 'Give CSV in UTF-8, the same in gzip, or Parquet.',
  });
}

/** Control characters, or bytes that are no UTF-8, in the first line: no list of columns. */
function refuseBinary(header: string, file: string): void {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is looked for
  if (!/[\u0000-\u0008\u000e-\u001f\ufffd]/.test(header)) return;
  throw new UserError('FILE_UNREADABLE', {
    what: 'The first line is no text in UTF-8',
    place: { file, line: 1 },
    remedy: 'Give CSV in UTF-8, the same in gzip, or Parquet.',
  });
}

/** Where the header ends: the first line break outside quotes; -1 if there is none. */
function headerEnd(text: string): number {
  let quoted = false;
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '"') quoted = !quoted;
    else if (!quoted && (text[i] === '\n' || text[i] === '\r')) return i;
  }
  return -1;
}

const mostFrequent = (header: string): CsvHead['delimiter'] =>
  [...DELIMITERS].sort((a, b) => header.split(b).length - header.split(a).length)[0] ?? ',';

/** The values of one record. */
export function fieldsOf(record: string, delimiter: string): string[] {
  const fields: string[] = [];
  let field = '';
  let quoted = false;
  for (let i = 0; i < record.length; i++) {
    const char = record[i] ?? '';
    if (quoted && char === '"' && record[i + 1] === '"') {
      field += '"';
      i++;
    } else if (char === '"') quoted = !quoted;
    else if (char === delimiter && !quoted) {
      fields.push(field);
      field = '';
    } else field += char;
  }
  return [...fields, field];
}

function checkHeader(columns: readonly string[], rest: string, delimiter: string, file: string): void {
  const seen = new Set<string>();
  for (const column of columns) {
    const key = column.trim().toLowerCase();
    if (key === '') throw headerInvalid('The header has a column without a name', file);
    if (seen.has(key)) throw headerInvalid(`The header has two columns named ${column}`, file);
    seen.add(key);
  }
  const end = headerEnd(rest);
  if (rest === '' || (end === -1 && rest.length > HEAD_BYTES / 2)) return;
  const first = fieldsOf(end === -1 ? rest : rest.slice(0, end), delimiter).length;
  if (first === columns.length || (end === -1 && first < columns.length)) return;
  throw headerInvalid(
    `The header names ${columns.length} columns, the first row has ${first} values${fused(columns)}`,
    file,
  );
}

/** Two names that were run together by a lost comma (`BilledCostEffectiveCost`) are named as the likely cause. */
function fused(columns: readonly string[]): string {
  const suspect = columns.find(
    (name) =>
      /Cost[A-Z]\w*Cost$|(Cost|Id|Name|Start|End|Currency)[A-Z]\w*(Cost|Id|Name|Start|End|Currency)$/.test(
        name,
      ) && name.length > 20,
  );
  return suspect === undefined ? '' : `; ${suspect} may be two names without a comma between them`;
}

const headerInvalid = (what: string, file: string): UserError =>
  new UserError('HEADER_INVALID', {
    what,
    place: { file, line: 1 },
    remedy: 'Compare the first line with that of an untouched export, and mend it.',
  });
