import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Bundle } from './bundle.ts';
import type { ZipEntry } from './zip.ts';

/** Where the licence of a part stands: in a package's folder, or in one line with the package whose licence it shares. */
export type Licence =
  | { readonly package: string }
  | { readonly name: string; readonly licence: string; readonly from: string };

/** One text with our licence and that of every package in the zip. */
export function notices(root: string, { sources }: Bundle, more: readonly Licence[]): ZipEntry {
  const bundled = [...sources].map(packageOf).filter((folder) => folder !== undefined);
  const folders = new Set([
    ...bundled.map((folder) => join(root, folder)),
    ...more.flatMap((licence) => ('package' in licence ? [licence.package] : [])),
  ]);
  const texts = [...folders].map(ofPackage);
  const lines = more.flatMap((licence) =>
    'from' in licence ? [`${licence.name} (${licence.licence}; as ${licence.from})`] : [],
  );
  const text = ['Spendlight', read(join(root, 'LICENSE')), ...[...new Set([...texts, ...lines])].sort()].join(
    `\n\n${'-'.repeat(80)}\n`,
  );
  return { path: 'NOTICES.txt', bytes: Buffer.from(`${text}\n`) };
}

/** `node_modules/@a/b` of `node_modules/@a/b/c.js`, the innermost where packages are nested. */
const packageOf = (source: string): string | undefined =>
  /^(?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+/.exec(source)?.[0];

/** @throws Error for a package that does not say its licence */
function ofPackage(folder: string): string {
  const about: { readonly name: string; readonly version: string; readonly license?: string } = JSON.parse(
    read(join(folder, 'package.json')),
  );
  const files = readdirSync(folder, { withFileTypes: true })
    .filter((file) => file.isFile() && /^(licen[cs]e|notice|copying)/i.test(file.name))
    .map(({ name }) => name);
  const texts = files.sort().map((file) => read(join(folder, file)));
  if (about.license === undefined && texts.length === 0) {
    throw new Error(`${about.name} does not say its licence`);
  }
  return [`${about.name} ${about.version} (${about.license ?? 'as follows'})`, ...texts].join('\n\n');
}

const read = (file: string): string => readFileSync(file, 'utf8').trim();
