// The embedded engine on S3: which keys it uses, how it bears bad days, and what it says without its extension.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import type { RemoteKeys } from '../../src/adapters/duckdb/remote.ts';
import { sql } from '../../src/sql/sql.ts';
import { freshBucket, KEYS, storeIn } from './support/buckets.ts';
import { type Fault, faultProxy, firstOf, type Seen } from './support/fault-proxy.ts';

const emulator = inject('emulator');
const extensions = inject('extensions');
const NUMBERS = sql`SELECT n FROM UNNEST(sequence(1, 1000)) AS t(n)`;
const COLUMNS = [{ name: 'n', type: 'bigint' }];
const MINUTE = 60_000;

let bucket = '';
beforeAll(async () => {
  bucket = await freshBucket(emulator);
});

interface EngineOf {
  readonly keys?: (options?: { readonly renewed: boolean }) => Promise<RemoteKeys>;
  readonly now?: () => number;
  readonly folder?: string | undefined;
}

/** An engine behind a proxy of its own. */
async function engineOn({ keys = async () => KEYS, now = () => 0, folder = extensions }: EngineOf = {}) {
  const proxy = await faultProxy(emulator);
  const access = async () => ({ region: 'us-east-1', endpoint: proxy.url, kmsKeyId: undefined, keys });
  const engine = await openDuckDb({ remote: { extensions: folder, clock: { now }, access } });
  onTestFinished(async () => {
    await engine.close();
    await proxy.close();
  });
  return { proxy, engine };
}

const keyOf = ({ headers }: Seen): string =>
  /Credential=([^/]+)/.exec(String(headers.authorization))?.[1] ?? 'none';

describe('what it writes', () => {
  it('is read by the store and by itself, and is there at once or not at all', async () => {
    const { engine } = await engineOn();
    const store = storeIn(emulator, bucket);
    const uri = store.uri('load=1/part-00000.parquet');
    expect(await engine.write(NUMBERS, uri)).toEqual({ rows: 1000, files: [{ uri, rows: 1000 }] });
    const { bytes, sha256 } = await store.seal('load=1/part-00000.parquet');
    expect(await store.hash('load=1/part-00000.parquet')).toEqual([{ bytes, sha256 }]);
    await engine.files('numbers', [uri], COLUMNS);
    expect(await engine.rows(sql`SELECT count(*), sum(n) FROM numbers`)).toEqual([[1000, 500500]]);
    const broken = sql`SELECT CAST(CASE WHEN n = 999 THEN 'x' ELSE '1' END AS bigint) AS n FROM numbers`;
    await expect(engine.write(broken, store.uri('load=2/part-00000.parquet'))).rejects.toThrow(
      'Conversion Error',
    );
    expect((await store.list('load=')).map(({ key }) => key)).toEqual(['load=1/part-00000.parquet']);
  });

  it('can be asked by a person, whose query reaches nothing else in the bucket', async () => {
    const { engine } = await engineOn();
    const store = storeIn(emulator, bucket);
    await store.put('secret.csv', new TextEncoder().encode('a\n1\n'));
    await engine.write(NUMBERS, store.uri('asked.parquet'));
    await engine.files('numbers', [store.uri('asked.parquet')], COLUMNS);
    expect((await engine.ask('SELECT count(*) FROM numbers')).rows).toEqual([[1000]]);
    for (const text of [
      `SELECT * FROM read_csv('${store.uri('secret.csv')}')`,
      `SELECT * FROM read_csv('${emulator}/${bucket}/secret.csv')`,
      'SELECT * FROM duckdb_secrets(redact = false)',
    ])
      await expect(engine.ask(text)).rejects.toMatchObject({ code: 'QUERY_INVALID' });
  });
});

