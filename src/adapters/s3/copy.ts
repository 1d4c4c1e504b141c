import { CopyObjectCommand, UploadPartCopyCommand } from '@aws-sdk/client-s3';
import { UserError } from '../../core/errors/user-error.ts';
import type { Origin } from '../../ports/object-store.ts';
import { isLostRace } from './failures.ts';
import { inParts, partsOf } from './parts.ts';
import { encryption, headOf, type Place, tokenMetadata } from './place.ts';
import { type Attempted, landed } from './write.ts';

/** S3 copies as much at one stroke. */
const WHOLE_MAX = 5 * 1024 ** 3;
const PART_BYTES = 512 * 1024 ** 2;

/** How much is copied at one stroke, and in parts of which size what is larger. */
export interface CopySizes {
  readonly wholeMax: number;
  readonly partBytes: number;
}

/**
 * One attempt to let S3 copy `origin` under the place's key unless it exists; tells whether it did. The bytes do not
 * pass through this machine. @throws UserError `FILE_UNREADABLE` if the origin is not what it was when it was seen
 */
export async function copied(
  place: Place,
  origin: Origin,
  attempted: Attempted,
  { wholeMax, partBytes }: CopySizes = { wholeMax: WHOLE_MAX, partBytes: PART_BYTES },
): Promise<boolean> {
  const { client, bucket, key } = place;
  const { token, unsure } = attempted;
  const source = { CopySource: copySource(origin.uri), CopySourceIfMatch: origin.etag };
  try {
    if (origin.bytes > wholeMax) {
      return await inParts(
        place,
        partsOf(origin.bytes, partBytes),
        attempted,
        async ({ from, until, address }) => {
          const range = { CopySourceRange: `bytes=${from}-${until - 1}` };
          const { CopyPartResult } = await client.send(
            new UploadPartCopyCommand({ ...address, ...source, ...range }),
          );
          return { ETag: CopyPartResult?.ETag, ChecksumSHA256: CopyPartResult?.ChecksumSHA256 };
        },
      );
    }
    if (unsure && (await landed(place, token)) !== undefined) return true;
    await client.send(
      new CopyObjectCommand({
        Bucket: bucket,
        Key: key,
        ...source,
        IfNoneMatch: '*',
        ChecksumAlgorithm: 'SHA256',
        MetadataDirective: 'REPLACE',
        Metadata: tokenMetadata(token),
        TaggingDirective: 'REPLACE', // the tags are the export's; to copy them would ask for more rights
        ...encryption(place),
      }),
    );
    return true;
  } catch (error) {
    if (!isLostRace(error)) throw error;
    const there = await headOf(place);
    if (there !== undefined) return there.token === token;
    throw changed(origin);
  }
}

const copySource = (uri: string): string =>
  uri
    .replace(/^s3:\/\//, '')
    .split('/')
    .map(encodeURIComponent)
    .join('/');

const changed = ({ uri }: Origin): UserError =>
  new UserError('FILE_UNREADABLE', {
    what: 'The object was replaced or removed while it was being read',
    place: { file: uri },
    remedy: 'Wait until the delivery is written completely, then repeat; nothing was committed.',
  });
