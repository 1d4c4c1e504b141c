import { invariant } from '../core/errors/invariant.ts';
import type { Written } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { LakeFile } from './catalog-types.ts';

/** A file that the engine wrote, flushed to the disk and hashed: what a commit may name. */
export async function sealed(store: ObjectStore, key: string, rows: number): Promise<LakeFile> {
  return { key, rows, ...(await store.seal(key)) };
}

/** The files that the engine made where `key` was asked for: all in its folder. */
export async function allSealed(store: ObjectStore, key: string, { files }: Written): Promise<LakeFile[]> {
  const folder = key.slice(0, key.lastIndexOf('/') + 1);
  const all: LakeFile[] = [];
  for (const { uri, rows } of files) {
    const made = `${folder}${uri.slice(uri.lastIndexOf('/') + 1)}`;
    invariant(store.uri(made) === uri, `${uri} was not written beside ${key}`);
    all.push(await sealed(store, made, rows));
  }
  return all;
}
