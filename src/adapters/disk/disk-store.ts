import { randomUUID } from 'node:crypto';
import { copyFile, mkdir, readdir, readFile, rename, rm, stat, unlink, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { invariant } from '../../core/errors/invariant.ts';
import type { EarlierContent, ObjectInfo, ObjectStore } from '../../ports/object-store.ts';
import { checkedKey } from '../object-key.ts';
import { codeOf, diskFailure, fileAbove, notAFolder } from './failures.ts';
import { hashFile, hashHere } from './hash-file.ts';
import { copyFlushed, type Publisher, publisher, syncFile, syncFolder } from './publish.ts';
import { showings } from './showings.ts';

/** Our own folder inside the root: drafts, earlier contents, markers. Its keys are never listed. */
const OWN = '.spendlight';

export interface DiskOptions {
  /** `never` treats the disk as one without hard links. */
  readonly hardLinks?: 'auto' | 'never';
}

/**
 * Objects as files below `root`, which is made by the first write.
 * The first content of a key is its file alone. A replaced key has its contents as numbered files under
 * `.spendlight/versions/<key>/`; the highest is the current one, won by whoever got the number, and the file of the
 * key is a second name of it. A process killed in between leaves that file behind, never the answers of this store.
 */
export function diskStore(root: string, { hardLinks = 'auto' }: DiskOptions = {}): ObjectStore {
  const place = resolve(root);
  const drafts = join(place, OWN, 'drafts');
  const disk: Disk = {
    root: place,
    drafts,
    path: (key) => join(place, checked(key)),
    versions: (key) => join(place, OWN, 'versions', checked(key)),
    publisher: publisher(join(place, OWN, 'claims'), drafts, hardLinks),
    showings: showings(join(place, OWN, 'showing')),
    sweep: once(() => sweep(disk)),
  };
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw await diskFailure(error, place);
    }
  };
  return {
    location: place,
    get: (key) => guarded(() => get(disk, key)),
    head: (key) => guarded(() => head(disk, key)),
    put: (key, bytes) => guarded(() => put(disk, key, bytes)),
    putIfAbsent: (key, bytes) =>
      guarded(async () => disk.publisher.publish(await draftOf(disk, bytes), disk.path(key))),
    putIfMatch: (key, bytes, etag) => guarded(() => putIfMatch(disk, key, bytes, etag)),
    list: (prefix) => guarded(() => list(disk, prefix)),
    versions: (key) => guarded(() => earlier(disk, key)),
    adopt: (key, path) => guarded(() => adopt(disk, key, path)),
    uri: (key) => disk.path(key),
    seal: (key) => guarded(() => seal(disk, key)),
    hash: (key) => guarded(() => hash(disk, key)),
    copyOut: (key, path) => guarded(async () => copyFile((await current(disk, key)).path, path)),
    restore: () => Promise.resolve(undefined),
    discard: (key) => guarded(() => discard(disk, key)),
  };
}

interface Disk {
  readonly root: string;
  readonly drafts: string;
  readonly path: (key: string) => string;
  readonly versions: (key: string) => string;
  readonly publisher: Publisher;
  readonly showings: ReturnType<typeof showings>;
  /** Makes up for what killed processes left; once a store. */
  readonly sweep: () => Promise<void>;
}

/** The file that holds the current content, and its number; 1 with the key's own file where nothing was replaced. */
async function current(disk: Disk, key: string): Promise<{ path: string; number: number }> {
  const numbers = await numbersOf(disk, key);
  const number = numbers.at(-1);
  if (number !== undefined) return { path: versionPath(disk, key, number), number };
  return { path: disk.path(key), number: 1 };
}

async function numbersOf(disk: Disk, key: string): Promise<number[]> {
  const names = await readdir(disk.versions(key)).catch(emptyIfAbsent);
  return names
    .filter((name) => /^\d{8}$/.test(name))
    .map(Number)
    .sort((a, b) => a - b);
}

const versionPath = (disk: Disk, key: string, number: number): string =>
  join(disk.versions(key), String(number).padStart(8, '0'));

async function get(disk: Disk, key: string): Promise<Uint8Array | undefined> {
  const { path } = await current(disk, key);
  const bytes = await readFile(path).catch(undefinedIfAbsent);
  if (bytes === undefined) {
    await refuseFile(disk.root);
    if (await disk.publisher.complete(path)) return readFile(path);
  }
  return bytes;
}

