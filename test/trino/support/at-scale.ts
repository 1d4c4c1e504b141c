// Two lakes on S3 beside each other: one made by the embedded engine, one by Athena, and the same deliveries for both.
import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import {
  CreateDatabaseCommand,
  CreateTableCommand,
  GetTablesCommand,
  GlueClient,
} from '@aws-sdk/client-glue';
import { inject, onTestFinished } from 'vitest';
import { tableInput } from '../../../src/adapters/athena/temporary-tables.ts';
import { ingest } from '../../../src/app/ingest.ts';
import type { IngestDoors, IngestRequest } from '../../../src/app/ingest-doors.ts';
import type { IngestReport } from '../../../src/app/ingest-report.ts';
import { readSettings } from '../../../src/config.ts';
import { known } from '../../../src/core/errors/invariant.ts';
import { LAKE_TABLES } from '../../../src/lake/tables.ts';
import { openAtScale } from '../../../src/openers/at-scale.ts';
import { openEngine } from '../../../src/openers/engine.ts';
import { machine } from '../../../src/openers/machine.ts';
import { openOutside, openStore } from '../../../src/openers/store.ts';
import type { AtScale } from '../../../src/ports/at-scale.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import type { ObjectStore } from '../../../src/ports/object-store.ts';
import { freshBucket, KEYS } from '../../aws/support/buckets.ts';
import { type FaultProxy, faultProxy } from '../../aws/support/fault-proxy.ts';
import { upload } from '../../aws/support/lake-desk.ts';
import { athenaBridge } from './athena-bridge.ts';

/** A lake, and what works on it. */
export interface Place {
  readonly store: ObjectStore;
  readonly doors: IngestDoors;
  ingest(request: Partial<IngestRequest>, ...paths: readonly string[]): Promise<IngestReport>;
}

export interface TwoLakes {
  /** What goes to AWS, Athena included. */
  readonly proxy: FaultProxy;
  /** `s3://…` of the bucket in which deliveries are put. */
  readonly exports: string;
  /** The embedded engine. */
  readonly engine: Engine;
  readonly embedded: Place;
  /** Athena. */
  readonly there: Place;
  /** The lake of `there`; what may be done by either of them is done by the embedded engine, for it is small. */
  readonly either: Place;
  put(key: string, bytes: Uint8Array | string): Promise<void>;
  /** Names of the tables in Glue that are nobody's for long. */
  temporary(): Promise<readonly string[]>;
}

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_PROGRESS = { step: () => undefined, end: () => undefined };
const NOW = Date.parse('2026-11-19T07:00:00Z');

export async function twoLakes(): Promise<TwoLakes> {
  const emulator = inject('emulator');
  const bridge = await athenaBridge(emulator, inject('trino').server);
  const [lakeBucket, exportBucket] = [await freshBucket(emulator), await freshBucket(emulator)];
  const proxy = await faultProxy(bridge.url);
  const there = `s3://${lakeBucket}/there`;
  const database = await databaseFor(bridge.url, there, lakeBucket);
  const environment = {
    AWS_ENDPOINT_URL: proxy.url,
    AWS_ACCESS_KEY_ID: KEYS.accessKeyId,
    AWS_SECRET_ACCESS_KEY: KEYS.secretAccessKey,
    SPENDLIGHT_DUCKDB_EXTENSIONS: inject('extensions'),
    SPENDLIGHT_MEMORY_LIMIT: '1GB',
    REQUIRED_TAG_KEYS: 'Environment',
    GLUE_DATABASE: database,
    ATHENA_WORKGROUP: database,
  };
  Object.assign(process.env, environment);
  const settings = readSettings(environment);
  const scratch = await mkdtemp(join(tmpdir(), 'spendlight-two-lakes-'));
  const embedded = await openEngine(settings, { tempDirectory: scratch });
  const open = (location: string) => openStore(settings, () => SILENT, location);
  const store = await open(there);
  const atScale = known(
    openAtScale(settings, { wish: 'athena', store, log: SILENT, embedded: async () => embedded }),
    'Athena',
  );
  onTestFinished(async () => {
    await embedded.close();
    await proxy.close();
    await bridge.close();
    await rm(scratch, { recursive: true, force: true });
  });
  const doors = {
    ...{ engine: embedded, random: machine.random, progress: NO_PROGRESS, log: SILENT, settings, scratch },
    clock: { ...machine.clock, now: () => NOW },
    outside: () => openOutside(settings),
  };
  const place = (of: ObjectStore, scale: AtScale | undefined): Place => ({
    store: of,
    doors: { ...doors, store: of, atScale: scale },
    ingest: (request, ...paths) =>
      ingest(
        { ...doors, store: of, atScale: scale },
        { paths, format: 'auto', allow: { shrink: false }, maxRejects: 0, ...request },
      ),
  });
  return {
    ...{ proxy, engine: embedded, exports: `s3://${exportBucket}` },
    embedded: place(await open(`s3://${lakeBucket}/here`), undefined),
    there: place(store, atScale),
    either: place(store, { ...atScale, wish: 'auto' }),
    put: (key, bytes) => upload(exportBucket, key, bytes),
    async temporary() {
      const client = glueAt(bridge.url);
      const { TableList = [] } = await client.send(new GetTablesCommand({ DatabaseName: database }));
      client.destroy();
      return TableList.map(({ Name = '' }) => Name).filter((table) => table.startsWith('spendlight_tmp_'));
    },
  };
}

const glueAt = (endpoint: string): GlueClient =>
  new GlueClient({ endpoint, region: 'us-east-1', credentials: KEYS });

/** A database with the tables over the folders of `lake`, and a workgroup of the same name. */
async function databaseFor(endpoint: string, lake: string, bucket: string): Promise<string> {
  const database = `two_lakes_${randomUUID().replaceAll('-', '')}`;
  const glue = glueAt(endpoint);
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
  for (const { table, prefix, columns, keys } of LAKE_TABLES) {
    const TableInput = {
      ...tableInput(table, `${lake}/${prefix}/`, columns),
      PartitionKeys: keys.map(({ name }) => ({ Name: name, Type: 'string' })),
    };
    await glue.send(new CreateTableCommand({ DatabaseName: database, TableInput }));
  }
  glue.destroy();
  const client = new AthenaClient({ endpoint, region: 'us-east-1', credentials: KEYS });
  const OutputLocation = `s3://${bucket}/athena-results/`;
  const Configuration = { ResultConfiguration: { OutputLocation } };
  await client.send(new CreateWorkGroupCommand({ Name: database, Configuration }));
  client.destroy();
  return database;
}