describe('its keys', () => {
  it('are renewed before a statement that they might not outlive, also after a question shut its doors', async () => {
    let now = 0;
    let made = 0;
    const fresh = () => ({
      accessKeyId: `AKIA${String(++made).padStart(12, '0')}`,
      secretAccessKey: 'x',
      sessionToken: `t${made}`,
      expiration: new Date(now + 60 * MINUTE),
    });
    let current: ReturnType<typeof fresh> | undefined;
    const keys = async (options?: { readonly renewed: boolean }) => {
      if (
        current === undefined ||
        options?.renewed === true ||
        current.expiration.getTime() - now < 5 * MINUTE
      )
        current = fresh();
      return current;
    };
    const { proxy, engine } = await engineOn({ keys, now: () => now });
    const uri = `s3://${bucket}/keys.parquet`;
    await engine.write(NUMBERS, uri);
    await engine.files('numbers', [uri], COLUMNS);
    await engine.ask('SELECT count(*) FROM numbers');
    const count = sql`SELECT count(*) FROM numbers`;
    const usedFor = async (): Promise<string> => {
      const before = proxy.seen.length;
      await engine.files('numbers', [uri], COLUMNS); // forgets what it knows of the file
      await engine.rows(count);
      return [...new Set(proxy.seen.slice(before).map(keyOf))].join();
    };
    expect(await usedFor()).toBe('AKIA000000000001');
    now = 44 * MINUTE;
    expect(await usedFor()).toBe('AKIA000000000001');
    now = 46 * MINUTE;
    expect(await usedFor()).toBe('AKIA000000000002');
    now = 105 * MINUTE;
    expect(await usedFor()).toBe('AKIA000000000003');
  });
});

describe('a bad day', () => {
  it.each<[string, Fault]>([
    ['throttling', { kind: 'answer', status: 503, code: 'SlowDown' }],
    ['an internal error', { kind: 'answer', status: 500, code: 'InternalError' }],
    ['a connection that is cut', { kind: 'cut' }],
    ['an answer that is lost', { kind: 'lost' }],
  ])('is borne, five times in a row: %s', async (_, fault) => {
    const { proxy, engine } = await engineOn();
    const uri = `s3://${bucket}/bad-day-${fault.kind}-${'status' in fault ? fault.status : ''}.parquet`;
    proxy.harm = firstOf(5, () => true, fault);
    await engine.write(NUMBERS, uri);
    proxy.harm = firstOf(5, () => true, fault);
    await engine.files('numbers', [uri], COLUMNS);
    expect(await engine.rows(sql`SELECT count(*), sum(n) FROM numbers`)).toEqual([[1000, 500500]]);
  });

  it.each<[string, Fault]>([
    ['STORE_DENIED', { kind: 'answer', status: 403, code: 'AccessDenied' }],
    ['STORE_DENIED', { kind: 'answer', status: 400, code: 'ExpiredToken' }],
    ['LAKE_DAMAGED', { kind: 'answer', status: 404, code: 'NoSuchKey' }],
    ['STORE_UNREACHABLE', { kind: 'answer', status: 500, code: 'InternalError' }],
  ])('that does not end is told: %s', async (code, fault) => {
    const { proxy, engine } = await engineOn();
    proxy.harm = () => fault;
    await expect(engine.files('numbers', [`s3://${bucket}/x.parquet`], COLUMNS)).rejects.toMatchObject({
      code,
    });
  });
});

describe('without its extension', () => {
  it.each<[string, () => Promise<string | undefined>]>([
    ['the setting is missing', async () => undefined],
    ['the folder holds none', () => mkdtemp(join(tmpdir(), 'extensions-'))],
  ])('it says how to get it, when it is needed and not before: %s', async (_, folder) => {
    const engine = await openDuckDb({
      remote: {
        extensions: await folder(),
        clock: { now: () => 0 },
        access: () => Promise.reject(new Error('never')),
      },
    });
    onTestFinished(() => engine.close());
    expect(await engine.rows(sql`SELECT 1`)).toEqual([[1]]);
    await expect(engine.write(NUMBERS, 's3://anywhere/x.parquet')).rejects.toMatchObject({
      code: 'ENGINE_EXTENSION_MISSING',
      remedy: expect.stringContaining('duckdb-extension-httpfs==1.5.5'),
    });
    expect(await engine.rows(sql`SELECT 1`)).toEqual([[1]]);
  });
});
