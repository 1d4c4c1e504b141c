import type { ObjectStore } from '../ports/object-store.ts';
import type { LakeFile } from './catalog-types.ts';

/** A file that the engine wrote, flushed to the disk and hashed: what a commit may name. */
export async function sealed(store: ObjectStore, key: string, rows: number): Promise<LakeFile> {
  return { key, rows, ...(await store.seal(key)) };
}
