import type { ObjectInfo, ObjectStore } from '../ports/object-store.ts';
import { applied, type CatalogEntry, decodedEntry, emptyState, LAKE_FORMAT } from './catalog.ts';
import type { LakeIdentity, LakeState } from './catalog-types.ts';
import { originalKey } from './commit-copies.ts';
import { dueBytes } from './history-log.ts';
import {
  CATALOG_HINT_KEY,
  COMMIT_COPIES_PREFIX,
  checkpointKey,
  commitCopyKey,
  copyIn,
  versionIn,
  versionKey,
} from './keys.ts';
import { damaged, readSelfChecked, selfCheck, selfChecked } from './self-checked.ts';
import { sha256Of } from './sha256.ts';

/** What was wrong with the catalog and is mended, by key; with `dryRun` what would be. */
export type Restored = readonly string[];

/**
 * Makes lake.json, every commit, every segment and every checkpoint what they were, each commit from its copy in the
 * ledger where it is lost or damaged, and each copy from its commit. Who is killed finds the rest still to be done.
 * @throws UserError `LAKE_DAMAGED` naming the first commit of which neither is whole
 */
export async function restoreCatalog(store: ObjectStore, dryRun: boolean): Promise<Restored> {
  const [copies, catalog] = await Promise.all([store.list(COMMIT_COPIES_PREFIX), store.list('catalog/')]);
  const restored: string[] = [];
  const mend = async (key: string, bytes: Uint8Array): Promise<void> => {
    restored.push(key);
    if (dryRun) return;
    await store.discard(key);
    await store.putIfAbsent(key, bytes);
  };
  const commits = await wholeCommits(store, newestOf(copies, catalog), mend);
  await derived(store, commits, catalog, mend);
  const hint = await store.get(CATALOG_HINT_KEY);
  if (hint !== undefined && selfCheck(hint) === 'broken') {
    restored.push(CATALOG_HINT_KEY);
    if (!dryRun) await store.discard(CATALOG_HINT_KEY); // found again by probing, and written anew with the next checkpoint
  }
  return restored;
}

type Mend = (key: string, bytes: Uint8Array) => Promise<void>;

const newestOf = (copies: readonly ObjectInfo[], catalog: readonly ObjectInfo[]): number =>
  [...copies.map(({ key }) => copyIn(key) ?? 0), ...catalog.map(({ key }) => versionIn(key) ?? 0)].reduce(
    (a, b) => Math.max(a, b),
    0,
  );

interface WholeCommits {
  readonly identity: LakeIdentity;
  readonly entries: readonly { readonly entry: CatalogEntry; readonly sha256: string }[];
}

/** lake.json and the commits up to `newest`, each chained to the one before it. */
async function wholeCommits(store: ObjectStore, newest: number, mend: Mend): Promise<WholeCommits> {
  const entries: { entry: CatalogEntry; sha256: string }[] = [];
  let identity: LakeIdentity | undefined;
  for (let version = 0; version <= newest; version++) {
    const [original, copy] = await Promise.all([
      store.get(originalKey(version)),
      store.get(commitCopyKey(version)),
    ]);
    const previous = entries.at(-1)?.sha256 ?? null;
    const whole = [original, copy].find((bytes) => isWhole(bytes, version, previous));
    // A checkpoint may be all that there is of the newest versions; what it says is not enough to go on from.
    if (whole === undefined)
      throw damaged(originalKey(version), 'it is lost or changed, and so is its copy in ledger/');
    if (!isSame(original, whole)) await mend(originalKey(version), whole);
    if (!isSame(copy, whole)) await mend(commitCopyKey(version), whole);
    if (version === 0) identity = readSelfChecked<LakeIdentity>(whole, originalKey(0));
    else entries.push({ entry: decodedEntry(whole, version, versionKey(version)), sha256: sha256Of(whole) });
  }
  if (identity === undefined) throw damaged(originalKey(0), 'it is lost');
  return { identity, entries };
}

function isWhole(bytes: Uint8Array | undefined, version: number, previous: string | null): boolean {
  if (bytes === undefined || selfCheck(bytes) === 'broken') return false;
  if (version === 0) return true;
  const entry = readSelfChecked<CatalogEntry>(bytes, versionKey(version));
  return entry.version === version && entry.previous === previous;
}

const isSame = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && sha256Of(a) === sha256Of(b);

/** Segments and checkpoints are made from the commits before them, byte for byte. */
async function derived(
  store: ObjectStore,
  { identity, entries }: WholeCommits,
  catalog: readonly ObjectInfo[],
  mend: Mend,
): Promise<void> {
  const checkpoints = new Set(catalog.map(({ key }) => key));
  let state: LakeState = emptyState(identity.createdAt);
  for (const { entry, sha256 } of entries) {
    for (const { key, sha256: expected } of Object.values(entry.segments ?? {})) {
      const [found] = await store.hash(key);
      if (found?.sha256 === expected) continue;
      const bytes = dueBytes(state).get(key);
      if (bytes !== undefined) await mend(key, bytes);
    }
    state = applied(state, entry);
    const key = checkpointKey(entry.version);
    if (!checkpoints.has(key)) continue;
    const bytes = selfChecked({ format: LAKE_FORMAT, sha256, state });
    if (!isSame(await store.get(key), bytes)) await mend(key, bytes);
  }
}
