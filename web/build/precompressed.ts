import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { brotliCompress, constants, gzip } from 'node:zlib';
import type { Plugin } from 'vite';

/** What compresses well; fonts are compressed already. */
const TEXT = /\.(?:html|js|css|svg|json)$/;

/** Writes `.gz` and `.br` beside every text file of the bundle, so that the server compresses nothing while it serves. */
export function precompressed(): Plugin {
  return {
    name: 'precompressed',
    apply: 'build',
    async writeBundle({ dir }, bundle) {
      if (dir === undefined) return;
      const names = Object.keys(bundle).filter((name) => TEXT.test(name));
      await Promise.all(names.map((name) => compress(join(dir, name))));
    },
  };
}

async function compress(path: string): Promise<void> {
  const bytes = await readFile(path);
  const params = { [constants.BROTLI_PARAM_SIZE_HINT]: bytes.byteLength };
  await Promise.all([
    writeFile(`${path}.gz`, await promisify(gzip)(bytes, { level: 9 })),
    writeFile(`${path}.br`, await promisify(brotliCompress)(bytes, { params })),
  ]);
}
