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
import { athenaEngine } from '../../../src/adapters/athena/athena-engine.ts';
import { athena } from '../../../src/adapters/athena/client.ts';
import { tableInput, temporaryTables } from '../../../src/adapters/athena/temporary-tables.ts';
import { systemClock, systemPause, systemRandom } from '../../../src/adapters/clock/clock.ts';
import { openDuckDb } from '../../../src/adapters/duckdb/duckdb-engine.ts';
import { glueCatalog } from '../../../src/adapters/glue/glue.ts';
import { openS3 } from '../../../src/adapters/s3/open.ts';
import { lakeAsker } from '../../../src/adapters/trino/lake-asker.ts';
import { ingest } from '../../../src/app/ingest.ts';
import type { IngestRequest } from '../../../src/app/ingest-doors.ts';
import type { IngestReport } from '../../../src/app/ingest-report.ts';
import { folderPlace, LAKE_TABLES } from '../../../src/lake/tables.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import type { ObjectStore } from '../../../src/ports/object-store.ts';
import { freshBucket, KEYS } from '../../aws/support/buckets.ts';
import { upload } from '../../aws/support/lake-desk.ts';
import { type AthenaBridge, athenaBridge } from './athena-bridge.ts';

/** A lake, and the engine that does all its work. */
export interface Place {
  readonly store: ObjectStore;
  readonly engine: Engine;
  ingest(request: Partial<IngestRequest>, ...paths: readonly string[]): Promise<IngestReport>;
}

export interface TwoLakes {
  readonly bridge: AthenaBridge;
  /** `s3://…` of the bucket in which deliveries are put. */
  readonly exports: string;
  readonly embedded: Place;
  readonly there: Place;
  /** Objects below the folder of temporary things. */
  readonly work: ObjectStore;
  put(key: string, bytes: Uint8Array | string): Promise<void>;
  /** Names of the tables in Glue that are nobody's for long. */
  temporary(): Promise<readonly string[]>;
}

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_PROGRESS = { step: () => undefined, end: () => undefined };
const SETTINGS = {
  costMetric: 'BilledCost',
  reportingCurrency: 'USD',
  requiredTagKeys: ['Environment'],
} as const;
const NOW = Date.parse('2026-11-19T07:00:00Z');

export async function twoLakes(): Promise<TwoLakes> {
  const emulator = inject('emulator');
  const bridge = await athenaBridge(emulator, inject('trino').server);
  const [lakeBucket, exportBucket] = [await freshBucket(emulator), await freshBucket(emulator)];
  process.env.AWS_ACCESS_KEY_ID = KEYS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = KEYS.secretAccessKey;
  const aws = {
    region: 'us-east-1',
    roleArn: undefined,
    externalId: undefined,
    sessionName: 'spendlight',
    endpoint: bridge.url,
    kmsKeyId: undefined,
    sourceRoles: [],
  };
  const patience = { pause: systemPause, random: systemRandom };
  const s3 = openS3(aws, patience);
  const clock = { ...systemClock, now: () => NOW };
  const scratch = await mkdtemp(join(tmpdir(), 'spendlight-two-lakes-'));
  const engineHere = () =>
    openDuckDb({
      memoryLimit: '1GB',
      remote: { extensions: inject('extensions'), clock: systemClock, access: async () => s3.access },
    });
  const embedded = await engineHere();
  const store = s3.store(`s3://${lakeBucket}/there`);
  const work = s3.store(`s3://${lakeBucket}/athena-results/work`);
  const database = await databaseFor(bridge.url, store, lakeBucket);
  const runner = athena({
    ...{ aws, ...patience, database, workgroup: database, reuseMinutes: 0, usdPerTb: '5' },
    endpoint: bridge.url,
  });
  const engine = athenaEngine({
    asker: lakeAsker({
      runner,
      tables: LAKE_TABLES,
      locate: (uri) => ({ path: uri, key: uri.slice(store.location.length + 1) }),
      listed: async (folder) => (await store.list(folder)).map(({ key }) => key),
    }),
    embedded: engineHere,
    ...{ lake: store, work, random: systemRandom },
    tables: temporaryTables({ aws, database, clock, endpoint: bridge.url, ...patience }),
    catalog: glueCatalog({ aws, database, endpoint: bridge.url, ...patience }),
    partitionOf(uri) {
      const place = folderPlace(uri.slice(store.location.length + 1));
      return place && { ...place, location: `${store.location}/${place.folder}/` };
    },
  });
  onTestFinished(async () => {
    await engine.close();
    await embedded.close();
    await bridge.close();
    await rm(scratch, { recursive: true, force: true });
  });
  const place = (of: Pick<Place, 'store' | 'engine'>, wish: 'athena' | undefined): Place => ({
    ...of,
    ingest: (request, ...paths) =>
      ingest(
        {
          ...{ ...of, engine: embedded, clock, random: systemRandom, progress: NO_PROGRESS, log: SILENT },
          ...{ settings: SETTINGS, scratch, outside: async () => s3.outside },
          atScale: wish && { wish, fromBytes: 0, open: async () => ({ engine, work }) },
        },
        { paths, format: 'auto', allow: { shrink: false }, maxRejects: 0, ...request },
      ),
  });
  return {
    ...{ bridge, work, exports: `s3://${exportBucket}` },
    embedded: place({ store: s3.store(`s3://${lakeBucket}/here`), engine: embedded }, undefined),
    there: place({ store, engine }, 'athena'),
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
async function databaseFor(endpoint: string, lake: ObjectStore, bucket: string): Promise<string> {
  const database = `two_lakes_${randomUUID().replaceAll('-', '')}`;
  const glue = glueAt(endpoint);
  await glue.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
  for (const { table, prefix, columns, keys } of LAKE_TABLES) {
    const TableInput = {
      ...tableInput(table, `${lake.location}/${prefix}/`, columns),
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
