import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import {
  DeleteObjectCommand,
  GetBucketVersioningCommand,
  GetObjectCommand,
  ListObjectsV2Command,
  ListObjectVersionsCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { known } from '../../core/errors/invariant.ts';
import { UserError } from '../../core/errors/user-error.ts';
import type { Hashed, ObjectInfo, ObjectStore } from '../../ports/object-store.ts';
import { type Patience, retried } from '../aws/retried.ts';
import { checkedKey } from '../object-key.ts';
import { restored } from './archive-tier.ts';
import { copied } from './copy.ts';
import { isAbsent, isArchived, storeFailure } from './failures.ts';
import { headOf, type Place, type Reached } from './place.ts';
import { uploaded } from './upload.ts';
import { written } from './write.ts';

export interface S3StoreOf extends Patience {
  /** Must not retry by itself (`maxAttempts: 1`): a write is repeated here, where it is known by its token. */
  readonly client: S3Client;
  readonly bucket: string;
  /** Keys of the store begin here; without slashes at its ends, empty for the whole bucket. */
  readonly prefix: string;
  /** Objects are encrypted with this KMS key; absent: as the bucket says. */
  readonly kmsKeyId?: string | undefined;
}

/**
 * Objects in a versioned bucket, whose own conditions (If-None-Match, If-Match) decide between racing writers. Every
 * write carries a token in its metadata: after a lost answer it is looked for, so that a write that was done is told
 * as done. Deleting leaves a marker: what was there stays a version until the bucket's lifecycle takes it.
 */
export function s3Store({ client, bucket, prefix, kmsKeyId, pause, random }: S3StoreOf): ObjectStore {
  const root = prefix === '' ? '' : `${prefix}/`;
  const location = `s3://${bucket}${prefix === '' ? '' : `/${prefix}`}`;
  const reached: Reached = { client, bucket, kmsKeyId, pause, random };
  const at = (key: string): Place => ({ ...reached, key: `${root}${checkedKey(key)}` });
  const guarded = <T>(work: () => Promise<T>): Promise<T> =>
    work().catch((error) => Promise.reject(storeFailure(error, location)));
  const versioned = onceDone(() => guarded(() => refuseUnversioned(reached)));
  const change = async <T>(attempt: (unsure: boolean) => Promise<T>): Promise<T> => {
    await versioned();
    return guarded(() => retried(reached, attempt));
  };
  const write = async (key: string, bytes: Uint8Array, condition: Parameters<typeof written>[2]) => {
    const token = random.id();
    const place = at(key);
    return change((unsure) => written(place, bytes, condition, { token, unsure }));
  };
  return {
    location,
    get: (key) => guarded(() => get(at(key))),
    async head(key) {
      const found = await guarded(() => headOf(at(key)));
      return found && { key, bytes: found.bytes, etag: found.etag };
    },
    async put(key, bytes) {
      const done = known(await write(key, bytes, {}), 'a write without a condition');
      return { key, bytes: bytes.length, etag: done.etag };
    },
    putIfAbsent: async (key, bytes) => (await write(key, bytes, { IfNoneMatch: '*' })) !== undefined,
    putIfMatch: async (key, bytes, etag) => (await write(key, bytes, { IfMatch: etag })) !== undefined,
    async list(start) {
      const objects = await guarded(() => list(reached, `${root}${start}`));
      return objects.map((info) => ({ ...info, key: info.key.slice(root.length) }));
    },
    async versions(key) {
      const place = at(key);
      const ids = await guarded(() => earlierIds(place));
      return ids.map((id) => ({
        id,
        hash: async () => known(await guarded(() => hashed(place, id)), `version ${id}`),
        read: async () => known(await guarded(() => get(place, id)), `version ${id}`),
      }));
    },
    async adopt(key, path, origin) {
      const place = at(key);
      if ((await guarded(() => headOf(place))) !== undefined) return false; // spares the upload; the race is decided below
      const token = random.id();
      if (origin !== undefined) return change((unsure) => copied(place, origin, { token, unsure }));
      return change((unsure) => uploaded(place, path, { token, unsure }));
    },
    uri: (key) => `s3://${bucket}/${at(key).key}`,
    seal: (key) => guarded(() => sealed(at(key))),
    async hash(key) {
      const found = await guarded(() => hashed(at(key)));
      return found === undefined ? [] : [found];
    },
    copyOut: (key, path) => guarded(() => copiedOut(at(key), path)),
    restore: (key, id, how) => guarded(() => restored(at(key), id, how)),
    async discard(key) {
      const place = at(key);
      await change(() => client.send(new DeleteObjectCommand({ Bucket: bucket, Key: place.key })));
    },
  };
}

const get = (
  { client, bucket, key, ...patience }: Place,
  versionId?: string,
): Promise<Uint8Array | undefined> =>
  retried(patience, async () => {
    try {
      const which = { Bucket: bucket, Key: key, VersionId: versionId };
      const { Body } = await client.send(new GetObjectCommand(which));
      return await known(Body, 'the body of an object').transformToByteArray();
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw error;
    }
  });

async function list({ client, bucket, ...patience }: Reached, prefix: string): Promise<ObjectInfo[]> {
  const infos: ObjectInfo[] = [];
  let token: string | undefined;
  do {
    const which = { Bucket: bucket, Prefix: prefix, ContinuationToken: token };
    const page = await retried(patience, () => client.send(new ListObjectsV2Command(which)));
    for (const { Key = '', Size = 0, ETag = '' } of page.Contents ?? []) {
      // Consoles show folders by empty objects whose key ends with a slash.
      if (!Key.endsWith('/')) infos.push({ key: Key, bytes: Size, etag: ETag });
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return infos;
}

/** Ids of the versions of a key but the current one, oldest first. S3 lists the newest first. */
async function earlierIds({ client, bucket, key, ...patience }: Place): Promise<string[]> {
  const ids: string[] = [];
  let marker: { readonly KeyMarker?: string | undefined; readonly VersionIdMarker?: string | undefined } = {};
  for (;;) {
    const which = { Bucket: bucket, Prefix: key, ...marker };
    const page = await retried(patience, () => client.send(new ListObjectVersionsCommand(which)));
    for (const { Key, VersionId, IsLatest } of page.Versions ?? []) {
      if (Key === key && IsLatest !== true) ids.push(known(VersionId, 'the id of a version'));
    }
    if (page.IsTruncated !== true || (page.NextKeyMarker ?? '') > key) return ids.reverse();
    marker = { KeyMarker: page.NextKeyMarker, VersionIdMarker: page.NextVersionIdMarker };
  }
}

/** By the checksum that S3 made of the bytes as it stored them, else by reading them. */
async function sealed(place: Place): Promise<{ bytes: number; sha256: string }> {
  const head = known(await headOf(place), `the object ${place.key}`);
  if (head.sha256 !== undefined) return { bytes: head.bytes, sha256: head.sha256 };
  const { bytes, sha256 } = known(await hashed(place), `the object ${place.key}`);
  return { bytes, sha256: known(sha256, 'the hash of what was just written') };
}

/** By reading; of what lies in an archive tier, by the checksum that S3 keeps. */
async function hashed(place: Place, versionId?: string): Promise<Hashed | undefined> {
  const { client, bucket, key } = place;
  try {
    return await retried(place, async () => {
      const which = { Bucket: bucket, Key: key, VersionId: versionId };
      const { Body } = await client.send(new GetObjectCommand(which));
      const hash = createHash('sha256');
      let bytes = 0;
      for await (const chunk of known(Body, 'the body of an object').transformToWebStream()) {
        hash.update(chunk);
        bytes += chunk.length;
      }
      return { bytes, sha256: hash.digest('hex') };
    });
  } catch (error) {
    if (isAbsent(error)) return undefined;
    if (!isArchived(error)) throw error;
    const head = known(await headOf(place, versionId), `the object ${key}`);
    return { bytes: head.bytes, sha256: head.sha256, isArchived: true };
  }
}

const copiedOut = ({ client, bucket, key, ...patience }: Place, path: string): Promise<void> =>
  retried(patience, async () => {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
    await pipeline(known(Body, 'the body of an object') as Readable, createWriteStream(path));
  });

/** Nothing that was written is lost by a later write: only a versioned bucket promises that. */
async function refuseUnversioned({ client, bucket, ...patience }: Reached): Promise<void> {
  const { Status } = await retried(patience, () =>
    client.send(new GetBucketVersioningCommand({ Bucket: bucket })),
  );
  if (Status === 'Enabled') return;
  throw new UserError('STORE_NOT_VERSIONED', {
    what: `The bucket ${bucket} keeps no earlier versions of its objects`,
    remedy: `Switch it on: aws s3api put-bucket-versioning --bucket ${bucket} --versioning-configuration Status=Enabled`,
  });
}

/** Remembers that `work` was done; a failure is tried again by the next caller. */
function onceDone(work: () => Promise<void>): () => Promise<void> {
  let done: Promise<void> | undefined;
  return () => {
    done ??= work().catch((error: unknown) => {
      done = undefined;
      throw error;
    });
    return done;
  };
}
