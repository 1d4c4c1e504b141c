import type { Dirent } from 'node:fs';
import { open, readdir, stat } from 'node:fs/promises';
import { dirname, join, relative, sep } from 'node:path';
import { UserError } from '../../core/errors/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import { discover, isChunk, isDataFile, isOfPartition, seriesOf } from '../../sources/discover.ts';
import { isManifest } from '../../sources/manifest.ts';
import { DONE, FAILED, type Landed } from './landed.ts';

/** What may be ingested at one stroke. */
export interface Arrival {
  /** For `ingest`: a manifest, or loose files that belong together. */
  readonly paths: readonly string[];
  /** All files of the delivery; the manifest last. */
  readonly files: readonly Landed[];
  /** When it was made, as its manifest says, or else last changed; in milliseconds since 1970. */
  readonly age: number;
}

/** What a look at the folder found. */
export interface Look {
  /** Complete as far as anybody can see, oldest first. */
  readonly arrivals: readonly Arrival[];
  /** Some file has changed a moment ago, or may still be written. */
  readonly unsettled: boolean;
  /** What waits for something else to come, in words. */
  readonly waiting: readonly UserError[];
  /** Files of no kind that is known; they stay where they are. */
  readonly ignored: readonly string[];
}

/** A file is taken for complete when it has not changed for so long. */
export const SETTLED_MS = 500;
/** So long where something speaks against it: text without its last line break, a numbered chunk, a refusal. */
export const PATIENT_MS = 10_000;

/** Names under which programs write what is not complete yet. */
const TEMPORARY = /(^\.|~$|\.(part|partial|tmp|temp|crdownload|filepart|download|swp)$)/i;

/** The folder into which deliveries are put, and since when each file in it has been as it is. */
export class Landing {
  readonly #folder: string;
  readonly #seen = new Map<string, Omit<Landed, 'quietMs'> & { readonly since: number }>();

  constructor(folder: string) {
    this.#folder = folder;
  }

  /** `now`: by a clock that never goes back. */
  async look(engine: Engine, now: number): Promise<Look> {
    const files = await this.#files(now);
    const manifests = files.filter(({ path }) => isManifest(path));
    const [arrivals, waiting]: [Arrival[], UserError[]] = [[], []];
    const spokenFor = new Set<string>();
    let unsettled = false;
    for (const manifest of manifests) {
      const found = await announced(engine, manifest, files);
      if (found instanceof UserError) waiting.push(found);
      for (const { path } of found instanceof UserError ? [] : found.files) spokenFor.add(path);
      if (found instanceof UserError) continue;
      if (found.files.every(isSettled)) arrivals.push(found);
      else unsettled = true;
    }
    const data = files.filter(({ path }) => isDataFile(path) && !spokenFor.has(path));
    const loose = data.filter(({ path }) => !isOfPartition(path));
    for (const group of bySeries(loose)) {
      if (await mayBeRead(group))
        arrivals.push({ paths: group.map(({ path }) => path), files: group, age: ageOf(group) });
      else unsettled = true;
    }
    const unannounced = data.find(({ path }) => isOfPartition(path));
    // Those of a manifest that waits for more of them are told with it.
    if (unannounced !== undefined && waiting.length === 0) waiting.push(noManifest(unannounced.path));
    return {
      arrivals: arrivals.sort((a, b) => a.age - b.age),
      unsettled,
      waiting,
      ignored: files
        .map(({ path }) => path)
        .filter((path) => !isDataFile(path) && !isManifest(path) && !isOfPartition(path)),
    };
  }

