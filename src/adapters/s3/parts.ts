import {
  AbortMultipartUploadCommand,
  type CompletedPart,
  CompleteMultipartUploadCommand,
  CreateMultipartUploadCommand,
  type S3Client,
} from '@aws-sdk/client-s3';
import { known } from '../../core/errors/invariant.ts';
import { retried } from '../aws/retried.ts';
import { isLostRace } from './failures.ts';
import { encryption, type Place, tokenMetadata } from './place.ts';
import { type Attempted, landed } from './write.ts';

const MIB = 1024 * 1024;
const PARTS_AT_ONCE = 4;
/** S3 takes 10,000. */
const PARTS_MAX = 9_000;

/** A stretch of an object; byte `from` is in it, `until` is not. */
export interface Stretch {
  readonly from: number;
  readonly until: number;
}

/** A stretch on its way: what a command that sends it has to name. */
export interface Part extends Stretch {
  readonly address: {
    readonly Bucket: string;
    readonly Key: string;
    readonly UploadId: string;
    readonly PartNumber: number;
  };
}

/** `size` bytes in parts of `partBytes`, or larger where S3 would not take so many. */
export function partsOf(size: number, partBytes: number): Stretch[] {
  const each = Math.max(partBytes, Math.ceil(size / PARTS_MAX / MIB) * MIB);
  return Array.from({ length: Math.ceil(size / each) }, (_, i) => ({
    from: i * each,
    until: Math.min(size, (i + 1) * each),
  }));
}

/**
 * One attempt to make an object of parts unless it exists; tells whether it did. Nothing is seen under the key before
 * the last call, which decides between racing writers.
 */
export async function inParts(
  place: Place,
  stretches: readonly Stretch[],
  { token, unsure }: Attempted,
  send: (part: Part) => Promise<Omit<CompletedPart, 'PartNumber'>>,
): Promise<boolean> {
  if (unsure && (await landed(place, token)) !== undefined) return true;
  const { client, bucket, key } = place;
  const address = { Bucket: bucket, Key: key };
  const { UploadId } = await client.send(
    new CreateMultipartUploadCommand({
      ...address,
      ChecksumAlgorithm: 'SHA256',
      Metadata: tokenMetadata(token),
      ...encryption(place),
    }),
  );
  const upload = { ...address, UploadId: known(UploadId, 'the id of an upload') };
  try {
    const Parts = await severalAtOnce(stretches, async (stretch, i) => {
      const part = { ...stretch, address: { ...upload, PartNumber: i + 1 } };
      // A part sent twice is the same part.
      const sent = await retried(place, () => send(part));
      return { ...sent, PartNumber: i + 1 };
    });
    const all = { ...upload, MultipartUpload: { Parts }, IfNoneMatch: '*' };
    const won = await client.send(new CompleteMultipartUploadCommand(all)).then(
      () => true,
      (error) => (isLostRace(error) ? false : Promise.reject(error)),
    );
    if (won) return true;
  } catch (error) {
    await dropped(client, upload);
    throw error;
  }
  await dropped(client, upload);
  return unsure && (await landed(place, token)) !== undefined;
}

/** Parts that belong to nothing cost money; where this fails too, the bucket's lifecycle takes them. */
const dropped = (
  client: S3Client,
  upload: { Bucket: string; Key: string; UploadId: string },
): Promise<unknown> => client.send(new AbortMultipartUploadCommand(upload)).catch(() => undefined);

async function severalAtOnce<T, R>(
  items: readonly T[],
  work: (item: T, index: number) => Promise<R>,
): Promise<R[]> {
  const results: R[] = [];
  const open = items.entries();
  const one = async (): Promise<void> => {
    for (const [index, item] of open) results[index] = await work(item, index);
  };
  await Promise.all(Array.from({ length: Math.min(PARTS_AT_ONCE, items.length) }, one));
  return results;
}
