import { execFile } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import startEmulator from '../../aws/support/emulator.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** Folder with AWS's runtime client and the Nodes that AWS offers, as .ci/lambda-runtime makes it. */
    readonly runtime: string;
    /** Folder with a folder for each function, unpacked from its zip for this machine. */
    readonly unpacked: string;
  }
}

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Kept over runs: building AWS's client takes half a minute. */
const RUNTIME = process.env.SPENDLIGHT_LAMBDA_RUNTIME ?? join(ROOT, 'node_modules/.cache/lambda-runtime');

export const FUNCTIONS = ['digest', 'ingest', 'process', 'gap-check', 'slack-forwarder'] as const;
export type FunctionName = (typeof FUNCTIONS)[number];
/** This machine's, in AWS's words. */
export const ARCHITECTURE = process.arch === 'arm64' ? 'arm64' : 'x86_64';

export const zipOf = (name: FunctionName, architecture: string = ARCHITECTURE): string =>
  join(ROOT, 'dist/lambda', `${name}-${architecture}.zip`);

const run = promisify(execFile);

/**
 * Packs every function for both architectures, unpacks those of this one where no package of ours is near, and starts the
 * emulator with a Node of Lambda's first on its path: it runs functions by the `node` that it finds.
 */
export default async function setup(project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  await run(join(ROOT, '.ci/lambda-runtime'), [RUNTIME], { timeout: 600_000 });
  const { stdout } = await run('npm', ['run', '-s', 'package:lambda'], { cwd: ROOT, timeout: 600_000 });
  process.stdout.write(stdout);
  const unpacked = await mkdtemp(join(tmpdir(), 'spendlight-lambda-'));
  for (const name of FUNCTIONS) {
    await run('python3', ['-m', 'zipfile', '-e', zipOf(name), join(unpacked, name)]);
  }
  project.provide('runtime', RUNTIME);
  project.provide('unpacked', unpacked);
  const { PATH = '' } = process.env;
  process.env.PATH = `${join(RUNTIME, 'node-22')}:${PATH}`;
  const endEmulator = await startEmulator(project).finally(() => {
    process.env.PATH = PATH;
  });
  return async () => {
    await endEmulator();
    await rm(unpacked, { recursive: true, force: true });
  };
}
