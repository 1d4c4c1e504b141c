import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type { TestProject } from 'vitest/node';
import startEmulator, { freePort } from '../../aws/support/emulator.ts';

declare module 'vitest' {
  interface ProvidedContext {
    /** `http://127.0.0.1:<port>` of Trino, and the folder whose files it reads as `local:///…`. */
    trino: { readonly server: string; readonly data: string };
  }
}

const HOUSE = join(import.meta.dirname, '../../..');
/** Where the server is kept between runs; SPENDLIGHT_TRINO may name another folder. */
const TOOLS = process.env.SPENDLIGHT_TRINO ?? join(HOUSE, 'node_modules/.cache/trino');

/**
 * Starts an emulator of AWS, and Trino over a fresh folder (catalog `hive`) and over the emulator's Glue and S3 (catalog
 * `awsdatacatalog`), on ports that were free; ends both. The first start fetches 821 MB from Maven Central.
 */
export default async function start(project: TestProject): Promise<() => Promise<void>> {
  let emulator = '';
  const endEmulator = await startEmulator({
    provide(name, value) {
      if (name === 'emulator') emulator = String(value);
      project.provide(name, value);
    },
  });
  const data = mkdtempSync(join(tmpdir(), 'spendlight-trino-'));
  const end = async (): Promise<void> => {
    await endEmulator();
    rmSync(data, { recursive: true, force: true });
  };
  const port = await freePort();
  try {
    const begun = await promisify(execFile)(join(HOUSE, '.ci/trino-up'), [TOOLS, data, String(port)], {
      env: { ...process.env, AWS_ENDPOINT: emulator },
      timeout: 1_200_000,
    });
    project.provide('trino', { server: `http://127.0.0.1:${port}`, data });
    return async () => {
      process.kill(Number(begun.stdout.trim()));
      rmSync(join(TOOLS, `run-${port}`), { recursive: true, force: true });
      await end();
    };
  } catch (error) {
    await end();
    throw error;
  }
}
