import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { abreast } from '../core/abreast/abreast.ts';
import { UserError } from '../core/errors/user-error.ts';
import { decoded, LAKE_FORMAT } from '../lake/catalog.ts';
import type { DeliveryRef, LakeFile } from '../lake/catalog-types.ts';
import { rawKey, receiptKey } from '../lake/keys.ts';
import { selfChecked } from '../lake/self-checked.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { FoundDelivery } from '../sources/contract.ts';
import { COPIED_ABREAST } from './outside/left-there.ts';
import type { Mirror } from './outside/mirror.ts';

/** A file as it stood when it was hashed. */
interface HashedFile {
  readonly path: string;
  readonly bytes: number;
  readonly sha256: string;
  /** Undefined for what does not lie here: its copy is ours, and nobody writes over it. */
  readonly modified: number | undefined;
}

/** The content of a delivery's files, by which it counts once. */
export interface Content {
  /** sha256 (hex) over the files' hashes in the order of their names. */
  readonly sha256: string;
  /** Made from it: the same files are the same delivery, whenever and by whatever name they come. */
  readonly deliveryId: string;
  readonly files: readonly HashedFile[];
}

/** Written once for each delivery of a source, when it comes for the first time. */
interface Receipt {
  readonly format: number;
  readonly receivedAt: string;
  /** The newest lake version when it came: which deliveries were there before it. */
  readonly afterVersion: number;
  readonly files: readonly { readonly name: string; readonly key: string; readonly sha256: string }[];
}

/** Hashes the delivery's files. @throws UserError `FILE_NOT_FOUND`, `FILE_EMPTY` */
export async function contentOf(found: FoundDelivery): Promise<Content> {
  const files: HashedFile[] = [];
  for (const path of found.files) {
    const there = found.elsewhere?.get(path);
    files.push(there === undefined ? await hashed(path) : { path, ...there, modified: undefined });
  }
  const sha256 = createHash('sha256')
    .update(files.map((file) => file.sha256).join('\n'))
    .digest('hex');
  return { sha256, deliveryId: sha256.slice(0, 16), files };
}

/** How a delivery comes. */
interface Reception {
  readonly source: string;
  /** The newest lake version. */
  readonly afterVersion: number;
  /** As asked for. A mapping file is kept with the delivery: without it nobody could read the files again. */
  readonly format: string;
}

/** Told by its content: the same files may come again with a corrected mapping. */
const mappingName = (sha256: string): string => `mapping-${sha256.slice(0, 16)}.yaml`;
/** Whether a file in raw/ is the mapping that its delivery was read by. */
export const isMappingFile = (key: string): boolean => /\/\d{4}-mapping-[0-9a-f]{16}\.yaml$/.test(key);

/**
 * Keeps the delivery's files and manifest unmodified in raw/, with a receipt, and says by what age it is ordered:
 * the manifest's execution time, else `deliveredAt`, else when it came for the first time. Repeating it changes nothing.
 * @throws UserError `FILE_UNREADABLE` if a file has changed since it was hashed
 */
export async function received(
  { store, clock, mirror }: { readonly store: ObjectStore; readonly clock: Clock; readonly mirror: Mirror },
  { source, afterVersion, format }: Reception,
  found: FoundDelivery,
  content: Content,
  deliveredAt: string | undefined,
): Promise<DeliveryRef> {
  const { deliveryId } = content;
  const [, mapping] = /^mapping:(.*)$/.exec(format) ?? [];
  const beside = [found.manifest?.path, mapping].filter((path) => path !== undefined);
  const files: readonly HashedFile[] = [...content.files, ...(await Promise.all(beside.map(hashed)))];
  const most = found.elsewhere === undefined ? 1 : COPIED_ABREAST;
  const raw = await abreast(files, most, async (file, i): Promise<LakeFile> => {
    const name = file.path === mapping ? mappingName(file.sha256) : basename(mirror.nameOf(file.path));
    const key = rawKey(source, deliveryId, i, name);
    const copy = () => store.adopt(key, file.path, mirror.originOf(file.path));
    // A newer manifest of the same content is not kept over the first; a data file must be what was read.
    const mustBe = i < content.files.length ? file : undefined;
    return { key, rows: 0, ...(await keptCopy(store, key, copy, mustBe)) };
  });
  const { receivedAt } = await receipt(store, source, deliveryId, {
    format: LAKE_FORMAT,
    receivedAt: new Date(clock.now()).toISOString(),
    afterVersion,
    files: raw.map(({ key, sha256 }, i) => ({
      name: basename(mirror.nameOf(files[i]?.path ?? key)),
      key,
      sha256,
    })),
  });
  return {
    id: deliveryId,
    content: content.sha256,
    receivedAt,
    raw,
    ...(statedAge(found, deliveredAt) ?? { deliveredAt: receivedAt, ageFrom: 'arrival' }),
  };
}

/**
 * The copy of a file in raw/. One that is not `mustBe` goes: it is what the file was for a moment, while it was written
 * over, or what has become of it; the key stands for the right bytes, which could never be kept again.
 * @throws UserError `FILE_UNREADABLE` where a copy made just now is not `mustBe`
 */
async function keptCopy(
  store: ObjectStore,
  key: string,
  copy: () => Promise<boolean>,
  mustBe: HashedFile | undefined,
): Promise<Pick<LakeFile, 'bytes' | 'sha256'>> {
  for (;;) {
    const isNew = await copy();
    const { bytes, sha256 } = await store.seal(key);
    if (mustBe === undefined || sha256 === mustBe.sha256) return { bytes, sha256 };
    await store.discard(key);
    if (isNew) throw changed(mustBe.path);
  }
}

/** @throws UserError `FILE_UNREADABLE` if a file is not what it was when it was hashed: nobody knows what was read */
export async function checkUnchanged({ files }: Content): Promise<void> {
  for (const { path, bytes, modified } of files) {
    if (modified === undefined) continue;
    const now = await stat(path);
    if (now.size !== bytes || now.mtimeMs !== modified) throw changed(path);
  }
}

/** When the delivery was made, as its manifest or the user says; undefined where only its arrival tells. */
export function statedAge(
  { manifest }: FoundDelivery,
  deliveredAt: string | undefined,
): Pick<DeliveryRef, 'deliveredAt' | 'ageFrom'> | undefined {
  if (manifest !== undefined) return { deliveredAt: manifest.executionTime, ageFrom: 'manifest' };
  return deliveredAt === undefined ? undefined : { deliveredAt, ageFrom: 'delivered-at' };
}

/** The first receipt of a delivery counts: who brings an old file again has not made it newer. */
async function receipt(
  store: ObjectStore,
  source: string,
  deliveryId: string,
  mine: Receipt,
): Promise<Receipt> {
  const key = receiptKey(source, deliveryId);
  if (await store.putIfAbsent(key, selfChecked(mine))) return mine;
  const bytes = await store.get(key);
  return bytes === undefined ? mine : decoded<Receipt>(bytes, key);
}

async function hashed(path: string): Promise<HashedFile> {
  const { size, mtimeMs } = await stat(path);
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk);
  return { path, bytes: size, sha256: hash.digest('hex'), modified: mtimeMs };
}

const changed = (path: string): UserError =>
  new UserError('FILE_UNREADABLE', {
    what: 'The file changed while it was being read',
    place: { file: path },
    remedy: 'Wait until it is written completely, then repeat; nothing was committed.',
  });
