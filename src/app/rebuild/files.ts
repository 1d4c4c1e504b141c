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
  /** Lost files of the history that stand empty. */
  readonly emptied: string[] = [];
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
      const hash = await this.#hash(file.key);
      if (hash === undefined || !this.#isRight(file, hash)) found.push(file);
      else this.#note(file, hash); // brought back from a backup after it had been made again with other bytes
    }
    return found;
  }

  /** Whether the file is there with the bytes that the catalog, or a rebuilding after it, names. */
  async isWhole(file: LakeFile): Promise<boolean> {
    const hash = await this.#hash(file.key);
    return hash !== undefined && this.#isRight(file, hash);
  }

  #isRight = ({ key, sha256 }: LakeFile, hash: string): boolean =>
    hash === sha256 || hash === this.#hashes.get(key);

  /** What stands under the key, wherever the store holds it; undefined for nothing, and for different things. */
  async #hash(key: string): Promise<string | undefined> {
    const hashes = new Set((await this.#store.hash(key)).map(({ sha256 }) => sha256));
    return hashes.size === 1 ? [...hashes][0] : undefined;
  }

  #note({ key, sha256: before }: LakeFile, sha256: string): void {
    if (sha256 === (this.#hashes.get(key) ?? before)) return;
    this.#hashes.set(key, sha256);
    this.changed.push({ key, sha256 });
  }

  /**
   * Makes the `bad` ones of `files` again by `make`, which writes all of them and calls `clear` once it has all that it
   * needs: what cannot be made again is left as it is, somebody may still read something out of it. What `make` refuses is
   * lost. Gives the lost ones.
   */
  async remake(
    files: readonly LakeFile[],
    bad: readonly LakeFile[],
    make: (clear: () => Promise<void>) => Promise<void>,
  ): Promise<readonly LakeFile[]> {
    if (bad.length === 0) return [];
    if (this.#rehearses) {
      this.made.push(...bad.map(({ key }) => key));
      return [];
    }
    let lost = bad;
    try {
      await make(async () => {
        lost = files;
        for (const { key } of files) await this.#store.discard(key);
      });
      for (const file of files) {
        this.made.push(file.key);
        this.#note(file, (await this.#store.seal(file.key)).sha256);
      }
      return [];
    } catch (error) {
      if (!(error instanceof UserError) || ENDS_ALL.test(error.code)) throw error;
      const file = error.place.file === undefined ? '' : ` (${error.place.file})`;
      this.lost.push(...lost.map(({ key }) => ({ key, why: `${error.what}${file}`, remedy: BACKUP })));
      return lost;
    }
  }

  /** Takes `file`, which is lost, as standing empty from now on: what names it can be read. */
  async empty(file: LakeFile): Promise<void> {
    this.emptied.push(file.key);
    this.#note(file, (await this.#store.seal(file.key)).sha256);
  }
}

/** Not one file is the trouble: nothing more can be made. */
const ENDS_ALL = /^(DISK_|LEASE_|LAKE_READ_ONLY)/;
const BACKUP = 'Bring it back from a backup of the lake.';
