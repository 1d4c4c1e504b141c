import { createHash } from 'node:crypto';
import { type FileHandle, open } from 'node:fs/promises';
import { UploadPartCommand } from '@aws-sdk/client-s3';
import { inParts, partsOf } from './parts.ts';
import type { Place } from './place.ts';
import { type Attempted, written } from './write.ts';

/** Larger files go in parts, several at a time. */
const WHOLE_MAX = 16 * 1024 * 1024;

/** One attempt to put the file at `path` under the place's key unless it exists; tells whether it did. */
export async function uploaded(place: Place, path: string, attempted: Attempted): Promise<boolean> {
  const file = await open(path);
  try {
    const { size } = await file.stat();
    if (size <= WHOLE_MAX) {
      const bytes = await stretch(file, 0, size);
      return (await written(place, bytes, { IfNoneMatch: '*' }, attempted)) !== undefined;
    }
    return await inParts(place, partsOf(size, WHOLE_MAX), attempted, async (part) => {
      const bytes = await stretch(file, part.from, part.until);
      const ChecksumSHA256 = createHash('sha256').update(bytes).digest('base64');
      const body = { Body: bytes, ContentLength: bytes.length, ChecksumSHA256 };
      const { ETag } = await place.client.send(new UploadPartCommand({ ...part.address, ...body }));
      return { ETag, ChecksumSHA256 };
    });
  } finally {
    await file.close();
  }
}

/** Bytes [from, until) of a file. @throws Error if it has become shorter */
async function stretch(file: FileHandle, from: number, until: number): Promise<Uint8Array> {
  const bytes = Buffer.alloc(until - from);
  for (let at = 0; at < bytes.length; ) {
    const { bytesRead } = await file.read(bytes, at, bytes.length - at, from + at);
    if (bytesRead === 0) throw new Error('The file became shorter while it was sent');
    at += bytesRead;
  }
  return bytes;
}
