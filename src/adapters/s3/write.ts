import { createHash } from 'node:crypto';
import { ListObjectVersionsCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { known } from '../../core/errors/invariant.ts';
import { retried } from '../aws/retried.ts';
import { isLostRace } from './failures.ts';
import { encryption, headOf, type Place, tokenMetadata } from './place.ts';

/** Which write this is. */
export interface Attempted {
  /** Its own, the same in every attempt. */
  readonly token: string;
  /** An earlier attempt may have been carried out. */
  readonly unsure: boolean;
}

/** What has to hold for a write to be carried out. */
export type Condition = { readonly IfNoneMatch?: '*'; readonly IfMatch?: string };

/** Versions of a key that are looked through for a write whose answer was lost. */
const VERSIONS_SEARCHED = 50;

/** One attempt to write `bytes`; undefined if `condition` did not hold. */
export async function written(
  place: Place,
  bytes: Uint8Array,
  condition: Condition,
  { token, unsure }: Attempted,
): Promise<{ readonly etag: string } | undefined> {
  const earlier = unsure ? await landed(place, token) : undefined;
  if (earlier !== undefined) return earlier;
  try {
    const { ETag } = await place.client.send(
      new PutObjectCommand({
        Bucket: place.bucket,
        Key: place.key,
        Body: bytes,
        ContentLength: bytes.length,
        ChecksumSHA256: createHash('sha256').update(bytes).digest('base64'),
        Metadata: tokenMetadata(token),
        ...encryption(place),
        ...condition,
      }),
    );
    return { etag: known(ETag, 'the ETag of a write') };
  } catch (error) {
    if (!isLostRace(error)) throw error;
    return unsure ? landed(place, token) : undefined;
  }
}

/**
 * The object that the write with this token made: the present one, or an earlier version where another writer has
 * replaced it already. Undefined if that write was not carried out.
 */
export async function landed(place: Place, token: string): Promise<{ readonly etag: string } | undefined> {
  const now = await headOf(place);
  if (now?.token === token) return { etag: now.etag };
  const { client, bucket, key } = place;
  const which = { Bucket: bucket, Prefix: key, MaxKeys: VERSIONS_SEARCHED };
  const listed = await retried(place, () => client.send(new ListObjectVersionsCommand(which)));
  for (const { Key, VersionId } of listed.Versions ?? []) {
    if (Key !== key) continue;
    const version = await headOf(place, VersionId);
    if (version?.token === token) return { etag: version.etag };
  }
  return undefined;
}
