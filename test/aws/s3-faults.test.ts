// What a network and S3 do on a bad day, done by a proxy between the store and the emulator.
import { randomBytes } from 'node:crypto';
import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ListMultipartUploadsCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { createLake } from '../../src/lake/lake.ts';
import { clientOf, freshBucket, storeIn } from './support/buckets.ts';
import { type Fault, type FaultProxy, faultProxy, firstOf, type Seen } from './support/fault-proxy.ts';

const emulator = inject('emulator');
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined) => bytes && new TextDecoder().decode(bytes);
const KEY = 'catalog/000000000007.json';
const SLOW: Fault = { kind: 'answer', status: 503, code: 'SlowDown' };
const puts = (seen: Seen): boolean => seen.method === 'PUT';
const always = (): boolean => true;

let bucket = '';
beforeAll(async () => {
  bucket = await freshBucket(emulator);
});

/** A store of its own behind a proxy of its own. */
async function harmed(
  of: { readonly silenceMs?: number } = {},
): Promise<{ proxy: FaultProxy; store: ReturnType<typeof storeIn> }> {
  const proxy = await faultProxy(emulator);
  onTestFinished(() => proxy.close());
  return { proxy, store: storeIn(proxy.url, bucket, { prefix: randomBytes(8).toString('hex'), ...of }) };
}

const versionsOf = async (store: ReturnType<typeof storeIn>) =>
  Promise.all((await store.versions(KEY)).map(async (version) => decode(await version.read())));

describe('a write whose answer is lost', () => {
  it('is told as done, and was done once', async () => {
    const { proxy, store } = await harmed();
    proxy.harm = firstOf(1, puts, { kind: 'lost' });
    expect(await store.putIfAbsent(KEY, encode('mine'))).toBe(true);
    expect(proxy.seen.filter(puts)).toHaveLength(1);
    expect(await versionsOf(store)).toEqual([]);
  });

  it('is told as done where it replaced something', async () => {
    const { proxy, store } = await harmed({ silenceMs: 2_000 });
    const { etag } = await store.put(KEY, encode('base'));
    proxy.harm = firstOf(1, puts, { kind: 'hang' });
    expect(await store.putIfMatch(KEY, encode('mine'), etag)).toBe(true);
    expect(await versionsOf(store)).toEqual(['base']);
  });

  it('without a condition is not done twice', async () => {
    const { proxy, store } = await harmed();
    proxy.harm = firstOf(1, puts, { kind: 'lost' });
    const info = await store.put(KEY, encode('mine'));
    expect(await store.head(KEY)).toEqual(info);
    expect(await versionsOf(store)).toEqual([]);
  });

  it('is told as done where another has replaced it since', async () => {
    const { proxy, store } = await harmed();
    const other = storeIn(emulator, bucket, { prefix: store.location.split('/').at(-1) ?? '' });
    let replaced: Promise<unknown> | undefined;
    proxy.harm = (seen) => {
      if (seen.method === 'HEAD' && replaced === undefined) replaced = other.put(KEY, encode('theirs'));
      return proxy.seen.filter(puts).length === 1 && puts(seen) ? { kind: 'lost' } : undefined;
    };
    expect(await store.putIfAbsent(KEY, encode('mine'))).toBe(true);
    await replaced;
    expect(await versionsOf(store)).toEqual(['mine']);
    expect(decode(await store.get(KEY))).toBe('theirs');
  });

  it('is told as not done where another was first with the same bytes', async () => {
    const { proxy, store } = await harmed();
    const other = storeIn(emulator, bucket, { prefix: store.location.split('/').at(-1) ?? '' });
    await other.putIfAbsent(KEY, encode('the same'));
    proxy.harm = firstOf(1, puts, { kind: 'lost' });
    expect(await store.putIfAbsent(KEY, encode('the same'))).toBe(false);
  });
});

