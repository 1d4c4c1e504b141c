import { GetObjectCommand, HeadObjectCommand, type S3Client } from '@aws-sdk/client-s3';
import { known } from '../../core/errors/invariant.ts';
import { type Patience, retried } from '../aws/retried.ts';
import { isAbsent, isRefusedHead } from './failures.ts';

/** A bucket, and how it is reached and written. */
export interface Reached extends Patience {
  readonly client: S3Client;
  readonly bucket: string;
  readonly kmsKeyId: string | undefined;
}

/** An object's address; `key` with the store's prefix. */
export interface Place extends Reached {
  readonly key: string;
}

/** What HEAD tells. */
export interface Head {
  readonly bytes: number;
  readonly etag: string;
  /** sha256 (hex) over the whole object by S3's own checksum; undefined where it keeps none. */
  readonly sha256: string | undefined;
  /** The token of the write that made it; undefined for what others wrote. */
  readonly token: string | undefined;
  /** `DEEP_ARCHIVE`; undefined for the standard one. */
  readonly storageClass: string | undefined;
  /** What S3 says of a restore that was asked for: `ongoing-request="true"`, or until when the content can be read. */
  readonly restore: string | undefined;
}

/** Metadata that tells which write made an object. */
const TOKEN = 'spendlight-write';
export const tokenMetadata = (token: string): Record<string, string> => ({ [TOKEN]: token });

/** What is known of the object, or of one version of it; undefined where there is none. */
export const headOf = (place: Place, versionId?: string | undefined): Promise<Head | undefined> =>
  retried(place, () => head(place, versionId));

async function head(
  { client, bucket, key }: Place,
  versionId: string | undefined,
): Promise<Head | undefined> {
  const which = { Bucket: bucket, Key: key, VersionId: versionId };
  try {
    const told = await client.send(new HeadObjectCommand({ ...which, ChecksumMode: 'ENABLED' }));
    // A checksum of checksums, as of objects in parts, ends with the number of parts.
    const whole = /^[A-Za-z0-9+/]{43}=$/.exec(told.ChecksumSHA256 ?? '')?.[0];
    return {
      bytes: known(told.ContentLength, 'the length of an object'),
      etag: known(told.ETag, 'the ETag of an object'),
      sha256: whole === undefined ? undefined : Buffer.from(whole, 'base64').toString('hex'),
      token: told.Metadata?.[TOKEN],
      storageClass: told.StorageClass,
      restore: told.Restore,
    };
  } catch (error) {
    if (isAbsent(error)) return undefined;
    // The answer to HEAD has no body that could say why.
    if (isRefusedHead(error)) await client.send(new GetObjectCommand({ ...which, Range: 'bytes=0-0' }));
    throw error;
  }
}

/** How objects of this store are encrypted. */
export const encryption = ({ kmsKeyId }: Reached) =>
  kmsKeyId === undefined ? {} : { ServerSideEncryption: 'aws:kms' as const, SSEKMSKeyId: kmsKeyId };
