import type { ObjectStore } from '../ports/object-store.ts';
import { type CatalogEntry, decodedEntry } from './catalog.ts';
import type { Load } from './catalog-types.ts';
import { versionKey } from './keys.ts';
import { damaged } from './self-checked.ts';

/** What is remembered of a load that may have been replaced long ago: its totals, not its files. */
export type PastLoad = Pick<
  Load,
  'id' | 'source' | 'billingPeriod' | 'scope' | 'delivery' | 'firstDate' | 'lastDate' | 'accounts'
>;

/** A commit that brought loads, or took some away. */
export interface LoadsCommit {
  readonly version: number;
  readonly committedAt: string;
  readonly added: readonly PastLoad[];
  readonly removed: readonly string[];
}

const READ_AT_ONCE = 32;

/**
 * Every commit of loads up to version `until`, oldest first: how the lake came to be what it is. Reads the whole catalog,
 * which keeps what is thinned, too. @throws UserError `LAKE_DAMAGED`
 */
export async function loadHistory(store: ObjectStore, until: number): Promise<readonly LoadsCommit[]> {
  const commits: LoadsCommit[] = [];
  for await (const { version, committedAt, change } of entriesUntil(store, until)) {
    if (change.kind !== 'loads') continue;
    commits.push({ version, committedAt, added: change.added.map(remembered), removed: change.removed });
  }
  return commits;
}

/** The catalog's entries from version 1 to `until`. @throws UserError `LAKE_DAMAGED` */
export async function* entriesUntil(store: ObjectStore, until: number): AsyncGenerator<CatalogEntry> {
  for (let from = 1; from <= until; from += READ_AT_ONCE) {
    const count = Math.min(READ_AT_ONCE, until - from + 1);
    const versions = Array.from({ length: count }, (_, i) => from + i);
    const read = await Promise.all(versions.map((version) => store.get(versionKey(version))));
    for (const [i, bytes] of read.entries()) {
      const key = versionKey(from + i);
      if (bytes === undefined) throw damaged(key, 'it is gone');
      yield decodedEntry(bytes, from + i, key);
    }
  }
}

function remembered(load: Load): PastLoad {
  const { id, source, billingPeriod, scope, delivery, firstDate, lastDate, accounts } = load;
  return { id, source, billingPeriod, scope, delivery, firstDate, lastDate, accounts };
}
