import { join } from 'node:path';
import { bundle } from './bundle.ts';
import { type Architecture, type FunctionName, ROOT } from './names.ts';
import { notices } from './notices.ts';
import { shipped } from './shipped.ts';
import { writeZip, type ZipEntry } from './zip.ts';

/** AWS takes a zip of less than this by upload, and no function of more than `UNPACKED_MAX` at all. */
export const ZIP_MAX = 50 * 1024 * 1024;
export const UNPACKED_MAX = 250 * 1024 * 1024;

export interface Packed {
  readonly name: FunctionName;
  readonly architecture: Architecture;
  readonly file: string;
  readonly zipBytes: number;
  readonly unpackedBytes: number;
}

/** Writes the zip of one function for one kind of machine. */
export async function packed(name: FunctionName, architecture: Architecture): Promise<Packed> {
  const code = await bundle(ROOT, name);
  const load = await shipped(ROOT, architecture, code);
  const entries: readonly ZipEntry[] = [...code.files, ...load.files, notices(ROOT, code, load.licences)];
  const file = join(ROOT, 'dist/lambda', `${name}-${architecture}.zip`);
  return {
    name,
    architecture,
    file,
    zipBytes: await writeZip(file, entries),
    unpackedBytes: entries.reduce((sum, { bytes }) => sum + bytes.length, 0),
  };
}
