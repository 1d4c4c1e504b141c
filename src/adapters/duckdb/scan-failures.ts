import { UserError } from '../../core/errors/user-error.ts';

/** What DuckDB's CSV reader refuses, told with the place it names; undefined for every other failure. */
export function csvFailure(message: string, cause: unknown): UserError | undefined {
  const line = /CSV Error on Line: (\d+)/.exec(message)?.[1];
  if (line === undefined) return undefined;
  const place = { file: /^ {2}file = (.+)$/m.exec(message)?.[1], line: Number(line) };
  if (/not utf-8|invalid unicode/i.test(message)) {
    const what = 'The text is not UTF-8 (Latin-1 or Windows-1252, by the look of it)';
    return new UserError(
      'FILE_UNREADABLE',
      { what, place, remedy: 'Save it as UTF-8: iconv -f latin1 -t utf8.' },
      { cause },
    );
  }
  const [, expected, found] = /Expected Number of Columns: (\d+) Found: (\d+)/.exec(message) ?? [];
  const what =
    expected === undefined || found === undefined
      ? 'A quoted value does not end, or text follows its closing quote'
      : `The row has ${found} values, the header ${expected} names`;
  const remedy =
    'If it is the last line, the file was cut: copy it again. Else mend that row; nothing was loaded.';
  const isCut = expected === undefined || found === undefined || Number(found) < Number(expected);
  return new UserError(isCut ? 'FILE_TRUNCATED' : 'FILE_UNREADABLE', { what, place, remedy }, { cause });
}

/** What DuckDB's Parquet reader says of bytes that are none; only some of it names the file. */
const NOT_PARQUET =
  /Failed to read (Parquet )?file|Could not read enough bytes|Invalid string encoding found in Parquet|TProtocolException|Out of buffer|don't know what type|Corrupted file|invalid TType|Not a Parquet file|too small to be a Parquet file/i;

/** What DuckDB's Parquet reader refuses; undefined for every other failure. */
export function parquetFailure(message: string, cause: unknown): UserError | undefined {
  const isCut = /No magic bytes found at (the )?end of file/i.test(message);
  if (!isCut && !NOT_PARQUET.test(message)) return undefined;
  const place = { file: /file ["']([^"']+)["']/i.exec(message)?.[1] };
  return new UserError(
    isCut ? 'FILE_TRUNCATED' : 'FILE_UNREADABLE',
    {
      what: isCut
        ? 'A Parquet file ends too early'
        : `A Parquet file is damaged: ${message.split('\n', 1)[0]}`,
      place,
      remedy:
        'If it came from outside, copy it again; nothing was loaded. If it is of the lake, spendlight verify tells what is wrong with it.',
    },
    { cause },
  );
}
