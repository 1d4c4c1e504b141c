import { UserError } from '../../core/errors/user-error.ts';
import type { LakeFile } from '../../lake/catalog-types.ts';
import { removedKeys } from '../../lake/keeping.ts';
import { entriesOf, type KeptObject, type Ledger } from '../../lake/ledger.ts';
import type { ObjectStore } from '../../ports/object-store.ts';

/** A file that could not be made again. */
export interface LostFile {
  readonly key: string;
  readonly why: string;
  readonly remedy: string;
}

/** What is to be done. */
export interface RebuildingOf {
  /** Whether a key is to be looked at. */
  readonly concerns: (key: string) => boolean;
  /** Only tell what would be made. */
  readonly rehearses: boolean;
}

/** The files of the lake while they are looked at and made again, one after the other. */
export class RebuiltFiles {
  /** Keys that were lost or damaged and are whole again; in a rehearsal those that would be made. */
  readonly made: string[] = [];
  readonly lost: LostFile[] = [];
  /** Those whose bytes are others than before, with their new hashes. */
  readonly changed: KeptObject[] = [];
  #checked = 0;
  readonly #store: ObjectStore;
  readonly #concerns: (key: string) => boolean;
  readonly #rehearses: boolean;
  readonly #removed: ReadonlySet<string>;
  readonly #hashes: Map<string, string>;

  constructor(store: ObjectStore, ledger: Ledger, { concerns, rehearses }: RebuildingOf) {
    this.#store = store;
    this.#concerns = concerns;
    this.#rehearses = rehearses;
    this.#removed = removedKeys(ledger);
    this.#hashes = new Map(
      entriesOf(ledger, 'rebuilt').flatMap(({ objects }) => objects.map(({ key, sha256 }) => [key, sha256])),
    );
  }

  /** How many files were looked at. */
  get checked(): number {
    return this.#checked;
  }

  /** Those of `files` that are to be there and are not, or are not what was written. */
  async bad(files: readonly LakeFile[]): Promise<readonly LakeFile[]> {
    const found: LakeFile[] = [];
    for (const file of files) {
      if (!this.#concerns(file.key) || this.#removed.has(file.key)) continue;
      this.#checked += 1;
      if (!(await this.isWhole(file))) found.push(file);
    }
    return found;
  }

  /** Whether the file is there with the bytes that the catalog, or a rebuilding after it, names. */
  async isWhole({ key, sha256 }: LakeFile): Promise<boolean> {
    const places = await this.#store.hash(key);
    const expected = this.#hashes.get(key) ?? sha256;
    return places.length > 0 && places.every((place) => place.sha256 === expected);
  }

  /**
   * Makes `files` again by `make`, which calls `clear` once it has all that it needs and before it writes: what cannot be
   * made again is left as it is, somebody may still read something out of it. What `make` refuses is lost.
   */
  async remake(
    files: readonly LakeFile[],
    make: (clear: () => Promise<void>) => Promise<void>,
  ): Promise<void> {
    if (files.length === 0) return;
    if (this.#rehearses) {
      this.made.push(...files.map(({ key }) => key));
      return;
    }
    const clear = async (): Promise<void> => {
      for (const { key } of files) await this.#store.discard(key);
    };
    try {
      await make(clear);
      await this.#taken(files);
    } catch (error) {
      if (!(error instanceof UserError) || ENDS_ALL.test(error.code)) throw error;
      const file = error.place.file === undefined ? '' : ` (${error.place.file})`;
      this.lost.push(...files.map(({ key }) => ({ key, why: `${error.what}${file}`, remedy: BACKUP })));
    }
  }

  /** Takes `files` as made again. Bytes may differ from before (Parquet leaves them open): then the new hashes count. */
  async #taken(files: readonly LakeFile[]): Promise<void> {
    for (const { key, sha256: before } of files) {
      const { sha256 } = await this.#store.seal(key);
      this.made.push(key);
      if (sha256 === (this.#hashes.get(key) ?? before)) continue;
      this.#hashes.set(key, sha256);
      this.changed.push({ key, sha256 });
    }
  }
}

/** Not one file is the trouble: nothing more can be made. */
const ENDS_ALL = /^(DISK_|LEASE_|LAKE_READ_ONLY)/;
const BACKUP = 'Bring it back from a backup of the lake.';
