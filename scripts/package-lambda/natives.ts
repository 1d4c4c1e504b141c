import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { access, mkdir, mkdtemp, readdir, readFile, rename, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ARCHITECTURES, type Architecture } from './names.ts';
import type { Licence } from './notices.ts';

/** Kept over calls: what is in it was held against its hash before it got its name. */
const CACHE = 'node_modules/.cache/lambda-packages';
const run = promisify(execFile);

/**
 * Folder of a package's files as npm has them for any machine, this one or not, in the version of package-lock.json.
 * @throws Error where what npm gave does not have the lock's hash
 */
export async function nativePackage(root: string, name: string): Promise<string> {
  const { version, integrity } = await locked(root, name);
  return kept(root, `${name.replace(/[@/]+/g, '-').slice(1)}-${version}`, async (folder) => {
    const args = ['pack', '--silent', '--ignore-scripts', '--pack-destination', folder, `${name}@${version}`];
    await run('npm', args, { cwd: folder });
    const archive = join(folder, (await readdir(folder)).find((file) => file.endsWith('.tgz')) ?? '');
    const [algorithm = '', expected] = integrity.split(/-(.*)/s);
    const hash = createHash(algorithm)
      .update(await readFile(archive))
      .digest('base64');
    if (hash !== expected) throw new Error(`${name}@${version} is not what package-lock.json names`);
    await run('tar', ['-xzf', archive, '--strip-components=1', '-C', folder]);
    await rm(archive);
  });
}

async function locked(
  root: string,
  name: string,
): Promise<{ readonly version: string; readonly integrity: string }> {
  const lock: {
    readonly packages: Readonly<Record<string, { readonly version?: string; readonly integrity?: string }>>;
  } = JSON.parse(await readFile(join(root, 'package-lock.json'), 'utf8'));
  const { version, integrity } = lock.packages[`node_modules/${name}`] ?? {};
  if (version === undefined || integrity === undefined) {
    throw new Error(`package-lock.json does not name ${name}`);
  }
  return { version, integrity };
}

const HTTPFS = 'duckdb-extension-httpfs';
/** Of the very version of @duckdb/node-bindings: DuckDB loads no other. */
const HTTPFS_VERSION = '1.5.5';
const HTTPFS_FILE = 'httpfs.duckdb_extension';
const HTTPFS_SHA256: Readonly<Record<Architecture, string>> = {
  arm64: '567d17e398fc29f7ea4bc42ea277ea19643bd1ad1815f676cb6dd994b50399bb',
  x86_64: '84913dbe172ccb54368de2c4a020c38ca8b0e76f99df548f7fac37934cc7826f',
};

/** DuckDB's httpfs, signed by DuckDB, as PyPI has it. pip refuses a wheel with another hash. */
export async function extension(
  root: string,
  architecture: Architecture,
): Promise<{ readonly file: string; readonly name: string; readonly licence: Licence }> {
  const machine = ARCHITECTURES[architecture].python;
  const folder = await kept(root, `${HTTPFS}-${HTTPFS_VERSION}-${machine}`, async (at) => {
    const wanted = join(at, 'requirements.txt');
    await writeFile(wanted, `${HTTPFS}==${HTTPFS_VERSION} --hash=sha256:${HTTPFS_SHA256[architecture]}\n`);
    const python = process.env.PYTHON ?? 'python3';
    const pip = ['-m', 'pip', 'download', '--quiet', '--disable-pip-version-check', '--no-deps'];
    const of = ['--only-binary=:all:', '--python-version=3.11', `--platform=manylinux2014_${machine}`];
    await run(python, [...pip, ...of, '--require-hashes', '--requirement', wanted, '--dest', at]);
    const wheel = (await readdir(at)).find((file) => file.endsWith('.whl')) ?? '';
    await run(python, ['-m', 'zipfile', '-e', join(at, wheel), at]);
    await rm(join(at, wheel));
  });
  return {
    file: join(folder, 'duckdb_extension_httpfs/extensions', `v${HTTPFS_VERSION}`, HTTPFS_FILE),
    name: HTTPFS_FILE,
    licence: { name: `DuckDB httpfs ${HTTPFS_VERSION}`, licence: 'MIT', from: '@duckdb/node-bindings' },
  };
}

/** The folder `name` of the cache; where it is not there, what `fill` puts into one. Two at a time do not meet. */
async function kept(root: string, name: string, fill: (folder: string) => Promise<void>): Promise<string> {
  const cache = join(root, CACHE);
  const folder = join(cache, name);
  const isThere = await access(folder).then(
    () => true,
    () => false,
  );
  if (isThere) return folder;
  await mkdir(cache, { recursive: true });
  const draft = await mkdtemp(join(cache, 'draft-'));
  try {
    await fill(draft);
    await rename(draft, folder).catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOTEMPTY' && error.code !== 'EEXIST') throw error;
    });
  } finally {
    await rm(draft, { recursive: true, force: true });
  }
  return folder;
}
