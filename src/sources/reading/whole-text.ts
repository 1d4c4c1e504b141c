import { createReadStream } from 'node:fs';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { UserError } from '../../core/errors/user-error.ts';

const CHUNK = 1 << 20;

/** What reading a text file to its end tells. */
export interface WholeText {
  /** The last line ends with a line break; if not, the file may have been cut within its last value. */
  readonly endsWithBreak: boolean;
}

/**
 * Reads a text file to its end, apart from the engine: DuckDB takes a gzip file that was cut for one that ends, and a
 * month would silently lose its last days.
 * @throws UserError FILE_TRUNCATED for a gzip file that is cut, FILE_UNREADABLE for a damaged one or for NUL bytes
 */
export async function wholeText(path: string, compression: 'none' | 'gzip'): Promise<WholeText> {
  let last = 0x0a;
  let lines = 1;
  const look = async (source: AsyncIterable<Buffer>): Promise<void> => {
    for await (const chunk of source) {
      const nul = chunk.indexOf(0);
      if (nul !== -1) throw nulByte(path, lines + breaksIn(chunk.subarray(0, nul)));
      if (chunk.length > 0) last = chunk[chunk.length - 1] ?? last;
      lines += breaksIn(chunk);
    }
  };
  const file = createReadStream(path, { highWaterMark: CHUNK });
  try {
    if (compression === 'gzip') await pipeline(file, createGunzip({ chunkSize: CHUNK }), look);
    else await pipeline(file, look);
  } catch (error) {
    throw gzipProblem(error, path);
  }
  return { endsWithBreak: last === 0x0a || last === 0x0d };
}

function breaksIn(bytes: Buffer): number {
  let count = 0;
  for (let at = bytes.indexOf(0x0a); at !== -1; at = bytes.indexOf(0x0a, at + 1)) count++;
  return count;
}

const nulByte = (file: string, line: number): UserError =>
  new UserError('FILE_UNREADABLE', {
    what: 'The file holds a NUL byte: it is damaged, or not text in UTF-8',
    place: { file, line },
    remedy: 'Download it again, or save it as UTF-8.',
  });

/** What zlib complains of, as a user can mend it; everything else as it is. */
export function gzipProblem(error: unknown, file: string): unknown {
  const code = error instanceof Error && 'code' in error ? error.code : undefined;
  if (code === 'Z_BUF_ERROR') {
    return new UserError(
      'FILE_TRUNCATED',
      { what: 'The gzip file ends too early', place: { file }, remedy: 'Copy it again; nothing was loaded.' },
      { cause: error },
    );
  }
  if (typeof code === 'string' && code.startsWith('Z_')) {
    return new UserError(
      'FILE_UNREADABLE',
      { what: 'The gzip file is damaged', place: { file }, remedy: 'Copy it again; nothing was loaded.' },
      { cause: error },
    );
  }
  return error;
}
