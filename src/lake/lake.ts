import { UserError } from '../core/errors/user-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import {
  applied,
  type CatalogEntry,
  decoded,
  decodedCheckpoint,
  decodedEntry,
  emptyState,
  entryOf,
  LAKE_FORMAT,
} from './catalog.ts';
import type { LakeChange, LakeIdentity, LakeState } from './catalog-types.ts';
import { isLost, keepCopies } from './commit-copies.ts';
import { dueSegments } from './history-log.ts';
import { CATALOG_HINT_KEY, checkpointKey, LAKE_KEY, versionKey } from './keys.ts';
import { damaged, selfChecked } from './self-checked.ts';
import { sha256Of } from './sha256.ts';

/** Versions between two checkpoints: opening reads at most about this many commits. */
const CHECKPOINT_EVERY = 32;
/** Commits read at one time while the head is looked for. */
const READ_AT_ONCE = 8;

/** The lake: its identity and its versions. A reader pins a state and never sees half a load. */
export interface Lake {
  readonly store: ObjectStore;
  readonly identity: LakeIdentity;
  /** The newest version. @throws UserError `LAKE_DAMAGED`, `LAKE_NEWER_FORMAT` */
  head(): Promise<LakeState>;
  /** The lake as it was at `version`; 0 is the empty lake. @throws UserError `VERSION_UNKNOWN`, `LAKE_DAMAGED` */
  at(version: number): Promise<LakeState>;
  /**
   * Makes the next version of `base`, which must come from this lake. `undefined`: another writer made it first; read
   * the head and check all preconditions again. Files named by `change` must have been sealed before.
   */
  commit(base: LakeState, change: LakeChange, clock: Clock): Promise<LakeState | undefined>;
}

/** What decides a lake for ever; the rest of its identity is ours. */
export type NewLake = Omit<LakeIdentity, 'format'>;

/** Makes the lake, unless there is one: then opens that one, whatever its identity. */
export async function createLake(store: ObjectStore, identity: NewLake): Promise<Lake> {
  await store.putIfAbsent(LAKE_KEY, selfChecked({ format: LAKE_FORMAT, ...identity }));
  return openLake(store);
}

/** @throws UserError `LAKE_EMPTY` where there is no lake yet, `LAKE_NEWER_FORMAT`, `LAKE_DAMAGED` */
export async function openLake(store: ObjectStore): Promise<Lake> {
  const lake = await openLakeIfAny(store);
  if (lake === undefined) {
    throw new UserError('LAKE_EMPTY', {
      what: `There is no lake in ${store.location} yet`,
      remedy: 'Bring in a bill with "spendlight ingest <files>", or name another lake with --lake.',
    });
  }
  return lake;
}

/** The lake, or `undefined` where there is none yet. @throws UserError `LAKE_NEWER_FORMAT`, `LAKE_DAMAGED` */
export async function openLakeIfAny(store: ObjectStore): Promise<Lake | undefined> {
  const bytes = await store.get(LAKE_KEY);
  if (bytes === undefined) return undefined;
  const identity = decoded<LakeIdentity>(bytes, LAKE_KEY);
  const catalog = new Catalog(store, identity);
  return {
    store,
    identity,
    head: async () => (await catalog.head()).state,
    at: (version) => catalog.at(version),
    commit: (base, change, clock) => catalog.commit(base, change, clock),
  };
}

/** sha256 (hex) of the bytes of `version`'s commit, as they are now. @throws UserError `LAKE_DAMAGED` if it is gone */
export async function catalogHash({ store }: Pick<Lake, 'store'>, version: number): Promise<string> {
  const key = versionKey(version);
  const bytes = await store.get(key);
  if (bytes === undefined) throw damaged(key, 'it is gone');
  return sha256Of(bytes);
}

/** How many levels below Root make an OU at this version. */
export const ouLevelOf = ({ identity }: Lake, { inputs }: Pick<LakeState, 'inputs'>): number =>
  inputs.ouLevel ?? identity.ouLevel;

/** Who lost so many races for a commit gives up: something else keeps writing. */
export const RACES_MAX = 100;

/** RACES_MAX commits were lost. */
export const lakeBusy = ({ store }: Pick<Lake, 'store'>): UserError =>
  new UserError('LAKE_BUSY', {
    what: `Other processes kept committing to ${store.location} first`,
    remedy: 'See what else writes to this lake, then run the command again; nothing was changed.',
  });

const gone = (version: number): UserError =>
  new UserError('LAKE_DAMAGED', {
    what: 'A commit of the lake is gone, and the ledger knows that it was there',
    place: { file: versionKey(version) },
    remedy: 'Make the catalog again from its copy in ledger/: spendlight rebuild',
  });

/** A version with the hash of its bytes: what the next one is chained to (null for the empty lake). */
interface Link {
  readonly state: LakeState;
  readonly sha256: string | null;
}

class Catalog {
  readonly #store: ObjectStore;
  readonly #start: Link;
  #newest: Link | undefined;
  /** Hashes of versions that were read or made here. */
  readonly #hashes = new Map<number, string | null>([[0, null]]);