describe('what passes by itself', () => {
  it.each<[string, Fault]>([
    ['throttling', SLOW],
    ['an undecided race (409)', { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' }],
    ['an internal error', { kind: 'answer', status: 500, code: 'InternalError' }],
    ['a gateway that says nothing S3 would', { kind: 'answer', status: 502, code: 'BadGateway' }],
    ['a connection that is cut', { kind: 'cut' }],
    ['a body that came damaged', { kind: 'answer', status: 400, code: 'BadDigest' }],
  ])('is waited out: %s', async (_, fault) => {
    const { proxy, store } = await harmed();
    await store.put('other', encode('x'));
    proxy.harm = firstOf(3, always, fault);
    expect(await store.putIfAbsent(KEY, encode('mine'))).toBe(true);
    proxy.harm = firstOf(3, always, fault);
    expect(decode(await store.get(KEY))).toBe('mine');
    proxy.harm = firstOf(3, always, fault);
    expect((await store.list('')).map(({ key }) => key)).toEqual([KEY, 'other']);
    expect(await versionsOf(store)).toEqual([]);
  });

  it('is waited out longer each time, and never by a fixed time', async () => {
    const { proxy, store } = await harmed();
    proxy.harm = firstOf(7, always, SLOW);
    expect(await store.get(KEY)).toBeUndefined();
    expect(store.pauses).toHaveLength(7);
    for (const [i, ms] of store.pauses.entries()) expect(ms).toBeLessThan(100 * 2 ** i);
    expect(new Set(store.pauses.map((ms, i) => ms / 2 ** i)).size).toBe(7);
  });

  it('lets a loser of an undecided race hear that it lost', async () => {
    const { proxy, store } = await harmed();
    await store.putIfAbsent(KEY, encode('theirs'));
    proxy.harm = firstOf(2, puts, { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' });
    expect(await store.putIfAbsent(KEY, encode('mine'))).toBe(false);
    expect(decode(await store.get(KEY))).toBe('theirs');
  });
});

describe('what does not pass is told with its remedy', () => {
  it.each<[string, Fault]>([
    ['STORE_BUSY', SLOW],
    ['STORE_UNREACHABLE', { kind: 'answer', status: 500, code: 'InternalError' }],
    ['STORE_UNREACHABLE', { kind: 'cut' }],
    ['STORE_DENIED', { kind: 'answer', status: 403, code: 'AccessDenied' }],
    ['CREDENTIALS_EXPIRED', { kind: 'answer', status: 400, code: 'ExpiredToken' }],
    ['CREDENTIALS_EXPIRED', { kind: 'answer', status: 403, code: 'RequestExpired' }],
    ['CREDENTIALS_REFUSED', { kind: 'answer', status: 403, code: 'InvalidAccessKeyId' }],
    ['CREDENTIALS_REFUSED', { kind: 'answer', status: 403, code: 'SignatureDoesNotMatch' }],
    ['SETTING_INVALID', { kind: 'answer', status: 400, code: 'AuthorizationHeaderMalformed' }],
    ['STORE_KEY_UNUSABLE', { kind: 'answer', status: 400, code: 'KMS.DisabledException' }],
    ['STORE_KEY_UNUSABLE', { kind: 'answer', status: 400, code: 'KMS.KMSInvalidStateException' }],
    ['STORE_ARCHIVED', { kind: 'answer', status: 403, code: 'InvalidObjectState' }],
  ])('%s, by every call: %o', async (code, fault) => {
    const { proxy, store } = await harmed();
    const file = join(await mkdtemp(join(tmpdir(), 's3-')), 'f');
    await writeFile(file, 'x');
    proxy.harm = () => fault;
    const told = expect.objectContaining({ code, remedy: expect.stringMatching(/\w/) });
    await expect(store.get(KEY)).rejects.toEqual(told);
    await expect(store.head(KEY)).rejects.toEqual(told);
    await expect(store.list('')).rejects.toEqual(told);
    await expect(store.versions(KEY)).rejects.toEqual(told);
    await expect(store.put(KEY, encode('x'))).rejects.toEqual(told);
    await expect(store.putIfAbsent(KEY, encode('x'))).rejects.toEqual(told);
    await expect(store.adopt(KEY, file)).rejects.toEqual(told);
    await expect(store.seal(KEY)).rejects.toEqual(told);
    await expect(store.discard(KEY)).rejects.toEqual(told);
  });

  it('repeats nothing that repeating cannot mend', async () => {
    const { proxy, store } = await harmed();
    proxy.harm = () => ({ kind: 'answer', status: 403, code: 'AccessDenied' });
    await expect(store.get(KEY)).rejects.toThrow('AccessDenied');
    expect(proxy.seen).toHaveLength(1);
  });

  it('names a bucket that is not there, and nothing in it is taken for an empty lake', async () => {
    const store = storeIn(emulator, 'there-is-no-such-bucket');
    await expect(store.get(KEY)).rejects.toMatchObject({ code: 'STORE_BUCKET_MISSING' });
    await expect(store.putIfAbsent(KEY, encode('x'))).rejects.toMatchObject({ code: 'STORE_BUCKET_MISSING' });
    await expect(store.list('')).rejects.toMatchObject({ code: 'STORE_BUCKET_MISSING' });
  });

  it('refuses to write where a later write would lose an earlier one', async () => {
    const store = storeIn(emulator, await freshBucket(emulator, { versioned: false }));
    expect(await store.get(KEY)).toBeUndefined();
    await expect(store.putIfAbsent(KEY, encode('x'))).rejects.toMatchObject({ code: 'STORE_NOT_VERSIONED' });
    expect(await store.get(KEY)).toBeUndefined();
  });
});

describe('a large file', () => {
  const SIZE = 37 * 1024 * 1024 + 11;
  let file = '';
  let sha256 = '';
  beforeAll(async () => {
    const folder = await mkdtemp(join(tmpdir(), 's3-'));
    file = join(folder, 'large');
    await writeFile(file, randomBytes(SIZE));
    const local = diskStore(join(folder, 'store'));
    await local.adopt('large', file);
    ({ sha256 } = await local.seal('large'));
  });

  it('arrives whole through parts that fail, and is there once', async () => {
    const { proxy, store } = await harmed();
    const parts = (seen: Seen): boolean => seen.path.includes('partNumber=');
    const faults: readonly (Fault | undefined)[] = [
      { kind: 'lost' },
      undefined,
      SLOW,
      undefined,
      { kind: 'cut' },
    ];
    let sent = 0;
    proxy.harm = (seen) => (parts(seen) ? faults[sent++] : undefined);
    expect(await store.adopt(KEY, file)).toBe(true);
    expect(await store.seal(KEY)).toEqual({ bytes: SIZE, sha256 });
    expect(await store.hash(KEY)).toEqual([{ bytes: SIZE, sha256 }]);
    expect(await store.adopt(KEY, file)).toBe(false);
    expect(await store.versions(KEY)).toEqual([]);
  });

  it('is told as done where the answer to its last call is lost', async () => {
    const { proxy, store } = await harmed();
    const ends = (seen: Seen): boolean => seen.method === 'POST' && seen.path.includes('uploadId=');
    proxy.harm = firstOf(1, ends, { kind: 'lost' });
    expect(await store.adopt(KEY, file)).toBe(true);
    expect(await store.versions(KEY)).toEqual([]);
    expect(await store.seal(KEY)).toEqual({ bytes: SIZE, sha256 });
  });

  it('is told as lost where another was first, and leaves no parts behind', async () => {
    const { proxy, store } = await harmed();
    const other = storeIn(emulator, bucket, { prefix: store.location.split('/').at(-1) ?? '' });
    let theirs: Promise<unknown> | undefined;
    proxy.harm = (seen) => {
      if (seen.path.includes('uploads')) theirs ??= other.putIfAbsent(KEY, encode('theirs'));
      return undefined;
    };
    expect(await store.adopt(KEY, file)).toBe(false);
    expect(await theirs).toBe(true);
    expect(decode(await store.get(KEY))).toBe('theirs');
    const client = clientOf(emulator);
    const left = await client.send(new ListMultipartUploadsCommand({ Bucket: bucket }));
    client.destroy();
    expect(left.Uploads ?? []).toEqual([]);
  });
});

it('commits each version of a lake exactly once, twenty writers at a time, on a bad day', async () => {
  const { proxy, store } = await harmed();
  const clock = { now: () => Date.UTC(2026, 10, 19), monotonic: () => 0 };
  const lake = await createLake(store, {
    normaliser: 1,
    simulated: true,
    costMetric: 'BilledCost',
    reportingCurrency: 'USD',
    ouLevel: 1,
    createdAt: '2026-11-19T00:00:00.000Z',
  });
  let calls = 0;
  const faults: readonly Fault[] = [
    { kind: 'lost' },
    SLOW,
    { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' },
    { kind: 'answer', status: 500, code: 'InternalError' },
    { kind: 'cut' },
  ];
  proxy.harm = (seen) => (puts(seen) && ++calls % 3 === 0 ? faults[calls % faults.length] : undefined);
  for (let version = 1; version <= 5; version++) {
    const base = await lake.head();
    const made = await Promise.all(
      Array.from({ length: 20 }, () => lake.commit(base, { kind: 'verdicts', months: [] }, clock)),
    );
    expect(made.filter((state) => state !== undefined)).toHaveLength(1);
    expect((await lake.head()).version).toBe(version);
  }
});
