import { readFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { build, type Plugin } from 'esbuild';
import type { ZipEntry } from './zip.ts';

export interface Bundle {
  readonly files: readonly ZipEntry[];
  /** The source files that are in it, as paths from the project's root. */
  readonly sources: ReadonlySet<string>;
  /** The packages that it asks for at run time. */
  readonly externals: ReadonlySet<string>;
}

/** Where a zip keeps DuckDB's httpfs, below its own folder. */
export const EXTENSIONS = 'duckdb-extensions';

/**
 * In front of every chunk, so it has run before any of our code has: what CommonJS packages find in Node, and the place of
 * the engine's extension, which nobody but the package itself can know.
 */
const BANNER = [
  "import{createRequire as requireOfPackage}from'node:module';",
  'const require=requireOfPackage(import.meta.url),{dirname:__dirname,filename:__filename}=import.meta;',
  `process.env.SPENDLIGHT_DUCKDB_EXTENSIONS??=process.env.LAMBDA_TASK_ROOT+'/${EXTENSIONS}';`,
].join('');

/** What comes as native code, for one kind of machine each. */
const NATIVE = ['@duckdb/node-bindings', '@resvg/resvg-js'];

/** `src/lambda/<name>.ts` with all it imports, as ES modules: what is imported dynamically is read when it is needed. */
export async function bundle(root: string, name: string): Promise<Bundle> {
  const { outputFiles, metafile } = await build({
    absWorkingDir: root,
    entryPoints: [{ in: `src/lambda/${name}.ts`, out: 'index' }],
    outdir: 'out',
    outExtension: { '.js': '.mjs' },
    chunkNames: 'chunks/[name]-[hash]',
    bundle: true,
    splitting: true,
    format: 'esm',
    platform: 'node',
    target: 'node22',
    minify: true,
    keepNames: true, // a stack in a log shall name our functions
    legalComments: 'none', // the licences are in a file of their own
    external: NATIVE,
    banner: { js: BANNER },
    plugins: [requiredLazily(root), ...(WITHOUT_ENGINE.has(name) ? [withoutEngine] : [])],
    metafile: true,
    write: false,
    logLevel: 'warning',
  });
  const imports = Object.values(metafile.outputs).flatMap((output) => output.imports);
  return {
    files: outputFiles.map(({ path, contents }) => ({
      path: relative(join(root, 'out'), path),
      bytes: Buffer.from(contents),
    })),
    sources: new Set(Object.keys(metafile.inputs)),
    externals: new Set(imports.filter(({ external }) => external).map(({ path }) => path)),
  };
}

/** Functions that ask the lake nothing. All share what is around a handler, so an engine is in reach of each. */
const WITHOUT_ENGINE: ReadonlySet<string> = new Set(['slack-forwarder']);

/** Thirty megabytes that are never loaded slow down each cold start all the same: AWS has to fetch the zip. */
const withoutEngine: Plugin = {
  name: 'without-engine',
  setup({ onLoad }) {
    onLoad({ filter: /\/adapters\/duckdb\/duckdb-engine\.ts$/ }, () => ({
      contents: `export function openDuckDb() { throw new Error('this function is packed without the engine'); }`,
    }));
  },
};

const LOG = 'src/adapters/log/log.ts';
const LAZILY = "createRequire(import.meta.url)('pino')";

/** The log requires pino at its first line, past the bundler's eyes: here it becomes a require that the bundler follows. */
const requiredLazily = (root: string): Plugin => ({
  name: 'required-lazily',
  setup({ onLoad }) {
    onLoad({ filter: /\/adapters\/log\/log\.ts$/ }, async () => {
      const text = await readFile(join(root, LOG), 'utf8');
      if (!text.includes(LAZILY)) throw new Error(`${LOG} no longer says ${LAZILY}: bundle.ts has to know`);
      return { contents: text.replace(LAZILY, "require('pino')"), loader: 'ts' };
    });
  },
});
