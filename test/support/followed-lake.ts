import { randomUUID } from 'node:crypto';
import { GlueClient } from '@aws-sdk/client-glue';
import { inject, onTestFinished } from 'vitest';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { glueCatalog } from '../../src/adapters/glue/glue.ts';
import { ask } from '../../src/app/ask.ts';
import { readSettings } from '../../src/config.ts';
import type { Turn } from '../../src/lake/lease.ts';
import { projectingTurn } from '../../src/lake/projection/projecting-turn.ts';
import type { Engine, Row } from '../../src/ports/engine.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { TableCatalog } from '../../src/ports/table-catalog.ts';
import { BENCH, freshBucket, KEYS, storeIn } from '../aws/support/buckets.ts';
import { AWS } from './aws-settings.ts';
import { finopsDatabase } from './finops-database.ts';

/** Glue at `endpoint`, which pauses only for the length of a turn. */
export function catalogAt(endpoint: string, database: string): TableCatalog {
  process.env.AWS_ACCESS_KEY_ID = KEYS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = KEYS.secretAccessKey;
  const random = { id: () => randomUUID() };
  return glueCatalog({ aws: AWS, database, endpoint, pause: async () => undefined, random });
}

/** A lake on the emulator's S3, and the database of Glue that follows it, reached at `glue`. */
export async function followedLake(glue: string = inject('emulator')) {
  const emulator = inject('emulator');
  const bucket = await freshBucket(emulator);
  const store = storeIn(emulator, bucket, { prefix: 'lake' });
  const database = `finops_${randomUUID().replaceAll('-', '')}`;
  const client = new GlueClient({
    endpoint: emulator,
    region: 'us-east-1',
    maxAttempts: 1,
    credentials: BENCH,
  });
  await finopsDatabase(client, database, store.location);
  client.destroy();
  const catalog = catalogAt(glue, database);
  const openEngine = () => {
    const access = async () => ({
      region: 'us-east-1',
      endpoint: emulator,
      kmsKeyId: undefined,
      keys: async () => KEYS,
    });
    const remote = { extensions: inject('extensions'), clock: { now: () => 0 }, access };
    return openDuckDb({ memoryLimit: '1GB', remote });
  };
  const engine = await openEngine();
  onTestFinished(() => engine.close());
  const troubles: string[] = [];
  return {
    store,
    database,
    catalog,
    engine,
    /** What turns told of tables that are behind. */
    troubles,
    turn: turnOf(catalog, troubles),
    tables: { catalog, csvArchiveAfterDays: 90 },
    /** What `spendlight query` answers. */
    duckdb: (text: string) => asked(openEngine, store, text),
  };
}

const turnOf = (catalog: TableCatalog, troubles: string[]): Turn =>
  projectingTurn((of, _, work) => work(of), {
    tablesOf: async () => catalog,
    log: () => ({
      info: () => undefined,
      warn: (_, facts) => troubles.push(String(facts?.code)),
      error: () => undefined,
    }),
    onBehind: () => troubles.push('behind'),
  });

/** Behind shut doors, as a user's own SELECT: each needs an engine of its own. */
async function asked(open: () => Promise<Engine>, store: ObjectStore, text: string): Promise<readonly Row[]> {
  const { requiredTagKeys } = readSettings({});
  const engine = await open();
  try {
    return (await ask(engine, store, text, { requiredTagKeys })).rows;
  } finally {
    await engine.close();
  }
}
