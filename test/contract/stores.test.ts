import { mkdir, mkdtemp, readdir, readFile, rename, stat, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { diskFailure } from '../../src/adapters/disk/failures.ts';
import { objectStoreContract } from './object-store.contract.ts';

const freshFolder = (): Promise<string> => mkdtemp(join(tmpdir(), 'spendlight-store-'));
const encode = (text: string): Uint8Array => new TextEncoder().encode(text);
const failing = (code: string): Error => Object.assign(new Error(code), { code });

describe('disk', () => objectStoreContract(async () => diskStore(await freshFolder())));
describe('disk without hard links', () =>
  objectStoreContract(async () => diskStore(await freshFolder(), { hardLinks: 'never' })));

describe('disk, beyond the contract', () => {
  it('shows the newest content in the file of the key, for engines that read files', async () => {
    const store = diskStore(await freshFolder());
    await store.put('a', encode('1'));
    await store.put('a', encode('22'));
    expect(await store.seal('a')).toMatchObject({ bytes: 2 });
  });

  it('shows the newest content once it is sealed, where a killed process had not shown it', async () => {
    const root = await freshFolder();
    const store = diskStore(root);
    await store.put('a', encode('1'));
    await store.put('a', encode('22'));
    await writeFile(join(root, 'a'), '1'); // as it was when the second content had its number already
    const sealed = await store.seal('a');
    expect(await readFile(store.uri('a'), 'utf8')).toBe('22');
    expect(sealed).toMatchObject({ bytes: 2 });
  });

  it('shows what a killed process numbered and did not show, before the first write of another', async () => {
    const root = await freshFolder();
    const store = diskStore(root);
    await store.put('a', encode('1'));
    await store.put('a', encode('22'));
    await writeFile(join(root, 'a'), '1');
    await mkdir(join(root, '.spendlight', 'showing'), { recursive: true });
    await writeFile(join(root, '.spendlight', 'showing', 'note'), 'a');
    await diskStore(root).putIfAbsent('b', encode('other'));
    expect(await readFile(join(root, 'a'), 'utf8')).toBe('22');
    expect(await readdir(join(root, '.spendlight', 'showing'))).toEqual([]);
  });

  it('completes a publication that was cut off between claim and name', async () => {
    const root = await freshFolder();
    const store = diskStore(root, { hardLinks: 'never' });
    await store.putIfAbsent('a', encode('won'));
    const claims = join(root, '.spendlight', 'claims');
    const [claim = ''] = await readdir(claims);
    await rename(join(root, 'a'), join(claims, claim, 'claim', 'content'));
    expect(await diskStore(root, { hardLinks: 'never' }).putIfAbsent('a', encode('late'))).toBe(false);
    expect(new TextDecoder().decode(await store.get('a'))).toBe('won');
  });

  it('removes drafts that a killed process left a day ago, and no younger ones', async () => {
    const root = await freshFolder();
    const drafts = join(root, '.spendlight', 'drafts');
    await mkdir(drafts, { recursive: true });
    await writeFile(join(drafts, 'old'), '');
    await writeFile(join(drafts, 'young'), '');
    const yesterday = (await stat(join(drafts, 'young'))).mtimeMs / 1000 - 25 * 3600;
    await utimes(join(drafts, 'old'), yesterday, yesterday);
    await diskStore(root).putIfAbsent('a', encode('x'));
    expect(await readdir(drafts)).toEqual(['young']);
  });

  it('names a lake path that is a file', async () => {
    const file = join(await freshFolder(), 'lake');
    await writeFile(file, 'not a lake');
    const lake = expect.objectContaining({ code: 'LAKE_NOT_A_FOLDER' });
    await expect(diskStore(file).get('lake.json')).rejects.toEqual(lake);
    await expect(diskStore(file).put('lake.json', encode('x'))).rejects.toEqual(lake);
    await expect(diskStore(file).list('')).rejects.toEqual(lake);
    await expect(diskStore(join(file, 'below')).put('lake.json', encode('x'))).rejects.toEqual(lake);
    await expect(diskStore(join(file, 'below')).get('lake.json')).rejects.toEqual(lake);
  });

  it.each([
    ['ENOSPC', 'DISK_FULL'],
    ['EDQUOT', 'DISK_FULL'],
    ['EROFS', 'LAKE_READ_ONLY'],
    ['EACCES', 'LAKE_READ_ONLY'],
  ])('calls %s %s', async (code, expected) => {
    expect(await diskFailure(failing(code), '/lake')).toMatchObject({ code: expected });
  });

  it('passes other failures on as they are', async () => {
    const other = failing('EIO');
    expect(await diskFailure(other, '/lake')).toBe(other);
  });
});
