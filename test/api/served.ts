import { spawnSync } from 'node:child_process';
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { stoppedClock } from '../../src/adapters/clock/clock.ts';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { listen } from '../../src/adapters/http/node-server.ts';
import { guardFor } from '../../src/api/guard.ts';
import { serving } from '../../src/api/serving.ts';
import { ingest } from '../../src/app/ingest.ts';
import type { Log } from '../../src/ports/clock.ts';
import type { Site } from '../../src/ports/site.ts';

/** The moment of every test here. */
export const NOW = '2026-11-21T07:00:00Z';

/** A server over a lake in a folder. */
export interface ServedLake {
  readonly base: string;
  readonly port: number;
  readonly lake: string;
  readonly logged: { readonly event: string; readonly facts: unknown }[];
  readonly oneTimePath: string | undefined;
  get(path: string, headers?: Readonly<Record<string, string>>): Promise<Response>;
  json<T = Record<string, unknown>>(path: string): Promise<T>;
  end(): Promise<void>;
}

export interface ServeWith {
  readonly token?: string;
  readonly pages?: Site;
  /** ISO 8601; NOW unless told. */
  readonly now?: string;
}

const settings = {
  costMetric: 'BilledCost' as const,
  reportingCurrency: 'USD',
  requiredTagKeys: ['Environment', 'Owner', 'Project', 'CostCenter'],
};
const clock = stoppedClock(Date.parse(NOW));

/** The real server on a port of its own. */
export async function serveLake(
  lake: string,
  { token, pages, now = NOW }: ServeWith = {},
): Promise<ServedLake> {
  const clock = stoppedClock(Date.parse(now));
  const scratch: string[] = [];
  const logged: ServedLake['logged'] = [];
  const note = (event: string, facts?: unknown): void => void logged.push({ event, facts });
  const log: Log = { info: note, warn: note, error: note };
  const openEngine = () => openDuckDb({ memoryLimit: '512MB', threads: 2 });
  const auth = { mode: token === undefined ? ('none' as const) : ('token' as const), token };
  const server = serving({
    store: diskStore(lake),
    openEngine,
    openSmallEngine: openEngine,
    openLargeEngine: openEngine,
    async scratch() {
      const folder = await mkdtemp(join(tmpdir(), 'spendlight-api-'));
      scratch.push(folder);
      return folder;
    },
    turn: (store, _, work) => work(store),
    alarms: undefined,
    clock,
    pause: (ms) => new Promise((resolve) => setTimeout(resolve, Math.min(ms, 50)).unref()),
    random: { id: () => randomUUID() },
    log,
    settings,
    guard: guardFor({ auth, publicUrl: undefined }, '127.0.0.1', () => 'never'),
    pages,
    bodyMs: 300,
    process: {
      version: '0.0.0-test',
      node: process.version,
      auth: auth.mode,
      uptimeSeconds: () => 1,
      memoryBytes: () => process.memoryUsage.rss(),
    },
  });
  await server.warm();
  const listening = await listen({
    fetch: server.fetch,
    host: '127.0.0.1',
    port: 0,
    headersMs: 500,
    stopping: server.stopping,
  });
  const base = `http://127.0.0.1:${listening.port}`;
  const get: ServedLake['get'] = (path, headers = {}) => fetch(base + path, { headers });
  return {
    base,
    port: listening.port,
    lake,
    logged,
    oneTimePath: server.guard.oneTimePath(),
    get,
    async json<T>(path: string): Promise<T> {
      const response = await get(path);
      if (!response.ok) throw new Error(`${path}: ${response.status} ${await response.text()}`);
      return (await response.json()) as T;
    },
    async end() {
      await listening.stop();
      await server.end();
      await Promise.all(scratch.map((folder) => rm(folder, { recursive: true, force: true })));
    },
  };
}

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));

/** A small simulated lake with its daily run done, made by the built program as a person would. */
export async function demoLake(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-api-lake-'));
  const lake = join(folder, 'lake');
  const run = (...args: readonly string[]): void => {
    const env = { PATH: process.env.PATH, OUTBOX_DIR: join(folder, 'outbox'), LOG_LEVEL: 'ERROR' };
    const { status, stderr } = spawnSync(process.execPath, [MAIN, '--lake', lake, '--now', NOW, ...args], {
      encoding: 'utf8',
      env,
    });
    if (status !== 0 && status !== 1) throw new Error(`${args.join(' ')} ended with ${status}: ${stderr}`);
  };
  run('demo', '--days', '75', '--accounts', '8', '--lines-per-day', '150');
  run('run');
  return lake;
}

/** A lake of one real bill. */
export async function billLake(bill: string): Promise<string> {
  const lake = await mkdtemp(join(tmpdir(), 'spendlight-api-bill-'));
  const engine = await openDuckDb({ memoryLimit: '512MB', threads: 2 });
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  const scratch = await mkdtemp(join(tmpdir(), 'spendlight-api-scratch-'));
  try {
    await ingest(
      {
        engine,
        store: diskStore(lake),
        clock,
        random: { id: () => randomUUID() },
        progress: { step: () => undefined, end: () => undefined },
        log: silent,
        settings,
        scratch,
      },
      {
        paths: [fileURLToPath(new URL(`../fixtures/bills/${bill}`, import.meta.url))],
        format: 'auto',
        allow: { shrink: false },
        maxRejects: 0,
      },
    );
  } finally {
    await engine.close();
    await rm(scratch, { recursive: true, force: true });
  }
  return lake;
}
