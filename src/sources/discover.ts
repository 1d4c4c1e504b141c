import type { Dirent } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { UserError } from '../core/errors/user-error.ts';
import type { Engine } from '../ports/engine.ts';
import type { Discovery, FoundDelivery } from './contract.ts';
import { isJsonLines } from './events/stage-events.ts';
import { isManifest, type ManifestText, readManifest } from './manifest.ts';
import { csvHead } from './reading/csv-head.ts';

const DATA_FILE = /\.(csv|csv\.gz|parquet|parq|pq|jsonl|jsonl\.gz|ndjson|ndjson\.gz)$/i;
const PARTITION = /billing_period=\d{4}-\d{2}/i;

/**
 * The deliveries in files, manifests and folders. Of a folder's manifests the newest of each export and month counts;
 * loose files that are chunks of one series are one delivery. Oldest delivery first, so that they load in the order they came.
 * @throws UserError FILE_NOT_FOUND, MANIFEST_INVALID, DELIVERY_NOT_READY (a manifest given by name that is not ready)
 */
export async function discover(engine: Engine, paths: readonly string[]): Promise<Discovery> {
  const loose: string[] = [];
  const deliveries: FoundDelivery[] = [];
  const notReady: UserError[] = [];
  for (const path of paths) {
    const info = await stat(path).catch((error: unknown) => Promise.reject(notFound(path, error)));
    if (info.isDirectory()) await fromFolder(path, { loose, deliveries, notReady });
    else if (isManifest(path)) deliveries.push(await deliveryOf(await readManifest(path)));
    else loose.push(path);
  }
  deliveries.push(...(await together(engine, [...new Set(loose)])));
  const [first] = notReady;
  if (deliveries.length === 0 && first !== undefined) throw first;
  return { deliveries: deliveries.sort(byAge), notReady };
}

interface Collected {
  readonly loose: string[];
  readonly deliveries: FoundDelivery[];
  readonly notReady: UserError[];
}

async function fromFolder(folder: string, { loose, deliveries, notReady }: Collected): Promise<void> {
  const files = await filesBelow(folder);
  const manifests = await Promise.all(files.filter(isManifest).map(readManifest));
  const newest = newestOfEach(manifests);
  for (const manifest of newest) {
    try {
      deliveries.push(await deliveryOf(manifest));
    } catch (error) {
      if (!(error instanceof UserError) || error.code !== 'DELIVERY_NOT_READY') throw error;
      notReady.push(error);
    }
  }
  const data = billsAmong(files);
  const waiting = unannounced(data, newest);
  notReady.push(...waiting);
  if (newest.length > 0 || waiting.length > 0) return;
  if (data.length === 0) throw nothingIn(folder);
  loose.push(...data);
}

/** Those of `files` that may be bills, by their names. */
export const billsAmong = (files: readonly string[]): readonly string[] =>
  files.filter((file) => DATA_FILE.test(file));

/** For each month's folder that has bills and no manifest: that it is not ready. */
export function unannounced(bills: readonly string[], manifests: readonly ManifestText[]): UserError[] {
  const spokenFor = new Set<string | undefined>(manifests.map(({ facts }) => facts.billingPeriod));
  const first = new Map<string, string>();
  for (const file of bills) {
    const month = PARTITION.test(file) ? monthFolder(file) : undefined;
    if (month !== undefined && !spokenFor.has(month.slice(-'YYYY-MM'.length)) && !first.has(month))
      first.set(month, file);
  }
  return [...first].map(([month, sample]) => noManifest(month, sample));
}

/** The folder of an export's month that a file lies in: `…/BILLING_PERIOD=2026-05`, `…/20260501-20260601` (legacy CUR). */
export const monthFolder = (file: string): string | undefined =>
  /^.*?(?:billing_period=\d{4}-\d{2}|[/\\]\d{8}-\d{8})(?=[/\\])/i.exec(file)?.[0];

/** The newest execution of each export and month; a manifest and its copy in the execution's folder are one. */
export function newestOfEach(manifests: readonly ManifestText[]): ManifestText[] {
  const newest = new Map<string, ManifestText>();
  for (const manifest of manifests) {
    const key = `${manifest.exportName}\n${manifest.facts.billingPeriod}`;
    const before = newest.get(key);
    if (before === undefined || before.facts.executionTime < manifest.facts.executionTime)
      newest.set(key, manifest);
  }
  return [...newest.values()];
}

/** @throws UserError DELIVERY_NOT_READY if a file that the manifest names is not there */
async function deliveryOf({ facts, exportName, dataFiles }: ManifestText): Promise<FoundDelivery> {
  const files = await Promise.all(dataFiles.map((uri) => besideManifest(facts.path, uri)));
  if (files.length === 0) throw notReadyYet(facts.path, 'The manifest names no data files yet');
  return { origin: 'manifest', files: [...files].sort(), manifest: facts, suggestedSource: slug(exportName) };
}

/**
 * A data file as it lies beside its manifest: the URI's longest end that exists below one of the manifest's folders, so
 * that a bucket may be copied whole, without its prefix, or one export alone. Partitions match in any case.
 */