  /** All files below the folder that are no temporary ones and have not been put away. */
  async #files(now: number): Promise<Landed[]> {
    const files: Landed[] = [];
    for (const path of await namesBelow(this.#folder, this.#folder)) {
      const info = await stat(path).catch(() => undefined); // gone since it was listed
      if (info === undefined) continue;
      const is = { path, bytes: info.size, modified: info.mtimeMs };
      const was = this.#seen.get(path);
      const same = was !== undefined && was.bytes === is.bytes && was.modified === is.modified;
      const since = same ? was.since : now;
      this.#seen.set(path, { ...is, since });
      files.push({ ...is, quietMs: now - since });
    }
    const there = new Set(files.map(({ path }) => path));
    for (const path of this.#seen.keys()) if (!there.has(path)) this.#seen.delete(path);
    return files;
  }
}

async function namesBelow(folder: string, root: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true });
  const found: string[] = [];
  for (const entry of entries) {
    const path = join(folder, entry.name);
    if (TEMPORARY.test(entry.name) || (folder === root && [DONE, FAILED].includes(entry.name))) continue;
    if (entry.isDirectory()) found.push(...(await namesBelow(path, root)));
    else if (entry.isFile()) found.push(path);
  }
  return found.sort();
}

/** The delivery that a manifest tells of; why it cannot be read yet. What is wrong with the manifest itself, `ingest` tells. */
async function announced(
  engine: Engine,
  manifest: Landed,
  files: readonly Landed[],
): Promise<Arrival | UserError> {
  const byPath = new Map(files.map((file) => [file.path, file]));
  try {
    const { deliveries } = await discover(engine, [manifest.path]);
    const named = deliveries.flatMap((delivery) => delivery.files).map((path) => byPath.get(path));
    // A file that a manifest names and that is not seen here lies outside, or under a name of a file in the making.
    const own = named.filter((file) => file !== undefined);
    const made = deliveries[0]?.manifest?.executionTime;
    const age = made === undefined ? manifest.modified : Date.parse(made);
    return { paths: [manifest.path], files: [...own, manifest], age };
  } catch (error) {
    if (error instanceof UserError && error.code === 'DELIVERY_NOT_READY') return error;
    return { paths: [manifest.path], files: [manifest], age: manifest.modified };
  }
}

const isSettled = ({ quietMs }: Landed): boolean => quietMs >= SETTLED_MS;
/** Nobody writes it any more, as far as anybody can tell. */
export const isQuiet = ({ quietMs }: Landed): boolean => quietMs >= PATIENT_MS;

function bySeries(files: readonly Landed[]): Landed[][] {
  const groups = new Map<string, Landed[]>();
  for (const file of files) {
    const key = isOfEvents(file.path) ? file.path : join(dirname(file.path), seriesOf(file.path));
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()];
}

async function mayBeRead(group: readonly Landed[]): Promise<boolean> {
  if (!group.every(isSettled)) return false;
  if (group.every(isQuiet)) return true;
  if (group.some(({ path }) => isChunk(path) && !isOfEvents(path))) return false;
  return (await Promise.all(group.map(({ path }) => endsWhole(path)))).every((whole) => whole);
}

/** Each file of events adds to its month by itself, however many come. */
const isOfEvents = (path: string): boolean => /\.(jsonl|ndjson)(\.gz)?$/i.test(path);

/** Text ends with a line break when it is whole. Other files say by themselves whether they are. */
async function endsWhole(path: string): Promise<boolean> {
  if (!/\.(csv|jsonl|ndjson)$/i.test(path)) return true;
  const file = await open(path).catch(() => undefined);
  if (file === undefined) return false;
  try {
    const { size } = await file.stat();
    if (size === 0) return false;
    const { buffer } = await file.read(Buffer.alloc(1), 0, 1, size - 1);
    return buffer[0] === 0x0a || buffer[0] === 0x0d;
  } finally {
    await file.close();
  }
}

const ageOf = (files: readonly Landed[]): number => Math.max(...files.map(({ modified }) => modified));

const noManifest = (file: string): UserError =>
  new UserError('DELIVERY_NOT_READY', {
    what: 'A month of an export has no manifest yet: nobody knows whether it is complete',
    place: { file },
    remedy: 'Wait for the manifest (it is written last), or copy it from the export’s metadata/ folder.',
  });

/** A path as it is below `folder`, with slashes. */
export const nameIn = (folder: string, path: string): string => relative(folder, path).split(sep).join('/');
