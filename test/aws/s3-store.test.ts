import { randomBytes, randomUUID } from 'node:crypto';
import { HeadObjectCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { copied } from '../../src/adapters/s3/copy.ts';
import type { Place } from '../../src/adapters/s3/place.ts';
import { objectStoreContract } from '../contract/object-store.contract.ts';
import { clientOf, freshBucket, KEYS, storeIn } from './support/buckets.ts';
import { faultProxy } from './support/fault-proxy.ts';

const emulator = inject('emulator');
const MIB = 1024 * 1024;

describe('S3, emulator over HTTP', () =>
  objectStoreContract(async () => storeIn(emulator, await freshBucket(emulator))));
describe('S3, below a prefix', () =>
  objectStoreContract(async () => storeIn(emulator, await freshBucket(emulator), { prefix: 'finops/lake' })));

describe('S3, beyond the contract', () => {
  let bucket = '';
  const client = clientOf(emulator);
  beforeAll(async () => {
    bucket = await freshBucket(emulator);
    return () => client.destroy();
  });

  it('sees its own prefix and nothing beside it', async () => {
    const [one, other] = ['lake', 'lake-of-others'].map((prefix) => storeIn(emulator, bucket, { prefix }));
    await other?.put('a', Uint8Array.of(1));
    expect(await one?.list('')).toEqual([]);
    expect(await one?.get('a')).toBeUndefined();
    expect(one?.location).toBe(`s3://${bucket}/lake`);
    expect(one?.uri('a/b')).toBe(`s3://${bucket}/lake/a/b`);
  });

  it('lists more objects than S3 gives at one time', async () => {
    const store = storeIn(emulator, bucket, { prefix: 'many' });
    const keys = Array.from({ length: 1_100 }, (_, i) => `k/${String(i).padStart(5, '0')}`);
    for (let at = 0; at < keys.length; at += 100)
      await Promise.all(keys.slice(at, at + 100).map((key) => store.put(key, new Uint8Array())));
    expect((await store.list('k/')).map(({ key }) => key)).toEqual(keys);
  });

  it('does not show what consoles make of folders', async () => {
    await client.send(new PutObjectCommand({ Bucket: bucket, Key: 'console/raw/', Body: Buffer.alloc(0) }));
    expect(await storeIn(emulator, bucket, { prefix: 'console' }).list('')).toEqual([]);
  });

  it('encrypts with the key that is set, and else leaves it to the bucket', async () => {
    const encryptionOf = async (kmsKeyId: string | undefined) => {
      const store = storeIn(emulator, bucket, { prefix: randomUUID(), kmsKeyId });
      await store.put('a', Uint8Array.of(1));
      const [, , , prefix] = store.location.split('/');
      const head = await client.send(new HeadObjectCommand({ Bucket: bucket, Key: `${prefix}/a` }));
      return [head.ServerSideEncryption, head.SSEKMSKeyId];
    };
    expect(await encryptionOf('alias/finops')).toEqual(['aws:kms', 'alias/finops']);
    expect(await encryptionOf(undefined)).toEqual([undefined, undefined]);
  });
});

describe('what S3 copies by itself', () => {
  let bucket = '';
  let bytes: Buffer;
  const origin = { uri: '', bytes: 11 * MIB + 7, etag: '' };
  beforeAll(async () => {
    bucket = await freshBucket(emulator);
    bytes = randomBytes(origin.bytes);
    const from = await freshBucket(emulator, { versioned: false });
    const client = clientOf(emulator);
    const key = 'an export/data/Ünï+cödé=1.csv.gz';
    const { ETag = '' } = await client.send(new PutObjectCommand({ Bucket: from, Key: key, Body: bytes }));
    Object.assign(origin, { uri: `s3://${from}/${key}`, etag: ETag });
    client.destroy();
  });

  const placeBehind = async (key: string) => {
    const proxy = await faultProxy(emulator);
    const client = clientOf(proxy.url, undefined, KEYS);
    onTestFinished(async () => {
      client.destroy();
      await proxy.close();
    });
    const patience = { pause: async () => undefined, random: { id: () => randomUUID() } };
    const place: Place = { client, bucket, key, kmsKeyId: undefined, ...patience };
    return { place, proxy, attempted: { token: randomUUID(), unsure: false } };
  };

  it.each([
    ['at one stroke', { wholeMax: 5 * 1024 * MIB, partBytes: MIB }],
    ['in parts, as what is larger than S3 copies at one stroke', { wholeMax: MIB, partBytes: 5 * MIB }],
  ])('arrives whole, once, and without this machine: %s', async (name, sizes) => {
    const { place, proxy, attempted } = await placeBehind(name);
    expect(await copied(place, origin, attempted, sizes)).toBe(true);
    expect(Buffer.from((await storeIn(emulator, bucket).get(name)) ?? []).equals(bytes)).toBe(true);
    const sent = proxy.seen.reduce((sum, { headers }) => sum + Number(headers['content-length'] ?? 0), 0);
    expect(sent).toBeLessThan(MIB / 10);
    expect(await storeIn(emulator, bucket).adopt(name, 'not read', origin)).toBe(false);
  });

  it.each([
    ['at one stroke', { wholeMax: 5 * 1024 * MIB, partBytes: MIB }],
    ['in parts', { wholeMax: MIB, partBytes: 5 * MIB }],
  ])('is refused where it is no longer what was read: %s', async (name, sizes) => {
    const { place, attempted } = await placeBehind(`stale ${name}`);
    const stale = { ...origin, etag: '"0123456789abcdef0123456789abcdef"' };
    await expect(copied(place, stale, attempted, sizes)).rejects.toMatchObject({ code: 'FILE_UNREADABLE' });
    expect(await storeIn(emulator, bucket).get(`stale ${name}`)).toBeUndefined();
  });
});
