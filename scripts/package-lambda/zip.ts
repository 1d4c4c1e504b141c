import { createWriteStream } from 'node:fs';
import { mkdir, rename, stat } from 'node:fs/promises';
import { dirname } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { ZipFile } from 'yazl';

export interface ZipEntry {
  /** Path inside the zip, with `/`. */
  readonly path: string;
  readonly bytes: Buffer;
}

/** The first moment a zip can tell, in local time, as zips have it: the same bytes in every time zone. */
const WHEN = { mtime: new Date(1980, 0, 1), forceDosTimestamp: true };
/** Level 9 takes three times as long and saves one percent. */
const COMPRESSION = 6;

/** Writes `entries` in the order of their paths, readable by everybody; the file appears whole. Gives its size in bytes. */
export async function writeZip(file: string, entries: readonly ZipEntry[]): Promise<number> {
  const zip = new ZipFile();
  const sorted = [...entries].sort((a, b) => (a.path < b.path ? -1 : 1));
  for (const { path, bytes } of sorted) {
    zip.addBuffer(bytes, path, { ...WHEN, mode: 0o100644, compressionLevel: COMPRESSION });
  }
  zip.end();
  await mkdir(dirname(file), { recursive: true });
  await pipeline(zip.outputStream, createWriteStream(`${file}.part`));
  await rename(`${file}.part`, file);
  return (await stat(file)).size;
}
