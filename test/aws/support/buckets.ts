import { randomUUID } from 'node:crypto';
import { CreateBucketCommand, PutBucketVersioningCommand, S3Client } from '@aws-sdk/client-s3';
import { s3Store } from '../../../src/adapters/s3/s3-store.ts';
import type { ObjectStore } from '../../../src/ports/object-store.ts';
import { keysOf } from './identities.ts';

/** Of what is tested, where it acts as no function: a person at the command line. */
export const KEYS = keysOf('operator');
/** Of the tests themselves, where they set up or read back. */
export const BENCH = keysOf('bench');

/** A busy machine may be slow; only what hangs on purpose should be given up soon. */
const SILENCE_MS = 30_000;

/** A client as the adapter wants it, of the emulator or of a proxy before it; the tests' own unless told. */
export const clientOf = (endpoint: string, silenceMs = SILENCE_MS, credentials = BENCH): S3Client =>
  new S3Client({
    endpoint,
    region: 'us-east-1',
    maxAttempts: 1,
    forcePathStyle: true,
    credentials,
    requestHandler: { connectionTimeout: SILENCE_MS, socketTimeout: silenceMs },
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

interface StoreOf {
  readonly prefix?: string;
  readonly kmsKeyId?: string | undefined;
  /** How long the other side may be silent. */
  readonly silenceMs?: number;
}

/** A store in `bucket`, which pauses only for the length of a turn and remembers for how long it should have. */
export function storeIn(
  endpoint: string,
  bucket: string,
  { prefix = '', kmsKeyId, silenceMs }: StoreOf = {},
): ObjectStore & { readonly pauses: readonly number[] } {
  const pauses: number[] = [];
  const pause = async (ms: number) => void pauses.push(ms);
  const random = { id: () => randomUUID() };
  const store = s3Store({
    client: clientOf(endpoint, silenceMs, KEYS),
    bucket,
    prefix,
    kmsKeyId,
    pause,
    random,
  });
  return Object.assign(store, { pauses });
}