async function besideManifest(manifest: string, uri: string): Promise<string> {
  const parts = uri
    .replace(/^s3a?:\/\/[^/]+\//i, '')
    .split('/')
    .filter((part) => part !== '');
  let folder = dirname(manifest);
  for (let height = 0; height < 12; height++) {
    // Beside the manifest itself a bare name is enough; further up only a path with its partition or folder is.
    for (let from = 0; from < parts.length - (height === 0 ? 0 : 1); from++) {
      const found = await existing(folder, parts.slice(from));
      if (found !== undefined) return found;
    }
    if (dirname(folder) === folder) break;
    folder = dirname(folder);
  }
  throw notReadyYet(manifest, `The manifest names ${uri}, and that file is not there`);
}

async function existing(folder: string, parts: readonly string[]): Promise<string | undefined> {
  let at = folder;
  for (const part of parts) {
    const direct = join(at, part);
    if (await exists(direct)) at = direct;
    else {
      const twin = PARTITION.test(part) ? await sameWithoutCase(at, part) : undefined;
      if (twin === undefined) return undefined;
      at = twin;
    }
  }
  return at;
}

const exists = (path: string): Promise<boolean> =>
  stat(path).then(
    () => true,
    () => false,
  );

async function sameWithoutCase(folder: string, name: string): Promise<string | undefined> {
  const entries = await readdir(folder).catch(() => []);
  const twin = entries.find((entry) => entry.toLowerCase() === name.toLowerCase());
  return twin === undefined ? undefined : join(folder, twin);
}

/** Whether a file's name is that of a bill or of events. */
export const isDataFile = (path: string): boolean => DATA_FILE.test(path);
/** Whether a path lies in a month of an export, which a manifest has to announce. */
export const isOfPartition = (path: string): boolean => PARTITION.test(path);
/** Whether a file's name says that there may be others of its delivery. */
export const isChunk = (path: string): boolean => seriesOf(path) !== basename(path).replace(DATA_FILE, '');

/** Loose files by folder, series and shape. For text the shape is its header, for Parquet its columns. */
async function together(engine: Engine, files: readonly string[]): Promise<FoundDelivery[]> {
  const groups = new Map<string, string[]>();
  for (const file of files) {
    const key = `${dirname(file)}\n${seriesOf(file)}\n${await shapeOf(engine, file)}`;
    groups.set(key, [...(groups.get(key) ?? []), file]);
  }
  return [...groups.values()].map((group) => ({
    origin: 'files',
    files: [...group].sort(),
    manifest: undefined,
    suggestedSource: undefined,
  }));
}

/**
 * The name that the chunks of one delivery share: `report-00001.csv.gz` and `report-00002.csv.gz`, `part-00000-<uuid>`.
 * Only ids and numbers with leading zeros are taken out: `costs-2025-09` and `costs-2025-10` are two deliveries, and so
 * are the bills of two clouds that happen to have equal columns.
 */
export const seriesOf = (file: string): string =>
  basename(file)
    .replace(DATA_FILE, '')
    .replace(/[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}/gi, '')
    .replace(/(?<!\d)0\d{2,}(?!\d)/g, '');

async function shapeOf(engine: Engine, file: string): Promise<string> {
  if (/\.(parquet|parq|pq)$/i.test(file)) {
    const columns = await engine
      .scan('source_shape', { format: 'parquet', files: [file] })
      .catch(() => undefined);
    await engine.drop('source_shape');
    // A file that cannot be read is a delivery of its own: opening it says what is wrong with it.
    return columns?.map(({ name }) => name.toLowerCase()).join() ?? file;
  }
  if ((await stat(file)).size === 0) return '';
  return (await isJsonLines(file)) ? 'JSON lines' : (await csvHead(file)).columns.join();
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries: Dirent[] = await readdir(folder, { withFileTypes: true, recursive: true });
  return entries
    .filter((entry) => entry.isFile())
    .map((entry) => join(entry.parentPath, entry.name))
    .sort();
}

const byAge = (a: FoundDelivery, b: FoundDelivery): number =>
  (a.manifest?.executionTime ?? '').localeCompare(b.manifest?.executionTime ?? '', 'en');

/** Lower-case letters, digits and dashes: the form of a source id. */
export const slug = (text: string): string =>
  text
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '');

export const notFound = (file: string, cause: unknown): UserError =>
  new UserError(
    'FILE_NOT_FOUND',
    { what: 'There is no such file or folder', place: { file }, remedy: 'Check the path.' },
    { cause },
  );

const nothingIn = (file: string): UserError =>
  new UserError('FILE_NOT_FOUND', {
    what: 'No bill lies in this folder',
    place: { file },
    remedy: 'Give a folder with an export and its metadata/, or .csv, .csv.gz, .parquet and .jsonl files.',
  });

export const notReadyYet = (file: string, what: string): UserError =>
  new UserError('DELIVERY_NOT_READY', {
    what,
    place: { file },
    remedy:
      'Wait until the delivery is complete (the manifest is written last), or copy the missing files; then run this again.',
  });

const noManifest = (partition: string, sample: string): UserError =>
  notReadyYet(
    partition,
    `${basename(sample)} has no manifest yet, so nobody knows whether this month is complete`,
  );
