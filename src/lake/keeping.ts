import { addDays, dayOf } from '../core/calendar/billing-date.ts';
import type { ObjectInfo, ObjectStore } from '../ports/object-store.ts';
import { applied, type CatalogEntry, emptyState } from './catalog.ts';
import type { LakeFile, LakeState, Load } from './catalog-types.ts';
import { isReceipt, UNREFERENCED_KEY } from './keys.ts';
import type { Lake } from './lake.ts';
import { entriesOf, type Ledger } from './ledger.ts';
import { entriesUntil } from './load-history.ts';
import { readSelfChecked, selfChecked } from './self-checked.ts';

/** Days before the newest commit of which each keeps its last version. */
export const KEPT_DAYS = 45;
/** A version that was the newest less long ago may still be read by who pinned it. */
const GRACE_HOURS = 24;
/** So long a file must have been named by no version, at the least, before it is taken for garbage. */
export const GARBAGE_DAYS = 7;

/** Folders whose files thin out. All others (archive, ledger, history, what people decided, catalog) are never touched. */
const THINNED_PREFIXES = ['cost-lines/', 'daily-costs/', 'verdicts/', 'raw/'] as const;

/** A file that a version of the lake names, and for people whose it is. */
export interface NamedFile {
  readonly key: string;
  readonly bytes: number;
  readonly about: string;
}

/** What the catalog says of files, from its first version to its newest. */
export interface Named {
  /** By key: every file that some version names. */
  readonly files: ReadonlyMap<string, NamedFile>;
  /** Keys that a version which is kept names. */
  readonly kept: ReadonlySet<string>;
  readonly keptVersions: readonly number[];
}

/** What decides which versions are kept. */
export interface Keeping {
  /** Milliseconds since 1970. */
  readonly now: number;
  readonly head: Pick<LakeState, 'version' | 'committedAt'>;
  /** Versions from which archived days are still to be written. */
  readonly owed: ReadonlySet<number>;
}

type Version = Pick<LakeState, 'version' | 'committedAt'>;

/**
 * Whether a version is kept: the newest one; the last of each UTC day of the 45 days before the newest commit; one that
 * was the newest less than 24 h ago; one that archived days are still owed from. Time is never taken to be later than the
 * newest commit: a clock that is wrong thins nothing.
 * @param next  the version after it; undefined for the newest
 */
export function isKept(version: Version, next: Version | undefined, { now, head, owed }: Keeping): boolean {
  if (next === undefined || owed.has(version.version)) return true;
  const present = Math.min(now, Date.parse(head.committedAt));
  if (Date.parse(next.committedAt) > present - GRACE_HOURS * 3_600_000) return true;
  const firstDay = addDays(dayOf(present), -KEPT_DAYS);
  const from = dayOf(Date.parse(version.committedAt));
  return dayOf(Date.parse(next.committedAt)) > (from > firstDay ? from : firstDay);
}

/** The files of a version that may thin out once it is no longer kept. */
export const filesOfVersion = ({ loads, verdicts }: LakeState): readonly NamedFile[] => [
  ...loads.flatMap(filesOfLoad),
  ...verdicts.flatMap(({ month, files }) => files.map(named(`verdicts of ${month}`))),
];

function filesOfLoad({ source, billingPeriod, lines, rollup, delivery }: Load): readonly NamedFile[] {
  const of = `${source} ${billingPeriod}, delivered ${delivery.deliveredAt}`;
  return [
    ...lines.map(named(`lines of ${of}`)),
    ...rollup.files.map(named(`rollup of ${of}`)),
    ...delivery.raw.map(named(`delivery of ${source}, ${delivery.deliveredAt}`)),
  ];
}

const named =
  (about: string) =>
  ({ key, bytes }: LakeFile): NamedFile => ({ key, bytes, about });

/** Goes through the whole catalog up to the newest version in `keeping`. @throws UserError `LAKE_DAMAGED` */
export async function namedFiles({ store, identity }: Lake, keeping: Keeping): Promise<Named> {
  const files = new Map<string, NamedFile>();
  const kept = new Set<string>();
  const keptVersions: number[] = [];
  let state = emptyState(identity.createdAt);
  const judge = (next: CatalogEntry | undefined): void => {
    if (state.version === 0 || !isKept(state, next, keeping)) return;
    keptVersions.push(state.version);
    for (const { key } of filesOfVersion(state)) kept.add(key);
  };
  for await (const entry of entriesUntil(store, keeping.head.version)) {
    judge(entry);
    state = applied(state, entry);
    for (const file of filesOfVersion(state)) if (!files.has(file.key)) files.set(file.key, file);
  }
  judge(undefined);
  return { files, kept, keptVersions };
}

/** Objects that may thin out, and of them those that no version names: what killed loads and losers of races left. */
export interface Stored {
  readonly all: readonly ObjectInfo[];
  readonly unreferenced: readonly ObjectInfo[];
}

/**
 * What lies in the folders that thin out. A delivery that was refused came with a receipt and was never loaded: it is kept
 * as it came, for people to look at, and receipts are kept for ever.
 */
export async function storedFiles(store: ObjectStore, files: Named['files']): Promise<Stored> {
  const listed = (await Promise.all(THINNED_PREFIXES.map((prefix) => store.list(prefix)))).flat();
  const received = new Set(listed.filter(({ key }) => isReceipt(key)).map(({ key }) => folderOf(key)));
  const all = listed.filter(({ key }) => !isReceipt(key));
  return { all, unreferenced: all.filter(({ key }) => !files.has(key) && !received.has(folderOf(key))) };
}

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/'));

/** Keys that the ledger says were removed on purpose. One that is there again, or still, is fine. */
export const removedKeys = (ledger: Ledger): ReadonlySet<string> =>
  new Set(entriesOf(ledger, 'prune').flatMap(({ removed }) => removed.map(({ key }) => key)));

/** Since when files have been named by no version, as far as somebody looked: key → ISO 8601 UTC. */
export type Unreferenced = Readonly<Record<string, string>>;

export async function readUnreferenced(store: ObjectStore): Promise<Unreferenced> {
  const bytes = await store.get(UNREFERENCED_KEY);
  return bytes === undefined
    ? {}
    : readSelfChecked<{ readonly since: Unreferenced }>(bytes, UNREFERENCED_KEY).since;
}

/** Keeps what `since` says, unless it is kept already. */
export async function keepUnreferenced(store: ObjectStore, since: Unreferenced): Promise<void> {
  const before = await readUnreferenced(store);
  if (JSON.stringify(before) === JSON.stringify(since)) return;
  await store.put(UNREFERENCED_KEY, selfChecked({ format: 1, since }));
}