  constructor(store: ObjectStore, identity: LakeIdentity) {
    this.#store = store;
    this.#start = { state: emptyState(identity.createdAt), sha256: null };
  }

  async head(): Promise<Link> {
    const hint = this.#newest?.state.version ?? (await this.#hint());
    const newest = await this.#forward(this.#newest ?? (await this.#nearest(hint)), Number.POSITIVE_INFINITY);
    const next = newest.state.version + 1;
    if (newest.state.version < hint || (await isLost(this.#store, next))) throw gone(next);
    this.#newest = newest;
    return newest;
  }

  async at(version: number): Promise<LakeState> {
    if (version === this.#newest?.state.version) return this.#newest.state;
    // The head first: from a version that is far ahead nobody looks for a checkpoint below it, which would take for ever.
    const { state: newest } = await this.head();
    if (version > newest.version) {
      throw new UserError('VERSION_UNKNOWN', {
        what: `The lake has no version ${version}; the newest is ${newest.version}`,
        remedy: 'Name a version that was committed.',
      });
    }
    return (await this.#forward(await this.#nearest(version), version)).state;
  }

  async commit(base: LakeState, change: LakeChange, clock: Clock): Promise<LakeState | undefined> {
    const previous = this.#hashes.get(base.version);
    if (previous === undefined) throw new Error(`version ${base.version} does not come from this lake`);
    const now = new Date(clock.now()).toISOString();
    const segments = await dueSegments(this.#store, base);
    const entry = entryOf(base, { previous, change, now, segments });
    const bytes = selfChecked(entry);
    if (!(await this.#store.putIfAbsent(versionKey(entry.version), bytes))) return undefined;
    const link = { state: applied(base, entry), sha256: sha256Of(bytes) };
    this.#hashes.set(entry.version, link.sha256);
    this.#newest = link;
    await keepCopies(this.#store, entry.version).catch(() => undefined);
    // The commit stands, whatever becomes of the checkpoint: without it, opening reads more commits, and the next makes up for it.
    if (entry.version % CHECKPOINT_EVERY === 0) await this.#checkpoint(link).catch(() => undefined);
    return link.state;
  }

  /** First the checkpoint, then the hint: a hint names only what is there. Who is killed before leaves more to read, no more. */
  async #checkpoint({ state, sha256 }: Link): Promise<void> {
    await this.#store.putIfAbsent(
      checkpointKey(state.version),
      selfChecked({ format: LAKE_FORMAT, sha256, state }),
    );
    await this.#store.put(CATALOG_HINT_KEY, selfChecked({ format: LAKE_FORMAT, version: state.version }));
  }

  async #hint(): Promise<number> {
    const bytes = await this.#store.get(CATALOG_HINT_KEY);
    if (bytes === undefined) return 0;
    const { version } = decoded<{ format: number; version: number }>(bytes, CATALOG_HINT_KEY);
    if (!Number.isSafeInteger(version)) throw damaged(CATALOG_HINT_KEY, 'it names no version');
    return version;
  }

  /** The newest checkpoint that is not after `version`, else the empty lake. */
  async #nearest(version: number): Promise<Link> {
    for (let at = version - (version % CHECKPOINT_EVERY); at > 0; at -= CHECKPOINT_EVERY) {
      const key = checkpointKey(at);
      const bytes = await this.#store.get(key);
      if (bytes !== undefined) {
        const { state, sha256 } = decodedCheckpoint(bytes, at, key);
        this.#hashes.set(at, sha256);
        return { state, sha256 };
      }
    }
    return this.#start;
  }

  /** Reads commits after `from`, at most up to version `until`, until there are no more. */
  async #forward(from: Link, until: number): Promise<Link> {
    let link = from;
    while (link.state.version < until) {
      const first = link.state.version + 1;
      const count = Math.min(READ_AT_ONCE, until - link.state.version);
      const versions = Array.from({ length: count }, (_, i) => first + i);
      const read = await Promise.all(versions.map((version) => this.#store.get(versionKey(version))));
      const missing = read.indexOf(undefined);
      for (const bytes of missing < 0 ? read : read.slice(0, missing)) {
        if (bytes !== undefined) link = this.#next(link, bytes);
      }
      if (missing >= 0 && !(await this.#mayGoOn(first + missing, read.slice(missing)))) break;
    }
    return link;
  }

  #next(link: Link, bytes: Uint8Array): Link {
    const version = link.state.version + 1;
    const entry: CatalogEntry = decodedEntry(bytes, version, versionKey(version));
    if (entry.previous !== link.sha256) {
      throw damaged(versionKey(version - 1), `version ${version} was made after other bytes of it`);
    }
    const sha256 = sha256Of(bytes);
    this.#hashes.set(version, sha256);
    return { state: applied(link.state, entry), sha256 };
  }

  /** Where `version` was not there but a later one was, another writer may just have been quicker than our reading. */
  async #mayGoOn(version: number, read: readonly (Uint8Array | undefined)[]): Promise<boolean> {
    if (read.every((bytes) => bytes === undefined)) return false;
    if ((await this.#store.head(versionKey(version))) === undefined)
      throw damaged(versionKey(version), 'it is gone, and later versions are there');
    return true;
  }
}
