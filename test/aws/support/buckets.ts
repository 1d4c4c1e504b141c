import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { s3Store } from '../../../src/adapters/s3/s3-store.ts';
import type { ObjectStore } from '../../../src/ports/object-store.ts';

/** Not a secret: the emulator takes any. */
export const KEYS = { accessKeyId: 'AKIAIOSFODNN7EXAMPLE', secretAccessKey: 'emulated' };

/** A client as the adapter wants it, of the emulator or of a proxy before it. */
export const clientOf = (endpoint: string): S3Client =>
  new S3Client({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    forcePathStyle: true,
    credentials: KEYS,
    requestHandler: { connectionTimeout: 1_000, socketTimeout: 1_000 },
  });

/** A new bucket; versioned unless told. */
export async function freshBucket(endpoint: string, { versioned = true } = {}): Promise<string> {
  const bucket = `lake-${randomUUID()}`;
  const client = clientOf(endpoint);
  await client.send(new CreateBucketCommand({ Bucket: bucket }));
  if (versioned) {
    const on = { Status: 'Enabled' } as const;
    await client.send(new PutBucketVersioningCommand({ Bucket: bucket, VersioningConfiguration: on }));
  }
  client.destroy();
  return bucket;
}

/** A store in `bucket`, which pauses only for the length of a turn and remembers for how long it should have. */
export function storeIn(
  endpoint: string,
  bucket: string,
  { prefix = '', kmsKeyId }: { readonly prefix?: string; readonly kmsKeyId?: string | undefined } = {},
): ObjectStore & { readonly pauses: readonly number[] } {
  const pauses: number[] = [];
  const pause = async (ms: number) => void pauses.push(ms);
  const random = { id: () => randomUUID() };
  const store = s3Store({ client: clientOf(endpoint), bucket, prefix, kmsKeyId, pause, random });
  return Object.assign(store, { pauses });
}