async function head(disk: Disk, key: string): Promise<ObjectInfo | undefined> {
  const { path, number } = await current(disk, key);
  let found = await statIfFile(path);
  if (found === undefined && (await disk.publisher.complete(path))) found = await statIfFile(path);
  return found && { key, bytes: found.size, etag: `${number}-${found.size}` };
}

async function put(disk: Disk, key: string, bytes: Uint8Array): Promise<ObjectInfo> {
  const info = (number: number) => ({ key, bytes: bytes.length, etag: `${number}-${bytes.length}` });
  if (await disk.publisher.publish(await draftOf(disk, bytes), disk.path(key))) return info(1);
  for (;;) {
    const { number } = await replaceable(disk, key);
    if (await succeed(disk, key, number + 1, bytes)) return info(number + 1);
  }
}

async function putIfMatch(disk: Disk, key: string, bytes: Uint8Array, etag: string): Promise<boolean> {
  const now = await head(disk, key);
  if (now === undefined || now.etag !== etag) return false;
  const { number } = await replaceable(disk, key);
  return `${number}` === etag.split('-')[0] && (await succeed(disk, key, number + 1, bytes));
}

/** Makes sure that the present content has a number, so that the next one can be raced for. */
async function replaceable(disk: Disk, key: string): Promise<{ number: number }> {
  const number = (await numbersOf(disk, key)).at(-1);
  if (number !== undefined) return { number };
  // Nobody replaces the key's own file before its content has number 1, so what gets the number is the first content.
  await disk.publisher.complete(disk.path(key));
  await disk.publisher.twin(disk.path(key), versionPath(disk, key, 1));
  return { number: (await numbersOf(disk, key)).at(-1) ?? 1 };
}

async function succeed(disk: Disk, key: string, number: number, bytes: Uint8Array): Promise<boolean> {
  const content = await draftOf(disk, bytes);
  const showing = await disk.showings.begin(key);
  const isMine = await disk.publisher.publish(content, versionPath(disk, key, number));
  if (isMine) await show(disk, key, number);
  await showing.over();
  return isMine;
}

/** Makes the key's own file a second name of its newest content, which has at least this number. */
async function show(disk: Disk, key: string, number: number): Promise<void> {
  for (let shown = 0; ; ) {
    const newest = (await numbersOf(disk, key)).at(-1) ?? number;
    if (newest === shown) return;
    const copy = join(disk.drafts, randomUUID());
    await mkdir(disk.drafts, { recursive: true });
    await copyFlushed(versionPath(disk, key, newest), copy);
    await rename(copy, disk.path(key));
    await syncFolder(dirname(disk.path(key)));
    shown = newest; // look again: another writer may have taken the next number and shown it before us
  }
}

async function earlier(disk: Disk, key: string): Promise<EarlierContent[]> {
  const numbers = (await numbersOf(disk, key)).slice(0, -1);
  return numbers.map((number) => {
    const path = versionPath(disk, key, number);
    return { id: String(number), hash: () => hashHere(path), read: () => readFile(path) };
  });
}

async function list(disk: Disk, prefix: string): Promise<ObjectInfo[]> {
  await refuseFile(disk.root);
  const folder = prefix.slice(0, prefix.lastIndexOf('/') + 1);
  const entries = await readdir(join(disk.root, folder), { recursive: true, withFileTypes: true }).catch(
    emptyIfAbsent,
  );
  const keys = entries
    .filter((entry) => entry.isFile())
    .map((entry) =>
      join(entry.parentPath, entry.name)
        .slice(disk.root.length + 1)
        .replaceAll('\\', '/'),
    )
    .filter((key) => key.startsWith(prefix) && !key.startsWith(`${OWN}/`))
    .sort((a, b) => (a < b ? -1 : 1));
  const infos: ObjectInfo[] = [];
  for (const key of keys) {
    const info = await head(disk, key);
    if (info !== undefined) infos.push(info); // discarded since the folder was read
  }
  return infos;
}

async function adopt(disk: Disk, key: string, path: string): Promise<boolean> {
  if ((await statIfFile(disk.path(key))) !== undefined) return false; // spares the copy; the race is decided below
  const copy = await draft(disk, (to) => copyFlushed(path, to));
  return disk.publisher.publish(copy, disk.path(key));
}

