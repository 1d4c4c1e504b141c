import { createWriteStream } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { GetObjectCommand, ListObjectsV2Command, type S3Client } from '@aws-sdk/client-s3';
import { known } from '../../core/errors/invariant.ts';
import { UserError } from '../../core/errors/user-error.ts';
import type { Outside, OutsideObject } from '../../ports/outside.ts';
import { type Patience, retried } from '../aws/retried.ts';
import { isLostRace, storeFailure } from './failures.ts';

/** Who reads an address. */
export interface Reader {
  readonly client: S3Client;
  /** The identity that writes the lake, too. */
  readonly isOwn: boolean;
}

/** Objects of any bucket that our identity, or the role of their source, may read. */
export function s3Outside(readerOf: (uri: string) => Reader, patience: Patience): Outside {
  const guarded = <T>(uri: string, work: () => Promise<T>): Promise<T> =>
    work().catch((error) => Promise.reject(storeFailure(error, uri)));
  return {
    list: (uri) => guarded(uri, () => list(readerOf(uri.replace(/\/+$/, '')), patience, uri)),
    fetch: (object, path) =>
      guarded(object.uri, () => retried(patience, () => fetched(readerOf(object.uri).client, object, path))),
  };
}

async function list({ client, isOwn }: Reader, patience: Patience, uri: string): Promise<OutsideObject[]> {
  const { bucket, key } = addressOf(uri);
  const found: OutsideObject[] = [];
  let token: string | undefined;
  do {
    const which = { Bucket: bucket, Prefix: key, ContinuationToken: token };
    const page = await retried(patience, () => client.send(new ListObjectsV2Command(which)));
    for (const { Key = '', Size = 0, ETag = '', LastModified } of page.Contents ?? []) {
      const isIn = key === '' || Key === key || Key.startsWith(`${key}/`);
      // Consoles show folders by empty objects whose key ends with a slash.
      if (!isIn || Key.endsWith('/')) continue;
      const modified = known(LastModified, 'the time of an object').getTime();
      found.push({ uri: `s3://${bucket}/${Key}`, bytes: Size, etag: ETag, modified, isOwn });
    }
    token = page.IsTruncated === true ? page.NextContinuationToken : undefined;
  } while (token !== undefined);
  return found;
}

async function fetched(client: S3Client, { uri, etag }: OutsideObject, path: string): Promise<void> {
  const { bucket, key } = addressOf(uri);
  await mkdir(dirname(path), { recursive: true });
  try {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: bucket, Key: key, IfMatch: etag }));
    await pipeline(known(Body, 'the body of an object') as Readable, createWriteStream(path));
  } catch (error) {
    throw isLostRace(error) ? replaced(uri) : error;
  }
}

/** `s3://bucket/a/b/` → bucket and `a/b`. @throws UserError `USAGE` if it is not such an address */
function addressOf(uri: string): { readonly bucket: string; readonly key: string } {
  const [, bucket, key = ''] = /^s3:\/\/([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:\/(.*))?$/i.exec(uri) ?? [];
  if (bucket !== undefined) return { bucket, key: key.replace(/\/+$/, '') };
  throw new UserError('USAGE', {
    what: `${uri} is not an address on S3`,
    remedy: 'Write s3://bucket/key of a file or manifest, or s3://bucket/prefix of an export.',
  });
}

const replaced = (uri: string): UserError =>
  new UserError('FILE_UNREADABLE', {
    what: 'The object was replaced or removed while it was being read',
    place: { file: uri },
    remedy: 'Wait until the delivery is written completely, then repeat; nothing was committed.',
  });
