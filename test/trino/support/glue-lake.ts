import { randomUUID } from 'node:crypto';
import { GlueClient } from '@aws-sdk/client-glue';
import { inject, onTestFinished } from 'vitest';
import { openDuckDb } from '../../../src/adapters/duckdb/duckdb-engine.ts';
import { glueCatalog } from '../../../src/adapters/glue/glue.ts';
import { trinoRunner } from '../../../src/adapters/trino/trino-runner.ts';
import { ask } from '../../../src/app/ask.ts';
import { readSettings } from '../../../src/config.ts';
import { projectingTurn } from '../../../src/lake/projection/projecting-turn.ts';
import type { Engine, Row } from '../../../src/ports/engine.ts';
import type { ObjectStore } from '../../../src/ports/object-store.ts';
import type { TableCatalog } from '../../../src/ports/table-catalog.ts';
import { BENCH, freshBucket, KEYS, storeIn } from '../../aws/support/buckets.ts';
import { finopsDatabase } from '../../support/finops-database.ts';
import { comparable } from './comparing.ts';

const AWS = {
  region: 'us-east-1',
  roleArn: undefined,
  externalId: undefined,
  sessionName: 'spendlight',
  endpoint: undefined,
  kmsKeyId: undefined,
};

/** A lake on the emulator's S3, the database of Glue that follows it, and a Trino that reads nothing but that. */
export async function glueLake() {
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
  process.env.AWS_ACCESS_KEY_ID = KEYS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = KEYS.secretAccessKey;
  const catalog = glueCatalog({
    aws: AWS,
    database,
    endpoint: emulator,
    pause: async () => undefined,
    random: { id: () => randomUUID() },
  });
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
  const trino = trinoRunner({
    server: inject('trino').server,
    user: 'auditor',
    catalog: 'awsdatacatalog',
    schema: database,
  });
  onTestFinished(async () => {
    client.destroy();
    await trino.close();
    await engine.close();
  });
  const troubles: string[] = [];
  return {
    bucket,
    store,
    database,
    catalog,
    engine,
    troubles,
    /** What a reader of Athena gets. */
    trino: async (text: string): Promise<Row[]> => (await trino.run(text)).rows,
    turn: turnOf(catalog, troubles),
    /** What `spendlight query` answers. */
    duckdb: (text: string) => asked(openEngine, store, text),
    /** Both answers as texts, in one order. */
    async both(
      text: string,
    ): Promise<{ readonly trino: readonly string[]; readonly duckdb: readonly string[] }> {
      const [theirs, ours] = [(await trino.run(text)).rows, await asked(openEngine, store, text)];
      return { trino: theirs.map(comparable).sort(), duckdb: ours.map(comparable).sort() };
    },
  };
}

const turnOf = (catalog: TableCatalog, troubles: string[]) =>
  projectingTurn((of, _, work) => work(of), {
    tablesOf: async () => catalog,
    log: () => ({
      info: () => undefined,
      warn: (_, facts) => troubles.push(JSON.stringify(facts)),
      error: () => undefined,
    }),
    onBehind: () => troubles.push('behind'),
  });

export type GlueLake = Awaited<ReturnType<typeof glueLake>>;

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
