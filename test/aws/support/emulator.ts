import { execFile } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import { recorder } from './recorder.ts';

declare module 'vitest' {
  export interface ProvidedContext {
    /** `http://127.0.0.1:<port>` of the emulator, behind the recorder. */
    readonly emulator: string;
    /** File with the AWS calls of this run, a line each. */
    readonly calls: string;
    /** Folder with DuckDB's httpfs extension. */
    readonly extensions: string;
  }
}

export const ROOT = fileURLToPath(new URL('../../../', import.meta.url));
/** Kept over runs: making it takes half a minute. */
export const TOOLS = process.env.AWS_EMULATOR_DIR ?? join(ROOT, 'node_modules/.cache/aws-emulator');

/** Starts the emulator before all tests, and ends it after them. */
export default async function setup(project: Pick<TestProject, 'provide'>): Promise<() => Promise<void>> {
  const port = await freePort();
  const { stdout } = await promisify(execFile)(join(ROOT, '.ci/aws-emulator'), [TOOLS, String(port)]);
  const pid = Number(stdout.trim());
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-calls-'));
  const calls = process.env.SPENDLIGHT_AWS_CALLS || join(folder, 'calls.jsonl');
  const recording = await recorder(`http://127.0.0.1:${port}`, calls);
  project.provide('emulator', recording.url);
  project.provide('calls', calls);
  project.provide('extensions', join(TOOLS, 'duckdb-extensions'));
  return async () => {
    await recording.close();
    await rm(folder, { recursive: true, force: true });
    process.kill(pid);
  };
}

/** A port of this machine that nobody listens on. */
export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
