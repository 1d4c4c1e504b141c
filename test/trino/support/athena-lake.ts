// A lake on S3, made by the program itself, with the tables of Glue that follow it, and the three engines that may answer.
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { inject } from 'vitest';
import { readSettings, type Settings } from '../../../src/config.ts';
import type { ObjectStore } from '../../../src/ports/object-store.ts';
import { BENCH, freshBucket, storeIn } from '../../aws/support/buckets.ts';
import { environment, good } from '../../aws/support/lake-desk.ts';
import { finopsDatabase } from '../../support/finops-database.ts';
import { type Desk, desk, type Ended } from '../../support/program.ts';
import { writeSimulatedExport } from '../../support/simulated-export.ts';
import { type AthenaBridge, athenaBridge } from './athena-bridge.ts';

export interface AthenaLake {
  readonly bridge: AthenaBridge;
  readonly store: ObjectStore;
  /** Of the program, as its environment says. */
  readonly settings: Settings;
  /** Runs the built program as of `now`, with these settings beside its own. */
  run(now: string, args: readonly string[], env?: Readonly<Record<string, string>>): Promise<Ended>;
  clear(): Promise<void>;
}

export const NOW = '2026-11-19T07:05:00Z';

/** A month delivered twice, two days apart, each time judged and mailed; the second delivery restates days of the first. */
export async function athenaLake(): Promise<AthenaLake> {
  const emulator = inject('emulator');
  const bridge = await athenaBridge(emulator, inject('trino').server);
  const [bucket, own] = [await freshBucket(emulator), await desk()];
  const database = `finops_${randomUUID().replaceAll('-', '')}`;
  const store = storeIn(emulator, bucket, { prefix: 'lake' });
  const where = { endpoint: emulator, region: 'us-east-1', credentials: BENCH };
  await finopsDatabase(new GlueClient(where), database, store.location);
  const results = { ResultConfiguration: { OutputLocation: `s3://${bucket}/athena-results/` } };
  await new AthenaClient(where).send(new CreateWorkGroupCommand({ Name: database, Configuration: results }));
  const env = {
    ...environment(bridge.url),
    SPENDLIGHT_LAKE: store.location,
    GLUE_DATABASE: database,
    ATHENA_WORKGROUP: database,
    TRINO_URL: inject('trino').server,
    TRINO_CATALOG: 'awsdatacatalog',
    TRINO_SCHEMA: database,
    LOG_FORMAT: 'json',
  };
  const run: AthenaLake['run'] = (now, args, more) => own.run(['--now', now, ...args], { ...env, ...more });
  await delivered(own, run);
  return {
    ...{ bridge, store, run, settings: readSettings(env) },
    async clear() {
      await bridge.close();
      await own.clear();
    },
  };
}

/** An invoice that is some dollars off, in the program's folder. */
export const INVOICE = 'invoice.csv';

async function delivered({ folder }: Desk, run: AthenaLake['run']): Promise<void> {
  await writeFile(join(folder, INVOICE), 'amount,currency\n12345.67,USD\n');
  for (const now of ['2026-11-17T07:05:00Z', NOW]) {
    const from = join(folder, now.slice(0, 10));
    await mkdir(from);
    await writeSimulatedExport(from, { days: 20, accounts: 4, linesPerDay: 20, now });
    good(await run(now, ['ingest', join(from, 'export'), '--accounts', join(from, 'accounts.csv')]));
    good(await run(now, ['budgets', 'import', join(from, 'budgets.csv')]));
    good(await run(now, ['run']));
  }
}
