import { readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { PutObjectCommand } from '@aws-sdk/client-s3';
import { expect, inject, onTestFinished } from 'vitest';
import type { ObjectStore } from '../../../src/ports/object-store.ts';
import { type Desk, desk, type Ended } from '../../support/program.ts';
import { clientOf, freshBucket, KEYS, storeIn } from './buckets.ts';
import { type FaultProxy, faultProxy, type Seen } from './fault-proxy.ts';

/** The present in these tests. */
export const NOW = '2026-11-19T07:05:00Z';

/** What the program needs to reach the emulator, or a proxy before it; nothing else of the environment reaches it. */
export const environment = (endpoint: string): Record<string, string> => ({
  AWS_ENDPOINT_URL: endpoint,
  AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
  AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
  SPENDLIGHT_DUCKDB_EXTENSIONS: inject('extensions'),
});

/** A lake on S3, empty at first, behind a proxy of its own, at a desk of its own. */
export interface LakeDesk {
  readonly bucket: string;
  readonly proxy: FaultProxy;
  readonly own: Desk;
  readonly env: Record<string, string>;
  /** The lake, not by the proxy. */
  readonly store: ObjectStore;
  /** Runs the built program with this lake. */
  run(...args: readonly string[]): Promise<Ended>;
  clear(): Promise<void>;
}

/** As `lakeDesk`, until the test is over. */
export async function lakeOn(lake: Parameters<typeof lakeDesk>[0] = {}): Promise<LakeDesk> {
  const at = await lakeDesk(lake);
  onTestFinished(() => at.clear());
  return at;
}

export async function lakeDesk(lake: { readonly env?: Record<string, string> } = {}): Promise<LakeDesk> {
  const emulator = inject('emulator');
  const bucket = await freshBucket(emulator);
  const proxy = await faultProxy(emulator);
  const own = await desk();
  const clear = async (): Promise<void> => {
    await proxy.close();
    await own.clear();
  };
  const env = { ...environment(proxy.url), SPENDLIGHT_LAKE: `s3://${bucket}/finops`, ...lake.env };
  const run = (...args: readonly string[]) => own.run(['--now', NOW, ...args], env);
  return { bucket, proxy, own, run, env, clear, store: storeIn(emulator, bucket, { prefix: 'finops' }) };
}

export const good = (ended: Ended): Ended => {
  expect(ended.code, ended.stderr).toBe(0);
  return ended;
};

export async function upload(bucket: string, key: string, bytes: Uint8Array | string): Promise<void> {
  const client = clientOf(inject('emulator'));
  await client.send(new PutObjectCommand({ Bucket: bucket, Key: key, Body: bytes }));
  client.destroy();
}

/** Uploads a folder below `prefix`, in the order of the names: data/ comes before metadata/, as in a real delivery. */
export async function uploadFolder(folder: string, bucket: string, prefix: string): Promise<void> {
  for (const file of await filesBelow(folder))
    await upload(bucket, `${prefix}/${file}`, await readFile(join(folder, file)));
}

export async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
  return files.map((file) => relative(folder, file)).sort();
}

/** The files at `paths` of one desk, at another. */
export async function copyFiles(from: Desk, to: Desk, ...paths: readonly string[]): Promise<void> {
  for (const path of paths) await writeFile(join(to.folder, path), await readFile(join(from.folder, path)));
}

export const sentTo = (proxy: FaultProxy, method: string, part: string): Seen[] =>
  proxy.seen.filter((seen) => seen.method === method && seen.path.includes(part));
