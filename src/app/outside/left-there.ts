import { basename } from 'node:path';
import { abreast } from '../../core/abreast/abreast.ts';
import { known } from '../../core/errors/invariant.ts';
import { sha256Of } from '../../lake/sha256.ts';
import type { Random } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { OutsideObject } from '../../ports/outside.ts';
import type { FileElsewhere, FoundDelivery } from '../../sources/contract.ts';
import { slug } from '../../sources/discover.ts';
import type { OutsideUnit } from './found.ts';
import type { Mirror } from './mirror.ts';

interface LeavingThere {
  /** Holds what is read for as long as it is read. */
  readonly work: ObjectStore;
  readonly mirror: Mirror;
  readonly random: Random;
}

/**
 * A manifest's delivery whose files stay on S3: S3 copies them into a folder of their own, as they were seen, and says
 * what they are made of. That folder is what a table can be laid over, for it holds nothing else, and nobody writes over it
 * while it is read. Empty chunks, which overwriting exports leave behind, are part of the delivery and not of the folder.
 * @throws UserError `FILE_UNREADABLE` if a file was replaced since it was seen
 */
export async function leftThere(
  { work, mirror, random }: LeavingThere,
  { objects, manifest }: OutsideUnit,
): Promise<FoundDelivery> {
  const folder = random.id();
  const elsewhere = new Map<string, FileElsewhere>();
  const files: string[] = [];
  const sorted = [...objects].sort(byAddress);
  const copies = await abreast(sorted, COPIED_ABREAST, (object, i) => {
    const key = `${folder}/${String(i).padStart(4, '0')}-${basename(object.uri)}`; // chunks in two folders may have one name
    return object.bytes === 0 ? Promise.resolve(nothing(object)) : copied(work, key, object);
  });
  for (const [i, object] of sorted.entries()) {
    const copy = known(copies[i], 'a copy');
    mirror.leave(object, copy);
    elsewhere.set(copy.uri, { bytes: copy.bytes, sha256: copy.sha256 });
    files.push(copy.uri);
  }
  return {
    origin: 'manifest',
    files,
    elsewhere,
    manifest: manifest?.facts,
    suggestedSource: manifest === undefined ? undefined : slug(manifest.exportName),
  };
}

/** S3 copies some 200 MB a second and object, and many objects at one time. */
export const COPIED_ABREAST = 16;

interface Copy extends OutsideObject {
  /** Hex. */
  readonly sha256: string;
}

/** What is empty is the same wherever it lies. */
const nothing = (object: OutsideObject): Copy => ({ ...object, sha256: sha256Of(new Uint8Array()) });

async function copied(work: ObjectStore, key: string, object: OutsideObject): Promise<Copy> {
  await work.adopt(key, '', object);
  const { bytes, sha256 } = await work.seal(key);
  const etag = (await work.head(key))?.etag ?? '';
  return { ...object, uri: work.uri(key), bytes, sha256, etag };
}

const byAddress = (a: OutsideObject, b: OutsideObject): number =>
  a.uri < b.uri ? -1 : a.uri > b.uri ? 1 : 0;
