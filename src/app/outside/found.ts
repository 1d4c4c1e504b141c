import { posix } from 'node:path';
import { UserError } from '../../core/errors/user-error.ts';
import type { LakeState, Load } from '../../lake/catalog-types.ts';
import { openLakeIfAny } from '../../lake/lake.ts';
import type { Outside, OutsideObject } from '../../ports/outside.ts';
import type { FoundDelivery } from '../../sources/contract.ts';
import {
  billsAmong,
  monthFolder,
  newestOfEach,
  notFound,
  notReadyYet,
  slug,
  unannounced,
} from '../../sources/discover.ts';
import { isManifest, type ManifestText, readManifest } from '../../sources/manifest.ts';
import type { IngestDoors } from '../ingest-doors.ts';
import type { Mirror } from './mirror.ts';

/** What is brought here at one time: a manifest's files, or loose files. */
export interface OutsideUnit {
  /** Their addresses. */
  readonly files: readonly string[];
  /** As they were seen in a list. */
  readonly objects: readonly OutsideObject[];
  /** What announced them; undefined for loose files. */
  readonly manifest: ManifestText | undefined;
  /** Copies the files here; gives what is to be discovered. */
  fetch(): Promise<readonly string[]>;
  /** Removes the copies. */
  clear(): Promise<void>;
}

/** A delivery that the lake has already, by its export, month and execution: not even its files are fetched. */
export interface KnownDelivery {
  readonly found: FoundDelivery;
  readonly state: LakeState;
  readonly loads: readonly Load[];
}

/** What lies at addresses elsewhere. */
export interface Found {
  /** Loose files first, then the deliveries of exports, oldest first. */
  readonly units: readonly OutsideUnit[];
  readonly known: readonly KnownDelivery[];
  readonly notReady: readonly UserError[];
}

/** Whether a path of `ingest` is an address elsewhere. */
export const isOutside = (path: string): boolean => /^s3:\/\//i.test(path);

/** A file that is newer than its manifest and changed within this time is being rewritten: its manifest comes last. */
const REWRITTEN_MS = 3_600_000;

interface Tools extends Pick<IngestDoors, 'store' | 'clock'> {
  readonly outside: Outside;
  readonly mirror: Mirror;
}

/**
 * What is to be brought from addresses elsewhere. Of an export only manifests are fetched here, and of each month's only
 * the newest counts. @throws UserError `FILE_NOT_FOUND`
 */
export async function foundOutside(
  { outside, mirror, ...doors }: Tools,
  uris: readonly string[],
  source: string | undefined,
): Promise<Found> {
  const loose: OutsideObject[] = [];
  const deliveries: Announced[] = [];
  const notReady: UserError[] = [];
  for (const uri of uris) {
    const objects = await outside.list(uri);
    if (objects.length === 0) throw notFound(uri, undefined);
    const manifests = await manifestsAmong(outside, mirror, objects);
    const around = isManifest(uri) ? await objectsNamed(outside, manifests) : objects;
    for (const one of manifests) {
      const announced = await withFiles(one, around, doors.clock.now());
      if (announced instanceof UserError) notReady.push(announced);
      else deliveries.push(announced);
    }
    const bills = billsAmong(objects.map((object) => object.uri));
    const waiting = unannounced(
      bills,
      manifests.map(({ manifest }) => manifest),
    );
    notReady.push(...waiting);
    if (manifests.length > 0 || waiting.length > 0) continue;
    if (bills.length === 0) throw notFound(uri, undefined);
    loose.push(...objects.filter((object) => bills.includes(object.uri)));
  }
  const { known, fresh } = await partedByLake(doors, deliveries, source);
  const looseUnit = loose.length === 0 ? [] : [unitOf(outside, mirror, loose, undefined)];
  return {
    units: [...looseUnit, ...fresh.map((announced) => unitOf(outside, mirror, announced.files, announced))],
    known,
    notReady,
  };
}

/** A manifest that was fetched. */
interface Fetched {
  readonly manifest: ManifestText;
  readonly object: OutsideObject;
  readonly path: string;
}

/** A manifest whose files are all there. */
interface Announced extends Fetched {
  readonly files: readonly OutsideObject[];
}