async function seal(disk: Disk, key: string): Promise<{ bytes: number; sha256: string }> {
  const path = disk.path(key);
  const { path: content, number } = await current(disk, key);
  // Who was killed between giving a content its number and showing it left the one before in the key's own file.
  if (content !== path && (await hashHere(content)).sha256 !== (await hashHere(path)).sha256)
    await show(disk, key, number);
  await syncFile(path);
  for (let folder = dirname(path); folder.length >= disk.root.length; folder = dirname(folder)) {
    await syncFolder(folder);
  }
  return hashHere(path);
}

/** The highest number and the key's own file are two files, where a content was replaced. */
async function hash(disk: Disk, key: string): Promise<{ bytes: number; sha256: string }[]> {
  const { path } = await current(disk, key);
  if ((await statIfFile(path)) === undefined) await disk.publisher.complete(path);
  const found: { bytes: number; sha256: string }[] = [];
  for (const place of new Set([path, disk.path(key)])) {
    const file = await statIfFile(place);
    if (file !== undefined) found.push(await hashFile(place, file.size));
  }
  return found;
}

async function discard(disk: Disk, key: string): Promise<void> {
  await disk.publisher.forget(disk.path(key));
  // First the numbered contents, in one step: what is left of them after a kill would be the content of whatever comes next.
  const gone = join(disk.drafts, randomUUID());
  await mkdir(disk.drafts, { recursive: true });
  await rename(disk.versions(key), gone).catch(undefinedIfAbsent);
  await unlink(disk.path(key)).catch(undefinedIfAbsent);
  await rm(gone, { recursive: true, force: true });
}

/** A finished draft, flushed to the disk and not only to the system's cache. One that fails leaves nothing. */
async function draft(disk: Disk, write: (path: string) => Promise<void>): Promise<string> {
  const path = join(disk.drafts, randomUUID());
  await mkdir(disk.drafts, { recursive: true });
  await disk.sweep();
  try {
    await write(path);
  } catch (error) {
    await rm(path, { force: true });
    throw error;
  }
  return path;
}

/** Drafts as old as this belong to nobody any more. */
const DRAFT_AGE_MS = 24 * 3_600_000;

/**
 * Shows what killed processes numbered and did not show, and removes drafts that were not touched for a day: age by the
 * disk's own clock, which a fresh draft shows.
 */
async function sweep(disk: Disk): Promise<void> {
  for (const { key, over } of await disk.showings.left()) {
    const number = (await numbersOf(disk, key)).at(-1);
    if (number !== undefined) await show(disk, key, number);
    await over();
  }
  const { drafts } = disk;
  const now = join(drafts, randomUUID());
  await writeFile(now, '');
  const { mtimeMs } = await stat(now);
  for (const file of await readdir(drafts)) {
    const path = join(drafts, file);
    const found = await stat(path).catch(undefinedIfAbsent);
    if (path === now || (found !== undefined && mtimeMs - found.mtimeMs > DRAFT_AGE_MS))
      await rm(path, { recursive: true, force: true });
  }
}

function once(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work().catch((error: unknown) => {
      done = undefined; // a disk that was full may have room the next time
      throw error;
    });
    return done;
  };
}

const draftOf = (disk: Disk, bytes: Uint8Array): Promise<string> =>
  draft(disk, (path) => writeFile(path, bytes, { flush: true }));

async function refuseFile(root: string): Promise<void> {
  const file = await fileAbove(root);
  if (file !== undefined) throw notAFolder(file);
}

function checked(key: string): string {
  invariant(checkedKey(key).split('/')[0] !== OWN, `"${key}" is not a key`);
  return key;
}

const isAbsent = (error: unknown): boolean => ['ENOENT', 'ENOTDIR', 'EISDIR'].includes(codeOf(error) ?? '');

async function statIfFile(path: string): Promise<{ size: number } | undefined> {
  const found = await stat(path).catch(undefinedIfAbsent);
  return found?.isFile() ? found : undefined;
}

async function undefinedIfAbsent(error: unknown): Promise<undefined> {
  if (isAbsent(error)) return undefined;
  throw error;
}

function emptyIfAbsent(error: unknown): never[] {
  if (codeOf(error) === 'ENOENT' || codeOf(error) === 'ENOTDIR') return [];
  throw error;
}
