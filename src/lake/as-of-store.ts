import { UserError } from '../core/errors/user-error.ts';
import type { ObjectInfo, ObjectStore } from '../ports/object-store.ts';
import { type Artefact, artefacts, bytesOf } from './artefacts.ts';
import type { AsOf } from './as-of.ts';
import { LAKE_FORMAT } from './catalog.ts';
import {
  ARCHIVE_CSV_PREFIX,
  ARCHIVE_PREFIX,
  CATALOG_HINT_KEY,
  copyIn,
  entryIn,
  HEARTBEATS_PREFIX,
  LEDGER_PREFIX,
  ledgerKey,
  MAIL_MARKERS_PREFIX,
  MAILS_PREFIX,
  RUNS_PREFIX,
  SNAPSHOTS_PREFIX,
  versionIn,
} from './keys.ts';
import { type LedgerEntry, readLedger } from './ledger.ts';
import { damaged, readSelfChecked, selfChecked } from './self-checked.ts';

/**
 * The store as a lake shows it that stopped at `asOf`: commits, entries of the ledger, runs and mails that came later are not
 * there, and nothing can be written. Whoever reads it with its moment for a clock gives the answers of that moment.
 */
export function storeAsOf(store: ObjectStore, asOf: AsOf): ObjectStore {
  const archive = once(() => archiveOf(view));
  const shown = shownAt(store, asOf, archive);
  const archivedThen = async (key: string): Promise<Uint8Array | undefined> => {
    const artefact = (await archive()).get(key);
    return artefact === undefined ? undefined : bytesOf(store, artefact);
  };
  const hint = selfChecked({ format: LAKE_FORMAT, version: asOf.state.version });
  const refused = async (): Promise<never> => {
    throw readsOnly(asOf);
  };
  const view: ObjectStore = {
    location: store.location,
    uri: (key) => store.uri(key),
    get: async (key) => {
      if (key === CATALOG_HINT_KEY) return hint;
      if (isRewritten(key)) return contentThen(store, key, asOf.moment);
      if (isArchived(key)) return archivedThen(key);
      return (await shown(key)) ? store.get(key) : undefined;
    },
    head: async (key) => ((await shown(key)) ? store.head(key) : undefined),
    async list(prefix) {
      const found: ObjectInfo[] = [];
      for (const info of await store.list(prefix)) if (await shown(info.key)) found.push(info);
      return found;
    },
    hash: (key) => store.hash(key),
    copyOut: (key, path) => store.copyOut(key, path),
    restore: (key, id, how) => store.restore(key, id, how),
    versions: async (key) => ((await shown(key)) ? store.versions(key) : []),
    put: refused,
    putIfAbsent: refused,
    putIfMatch: refused,
    adopt: refused,
    seal: refused,
    discard: refused,
  };
  return view;
}

/** Nobody changes what was known. */
const readsOnly = ({ state, moment }: AsOf): UserError =>
  new UserError('AS_OF_READS_ONLY', {
    what: `The lake as of version ${state.version}, ${new Date(moment).toISOString()}, cannot be changed`,
    remedy: 'Leave --as-of out to change the lake as it is now.',
  });

/** Whether an object was there at that moment, by what it says itself: never by when a file was written. */
function shownAt(
  store: ObjectStore,
  asOf: AsOf,
  archive: () => Promise<ReadonlyMap<string, Artefact>>,
): (key: string) => Promise<boolean> {
  const { state, moment } = asOf;
  const entries = once(() => entriesShown(store, asOf));
  return async (key) => {
    const version = versionIn(key) ?? copyIn(key);
    if (version !== undefined) return version <= state.version;
    const entry = entryIn(key);
    if (entry !== undefined) return entry <= (await entries());
    if (isRewritten(key)) return (await contentThen(store, key, moment)) !== undefined;
    if (isArchived(key)) return (await archive()).has(key);
    return true;
  };
}

/** Objects that the ledger names with their hashes. */
const isArchived = (key: string): boolean =>
  [ARCHIVE_PREFIX, ARCHIVE_CSV_PREFIX, MAILS_PREFIX, SNAPSHOTS_PREFIX].some((prefix) =>
    key.startsWith(prefix),
  );

/** Objects that change while they live, and tell in themselves when. */
const isRewritten = (key: string): boolean =>
  [RUNS_PREFIX, MAIL_MARKERS_PREFIX, HEARTBEATS_PREFIX].some((prefix) => key.startsWith(prefix));

/** The newest content of `key` that tells of nothing after `moment`; undefined where there was none yet. */
async function contentThen(store: ObjectStore, key: string, moment: number): Promise<Uint8Array | undefined> {
  const now = await store.get(key);
  if (now === undefined || isPast(now, key, moment)) return now;
  for (const earlier of [...(await store.versions(key))].reverse()) {
    const bytes = await earlier.read();
    if (isPast(bytes, key, moment)) return bytes;
  }
  return undefined;
}

/** Moments that objects of ours tell. */
interface Said {
  readonly at?: string;
  readonly startedAt?: string;
  readonly endedAt?: string;
  readonly lastGood?: string;
  readonly lastBad?: string;
  readonly steps?: readonly Said[];
}

const momentsIn = ({ at, startedAt, endedAt, lastGood, lastBad, steps = [] }: Said): readonly string[] => [
  ...[at, startedAt, endedAt, lastGood, lastBad].filter((time) => time !== undefined),
  ...steps.flatMap(momentsIn),
];

const isPast = (bytes: Uint8Array, key: string, moment: number): boolean =>
  momentsIn(readSelfChecked<Said>(bytes, key)).every((time) => Date.parse(time) <= moment);

/**
 * How many entries the ledger had. Entries never go back in time; of those with the very same moment the ones count that
 * speak of no later version.
 */
async function entriesShown(store: ObjectStore, { state, moment }: AsOf): Promise<number> {
  const all = (await store.list(LEDGER_PREFIX)).length;
  let [from, until] = [0, all + 1]; // from is before the moment, until is not
  while (until - from > 1) {
    const middle = Math.floor((from + until) / 2);
    if (Date.parse((await entryAt(store, middle)).at) < moment) from = middle;
    else until = middle;
  }
  for (let number = until; number <= all; number++) {
    const next = await entryAt(store, number);
    const isLater = 'lakeVersion' in next && next.lakeVersion > state.version;
    if (isLater || Date.parse(next.at) > moment) return number - 1;
  }
  return all;
}

async function entryAt(store: ObjectStore, number: number): Promise<LedgerEntry> {
  const key = ledgerKey(number);
  const bytes = await store.get(key);
  if (bytes === undefined) throw damaged(key, 'it is gone, and later entries are there');
  return readSelfChecked<LedgerEntry>(bytes, key);
}

/** What is archived, by key, each in its newest version. */
async function archiveOf(view: ObjectStore): Promise<ReadonlyMap<string, Artefact>> {
  return new Map(artefacts(await readLedger(view)).map((artefact) => [artefact.key, artefact]));
}

function once<T>(work: () => Promise<T>): () => Promise<T> {
  let done: Promise<T> | undefined;
  return () => {
    done ??= work();
    return done;
  };
}
