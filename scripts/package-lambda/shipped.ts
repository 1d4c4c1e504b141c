import { readdir, readFile } from 'node:fs/promises';
import { isBuiltin } from 'node:module';
import { join } from 'node:path';
import { type Bundle, EXTENSIONS } from './bundle.ts';
import { ARCHITECTURES, type Architecture } from './names.ts';
import { extension, nativePackage } from './natives.ts';
import type { Licence } from './notices.ts';
import type { ZipEntry } from './zip.ts';

/** What a bundle needs beside itself. */
export interface Shipped {
  readonly files: readonly ZipEntry[];
  readonly licences: readonly Licence[];
}

interface Order {
  readonly root: string;
  readonly architecture: Architecture;
}

const INTER = ['400Regular/Inter_400Regular.ttf', '600SemiBold/Inter_600SemiBold.ttf'];
const HAN = ['400Regular/SawarabiGothic_400Regular.ttf'];

/** By the source file that wants it at run time. */
const BY_SOURCE: Readonly<Record<string, (order: Order) => Promise<Shipped>>> = {
  'src/adapters/duckdb/remote.ts': ({ root, architecture }) => httpfs(root, architecture),
  'src/delivery/snapshot/fonts.ts': async ({ root }) =>
    together([
      await fromPackage(root, '@expo-google-fonts/inter', INTER),
      await fromPackage(root, '@expo-google-fonts/sawarabi-gothic', HAN),
    ]),
  'src/delivery/chart/month-picture.ts': ({ root }) =>
    fromPackage(root, '@expo-google-fonts/inter', INTER.slice(0, 1)),
  'src/sources/mapping/shipped.ts': ({ root }) => mappings(root),
};

/** By the package that is left out of the bundle. */
const BY_PACKAGE: Readonly<Record<string, (order: Order) => Promise<Shipped>>> = {
  '@duckdb/node-bindings': async ({ root, architecture }) =>
    together([
      await fromPackage(root, '@duckdb/node-bindings', ['duckdb.js']),
      await native(root, `@duckdb/node-bindings-linux-${ARCHITECTURES[architecture].npm}`),
    ]),
  '@resvg/resvg-js': async ({ root, architecture }) =>
    together([
      await fromPackage(root, '@resvg/resvg-js', ['index.js', 'js-binding.js']),
      await native(root, `@resvg/resvg-js-linux-${ARCHITECTURES[architecture].npm}-gnu`),
    ]),
};

/** @throws Error for a package that is neither bundled nor known here */
export async function shipped(
  root: string,
  architecture: Architecture,
  { sources, externals }: Bundle,
): Promise<Shipped> {
  const order = { root, architecture };
  const packages = [...externals].filter((name) => !isBuiltin(name));
  const loads = await Promise.all([
    ...Object.entries(BY_SOURCE).map(([source, load]) => (sources.has(source) ? load(order) : NOTHING)),
    ...packages.map((name) => {
      const load = BY_PACKAGE[name];
      if (load === undefined) throw new Error(`Nothing says how ${name} gets into the zip`);
      return load(order);
    }),
  ]);
  return together(loads);
}

const NOTHING: Shipped = { files: [], licences: [] };

const together = (loads: readonly Shipped[]): Shipped => ({
  files: [...new Map(loads.flatMap(({ files }) => files).map((file) => [file.path, file])).values()],
  licences: loads.flatMap(({ licences }) => licences),
});

/** Files of an installed package, where Node looks for them. */
async function fromPackage(root: string, name: string, files: readonly string[]): Promise<Shipped> {
  const folder = join(root, 'node_modules', name);
  return {
    files: await Promise.all(
      ['package.json', ...files].map(async (file) => ({
        path: `node_modules/${name}/${file}`,
        bytes: await readFile(join(folder, file)),
      })),
    ),
    licences: [{ package: folder }],
  };
}

/** All of a native package but its README. */
async function native(root: string, name: string): Promise<Shipped> {
  const folder = await nativePackage(root, name);
  const files = (await readdir(folder)).filter((file) => file !== 'README.md');
  return {
    files: await Promise.all(
      files.map(async (file) => ({
        path: `node_modules/${name}/${file}`,
        bytes: await readFile(join(folder, file)),
      })),
    ),
    licences: [{ package: folder }],
  };
}

async function httpfs(root: string, architecture: Architecture): Promise<Shipped> {
  const { file, name, licence } = await extension(root, architecture);
  return {
    files: [{ path: `${EXTENSIONS}/${name}`, bytes: await readFile(file) }],
    licences: [licence],
  };
}

async function mappings(root: string): Promise<Shipped> {
  const names = (await readdir(join(root, 'mappings'))).filter((name) => name.endsWith('.yaml'));
  const files = names.map(async (name) => ({
    path: `mappings/${name}`,
    bytes: await readFile(join(root, 'mappings', name)),
  }));
  return { files: await Promise.all(files), licences: [] };
}
