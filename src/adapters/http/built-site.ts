import { readdir, readFile } from 'node:fs/promises';
import { extname, join, relative, sep } from 'node:path';
import type { Site, SiteFile } from '../../ports/site.ts';

const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html; charset=utf-8',
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.json': 'application/json',
  '.webmanifest': 'application/manifest+json',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.ico': 'image/x-icon',
  '.woff2': 'font/woff2',
  '.txt': 'text/plain; charset=utf-8',
};
const ENCODINGS = [
  { encoding: 'br', ending: '.br' },
  { encoding: 'gzip', ending: '.gz' },
] as const;

/** The page as it was built into `folder`; undefined where it was not. A file is read once, when it is first asked for. */
export async function builtSite(folder: string): Promise<Site | undefined> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = new Map<string, string>(
    entries
      .filter((entry) => entry.isFile())
      .map((entry) => {
        const path = join(entry.parentPath, entry.name);
        return [`/${relative(folder, path).split(sep).join('/')}`, path] as const;
      }),
  );
  if (!files.has('/index.html')) return undefined;
  const read = new Map<string, Promise<Uint8Array<ArrayBuffer>>>();
  const bytesOf = (path: string): Promise<Uint8Array<ArrayBuffer>> => {
    const known = read.get(path) ?? readFile(path).then((bytes) => new Uint8Array(bytes));
    read.set(path, known);
    return known;
  };
  return {
    async file(asked, accepted): Promise<SiteFile | undefined> {
      const path = asked === '/' ? '/index.html' : asked;
      const plain = files.get(path);
      const type = TYPES[extname(path)];
      if (plain === undefined || type === undefined) return undefined;
      const best = ENCODINGS.find(
        ({ encoding, ending }) => accepted.includes(encoding) && files.has(path + ending),
      );
      const from = best === undefined ? plain : (files.get(path + best.ending) ?? plain);
      return {
        bytes: await bytesOf(from),
        type,
        encoding: best?.encoding,
        isImmutable: path.startsWith('/assets/'),
      };
    },
  };
}
