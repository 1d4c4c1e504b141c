import { readdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { invariant } from '../../core/errors/invariant.ts';
import { type Mapping, readMapping } from './mapping.ts';

/** How far above this file (or its bundle in dist/) the folder `mappings/` may lie. */
const LEVELS = 5;

/** The mapping files that come with the project, in the order of their names. */
export async function shippedMappings(): Promise<readonly Mapping[]> {
  const folder = await mappingsFolder(dirname(fileURLToPath(import.meta.url)));
  const files = (await readdir(folder)).filter((file) => file.endsWith('.yaml')).sort();
  return Promise.all(files.map((file) => readMapping(join(folder, file))));
}

async function mappingsFolder(from: string): Promise<string> {
  let at = from;
  for (let level = 0; level < LEVELS; level++) {
    const folder = join(at, 'mappings');
    const entries = await readdir(folder).catch((): string[] => []);
    if (entries.includes('cur-legacy.yaml')) return folder;
    at = dirname(at);
  }
  invariant(false, `no mappings/ folder above ${from}: the installation is not whole`);
}
