import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { createGunzip } from 'node:zlib';
import { beginning, type CsvHead, fieldsOf } from './csv-head.ts';

/** A record of a CSV file: the physical line it begins on (the header is line 1) and its values. */
export interface CsvRecord {
  readonly line: number;
  readonly values: readonly string[];
}

/** The lines of a text file, counted from 1. For the few that people have to see. */
export async function* linesOf(
  path: string,
): AsyncGenerator<{ readonly line: number; readonly text: string }> {
  const { compression } = await beginning(path);
  let line = 0;
  for await (const text of lines(path, compression)) {
    line += 1;
    yield { line, text: line === 1 ? text.replace(/^\uFEFF/, '') : text };
  }
}

/** The records after the header, one by one. For the few rows that people have to see, never for reading a bill. */
export async function* recordsOf(
  path: string,
  { compression, delimiter }: CsvHead,
): AsyncGenerator<CsvRecord> {
  let line = 0;
  let begun: { line: number; text: string } | undefined;
  for await (const text of lines(path, compression)) {
    line += 1;
    begun = begun === undefined ? { line, text } : { line: begun.line, text: `${begun.text}\n${text}` };
    // An odd number of quotes: the value goes on after the line break.
    if ((begun.text.split('"').length - 1) % 2 === 1) continue;
    if (begun.line > 1 && begun.text !== '')
      yield { line: begun.line, values: fieldsOf(begun.text, delimiter) };
    begun = undefined;
  }
}

function lines(path: string, compression: CsvHead['compression']): AsyncIterable<string> {
  const file = createReadStream(path);
  const input = compression === 'gzip' ? file.pipe(createGunzip()) : file;
  return createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY });
}
