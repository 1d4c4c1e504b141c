import { createHash } from 'node:crypto';
import { mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import type { ObjectStore } from '../../src/ports/object-store.ts';

const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const decode = (bytes: Uint8Array | undefined): string | undefined =>
  bytes && new TextDecoder().decode(bytes);
const KEY = 'catalog/000000000007.json';
const writers = Array.from({ length: 20 }, (_, i) => `writer ${i}`);

/** An adapter is done when this passes, unchanged, with nothing skipped. `open` gives a fresh, empty store. */
export function objectStoreContract(open: () => Promise<ObjectStore>): void {
  const textOf = async (store: ObjectStore, key: string) => decode(await store.get(key));
  const versionsOf = async (store: ObjectStore, key: string) =>
    Promise.all((await store.versions(key)).map(async (version) => decode(await version.read())));

  it('has nothing at first, and says so without an error', async () => {
    const store = await open();
    expect(await store.get(KEY)).toBeUndefined();
    expect(await store.head(KEY)).toBeUndefined();
    expect(await store.list('')).toEqual([]);
    expect(await store.versions(KEY)).toEqual([]);
  });

  it('gives back the bytes that were put, also none and those that are no text', async () => {
    const store = await open();
    await store.put('a/empty', new Uint8Array());
    await store.put('a/binary', Uint8Array.of(0, 255, 13, 10));
    expect(await store.get('a/empty')).toHaveLength(0);
    expect([...((await store.get('a/binary')) ?? [])]).toEqual([0, 255, 13, 10]);
  });

  it('does not take the folder of an object for an object', async () => {
    const store = await open();
    await store.put('a/b', encode('x'));
    expect(await store.get('a')).toBeUndefined();
    expect(await store.head('a')).toBeUndefined();
    expect(await store.get('a/b/c')).toBeUndefined();
  });

  it('lets exactly one of twenty racing writers commit a lake version', async () => {
    const store = await open();
    const committed = await Promise.all(writers.map((name) => store.putIfAbsent(KEY, encode(name))));
    expect(committed.filter(Boolean)).toHaveLength(1);
    expect(await textOf(store, KEY)).toBe(writers[committed.indexOf(true)]);
    expect(await store.putIfAbsent(KEY, encode('late'))).toBe(false);
    expect(await store.versions(KEY)).toEqual([]);
  });

  it('lets exactly one of twenty racing writers replace what all of them have read', async () => {
    const store = await open();
    const { etag } = await store.put(KEY, encode('base'));
    const won = await Promise.all(writers.map((name) => store.putIfMatch(KEY, encode(name), etag)));
    expect(won.filter(Boolean)).toHaveLength(1);
    expect(await textOf(store, KEY)).toBe(writers[won.indexOf(true)]);
    expect(await versionsOf(store, KEY)).toEqual(['base']);
  });

  it('matches only the content that is there', async () => {
    const store = await open();
    expect(await store.putIfMatch(KEY, encode('x'), 'none')).toBe(false);
    const first = await store.put(KEY, encode('one'));
    const second = await store.put(KEY, encode('two'));
    expect(second.etag).not.toBe(first.etag);
    expect(await store.putIfMatch(KEY, encode('x'), first.etag)).toBe(false);
    expect(await store.head(KEY)).toEqual(second);
    expect(await store.putIfMatch(KEY, encode('three'), second.etag)).toBe(true);
    expect(await textOf(store, KEY)).toBe('three');
  });

  it('keeps every earlier content, oldest first, whoever wrote it', async () => {
    const store = await open();
    await store.putIfAbsent(KEY, encode('first'));
    await Promise.all(writers.map((name) => store.put(KEY, encode(name))));
    const kept = await versionsOf(store, KEY);
    const now = await textOf(store, KEY);
    expect(kept[0]).toBe('first');
    expect([...kept, now].sort()).toEqual(['first', ...writers].sort());
  });

  it('lists by prefix in the order of keys, with size and the etag that head gives', async () => {
    const store = await open();
    for (const key of ['b/2', 'b/10', 'b/1/x', 'bb', 'c']) await store.put(key, encode(key));
    await store.put('b/2', encode('longer'));
    const listed = await store.list('b/');
    expect(listed.map((info) => [info.key, info.bytes])).toEqual([
      ['b/1/x', 5],
      ['b/10', 4],
      ['b/2', 6],
    ]);
    expect(listed[2]).toEqual(await store.head('b/2'));
    expect((await store.list('b')).map((info) => info.key)).toEqual(['b/1/x', 'b/10', 'b/2', 'bb']);
  });

  it('adopts a file once, and leaves the file where it was', async () => {
    const store = await open();
    const outside = join(await mkdtemp(join(tmpdir(), 'adopt-')), 'bill.csv');
    await writeFile(outside, 'a,b\n1,2\n');
    expect(await store.adopt('raw/x/bill.csv', outside)).toBe(true);
    await writeFile(outside, 'changed');
    expect(await store.adopt('raw/x/bill.csv', outside)).toBe(false);
    expect(await textOf(store, 'raw/x/bill.csv')).toBe('a,b\n1,2\n');
    expect(await readFile(outside, 'utf8')).toBe('changed');
  });

  it('seals: size and sha256 of what lies under the key', async () => {
    const store = await open();
    await store.put('x/abc', encode('abc'));
    expect(await store.seal('x/abc')).toEqual({
      bytes: 3,
      sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
    });
  });

  it('hashes the newest content wherever it lies, and nothing where there is nothing', async () => {
    const store = await open();
    expect(await store.hash('x/abc')).toEqual([]);
    await store.put('x/abc', encode('first'));
    await store.put('x/abc', encode('abc'));
    const found = await store.hash('x/abc');
    expect(found.length).toBeGreaterThan(0);
    for (const place of found)
      expect(place).toEqual({
        bytes: 3,
        sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad',
      });
  });

  it('hashes earlier contents, and copies the newest out', async () => {
    const store = await open();
    for (const text of ['abc', 'second', 'third']) await store.put('x/abc', encode(text));
    const earlier = await store.versions('x/abc');
    expect(await Promise.all(earlier.map((version) => version.hash()))).toMatchObject([
      { bytes: 3, sha256: 'ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad' },
      { bytes: 6 },
    ]);
    const path = join(await mkdtemp(join(tmpdir(), 'copy-')), 'out');
    await store.copyOut('x/abc', path);
    expect(await readFile(path, 'utf8')).toBe('third');
    await expect(store.copyOut('x/nothing', path)).rejects.toThrow();
  });

  it('has nothing to restore where nothing is archived', async () => {
    const store = await open();
    await store.put('x/abc', encode('first'));
    await store.put('x/abc', encode('abc'));
    const how = { speed: 'Bulk', days: 7 } as const;
    expect(await store.restore('x/abc', undefined, how)).toBeUndefined();
    expect(await store.restore('x/abc', (await store.versions('x/abc'))[0]?.id, how)).toBeUndefined();
  });

  it('hashes large objects, some at a time, as small ones', async () => {
    const store = await open();
    const large = [1, 2, 3, 4, 5, 6].map((byte) => new Uint8Array(9_000_000).fill(byte));
    for (const [i, bytes] of large.entries()) await store.put(`large/${i}`, bytes);
    const hashed = await Promise.all(large.map((_, i) => store.hash(`large/${i}`)));
    for (const [i, [place]] of hashed.entries())
      expect(place).toEqual({
        bytes: 9_000_000,
        sha256: createHash('sha256')
          .update(large[i] ?? '')
          .digest('hex'),
      });
  });

  it('discards, also what is not there; the key can be given again', async () => {
    const store = await open();
    await store.discard(KEY);
    await store.putIfAbsent(KEY, encode('draft'));
    await store.discard(KEY);
    expect(await store.get(KEY)).toBeUndefined();
    expect(await store.putIfAbsent(KEY, encode('again'))).toBe(true);
    expect(await textOf(store, KEY)).toBe('again');
  });

  it.each(['../out', 'a/../b', '/abs', 'a//b', ''])('refuses the key "%s"', async (key) => {
    const store = await open();
    await expect(store.put(key, encode('x'))).rejects.toThrow('is not a key');
  });
}
