import { mkdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { LakeFile, LakeState } from '../../lake/catalog-types.ts';
import { sha256Of } from '../../lake/sha256.ts';

import type { ObjectStore } from '../../ports/object-store.ts';

/** Copies stay for as many versions: a question that began with an older one may still read them. */
const VERSIONS_KEPT = 4;
const AT_ONCE = 4;

/**
 * Copies of the rollup of a lake that lies elsewhere (`s3://…`), on this machine's disk, by load: pages ask it again and
 * again, and a load's files never change. Lines are read where they are. A cache: it may be lost at any time.
 */
export class Near {
  /** The lake's store; its address of a file that was copied is that of the copy. */
  readonly store: ObjectStore;
  readonly #folder: () => Promise<string>;
  readonly #copies = new Map<string, string>();
  #kept: readonly ReadonlySet<string>[] = [];
  #opened: Promise<string> | undefined;

  /** Copies go to `folder`, a new one. */
  constructor(store: ObjectStore, folder: () => Promise<string>) {
    this.store = { ...store, uri: (key) => this.#copies.get(key) ?? store.uri(key) };
    this.#folder = folder;
  }

  /** Brings the rollup of `state` here, as far as it lies elsewhere and is whole. */
  async bring(state: LakeState): Promise<void> {
    const files = state.loads.flatMap(({ rollup }) => rollup.files);
    const missing = files.filter(({ key }) => /^[a-z0-9]+:\/\//i.test(this.store.uri(key)));
    if (missing.length > 0) {
      this.#opened ??= this.#folder();
      const folder = await this.#opened;
      const open = missing.values();
      const some = async (): Promise<void> => {
        for (const file of open) await this.#copy(folder, file);
      };
      await Promise.all(Array.from({ length: AT_ONCE }, some));
    }
    await this.#keepOnly(new Set(files.map(({ key }) => key)));
  }

  /** A file that is not what it was is not copied: who reads it where it lies is told. */
  async #copy(folder: string, file: LakeFile): Promise<void> {
    const bytes = await this.store.get(file.key);
    if (bytes === undefined || sha256Of(bytes) !== file.sha256) return;
    const path = join(folder, file.key.replaceAll('/', '_'));
    await mkdir(folder, { recursive: true });
    await writeFile(path, bytes);
    this.#copies.set(file.key, path);
  }

  async #keepOnly(keys: ReadonlySet<string>): Promise<void> {
    this.#kept = [keys, ...this.#kept].slice(0, VERSIONS_KEPT);
    for (const [key, path] of this.#copies) {
      if (this.#kept.some((of) => of.has(key))) continue;
      this.#copies.delete(key);
      await rm(path, { force: true });
    }
  }
}