async function manifestsAmong(
  outside: Outside,
  mirror: Mirror,
  objects: readonly OutsideObject[],
): Promise<Fetched[]> {
  const newest = new Map<string, OutsideObject>();
  for (const object of objects.filter(({ uri }) => isManifest(uri))) {
    // Deliveries that are never overwritten have a folder each, whose name begins with the time: the last is the newest.
    const month = monthFolder(object.uri) ?? posix.dirname(object.uri);
    const below = object.uri.slice(month.length).split('/');
    newest.set(JSON.stringify([month, below.length, below.at(-1)]), object);
  }
  const all: Fetched[] = [];
  for (const object of newest.values()) {
    const path = await mirror.bring(outside, object);
    all.push({ manifest: await readManifest(path), object, path });
  }
  const chosen = new Set(newestOfEach(all.map(({ manifest }) => manifest)));
  return all.filter(({ manifest }) => chosen.has(manifest));
}

/** The objects that manifests name, where nothing else was listed. */
async function objectsNamed(outside: Outside, manifests: readonly Fetched[]): Promise<OutsideObject[]> {
  const found: OutsideObject[] = [];
  for (const { manifest, object } of manifests) {
    const bucket = object.uri.split('/')[2] ?? '';
    for (const file of manifest.dataFiles)
      found.push(
        ...(await outside.list(isOutside(file) ? file : `s3://${bucket}/${file.replace(/^\/+/, '')}`)),
      );
  }
  return found;
}

/** The objects that a manifest names: by their addresses, or where the bucket was copied, by the longest end of them. */
async function withFiles(
  fetched: Fetched,
  objects: readonly OutsideObject[],
  now: number,
): Promise<Announced | UserError> {
  const { manifest, object } = fetched;
  if (manifest.dataFiles.length === 0) return notReadyYet(object.uri, 'The manifest names no data files yet');
  const files: OutsideObject[] = [];
  for (const name of manifest.dataFiles) {
    const file = named(name, objects);
    if (file === undefined)
      return notReadyYet(object.uri, `The manifest names ${name}, and that object is not there`);
    if (file.modified > object.modified && now - file.modified < REWRITTEN_MS)
      return notReadyYet(
        object.uri,
        `${file.uri} is newer than its manifest: the delivery is being rewritten`,
      );
    files.push(file);
  }
  return { ...fetched, files };
}

function named(name: string, objects: readonly OutsideObject[]): OutsideObject | undefined {
  const parts = name
    .replace(/^s3a?:\/\//i, '')
    .split('/')
    .filter((part) => part !== '');
  for (let from = 0; from < parts.length - 1; from++) {
    const end = `/${parts.slice(from).join('/')}`.toLowerCase();
    const found = objects.find(({ uri }) => uri.toLowerCase().endsWith(end));
    if (found !== undefined) return found;
  }
  return undefined;
}

async function partedByLake(
  { store }: Pick<IngestDoors, 'store'>,
  deliveries: readonly Announced[],
  source: string | undefined,
): Promise<{ readonly known: readonly KnownDelivery[]; readonly fresh: readonly Announced[] }> {
  const lake = deliveries.length === 0 ? undefined : await openLakeIfAny(store);
  const state = await lake?.head();
  const known: KnownDelivery[] = [];
  const fresh: Announced[] = [];
  for (const one of deliveries) {
    const { manifest } = one;
    const loads = (state?.loads ?? []).filter(
      (load) =>
        load.source === (source ?? slug(manifest.exportName)) &&
        load.billingPeriod === manifest.facts.billingPeriod &&
        load.simulated === manifest.facts.simulated &&
        load.delivery.ageFrom === 'manifest' &&
        load.delivery.deliveredAt === manifest.facts.executionTime,
    );
    const found = {
      origin: 'manifest' as const,
      files: one.files.map(({ uri }) => uri),
      manifest: manifest.facts,
      suggestedSource: slug(manifest.exportName),
    };
    if (state !== undefined && loads.length > 0) known.push({ found, state, loads });
    else fresh.push(one);
  }
  const age = (a: Announced, b: Announced): number =>
    a.manifest.facts.executionTime < b.manifest.facts.executionTime ? -1 : 1;
  return { known, fresh: fresh.sort(age) };
}

function unitOf(
  outside: Outside,
  mirror: Mirror,
  files: readonly OutsideObject[],
  announced: Fetched | undefined,
): OutsideUnit {
  return {
    files: files.map(({ uri }) => uri),
    objects: files,
    manifest: announced?.manifest,
    async fetch() {
      const paths: string[] = [];
      for (const file of files) paths.push(await mirror.bring(outside, file));
      return announced === undefined ? paths : [announced.path];
    },
    async clear() {
      for (const file of files) await mirror.forget(file);
    },
  };
}
