import type { ObjectStore } from '../ports/object-store.ts';
import { commitCopyKey, LAKE_KEY, versionKey } from './keys.ts';

/**
 * Every commit lies in the ledger a second time, byte for byte, so that a lost or damaged catalog is made again from what
 * is backed up anyway. Number 0 is `lake.json`.
 */
export const originalKey = (version: number): string => (version === 0 ? LAKE_KEY : versionKey(version));

/**
 * Keeps a copy of the commit `version`, and of those before it that have none: a process was killed between the two, or
 * an older program wrote them. The commit stands whatever becomes of its copy.
 */
export async function keepCopies(store: ObjectStore, version: number): Promise<void> {
  for (let at = version; at >= 0; at--) {
    if (at < version && (await store.head(commitCopyKey(at))) !== undefined) return;
    const bytes = await store.get(originalKey(at));
    if (bytes !== undefined) await store.putIfAbsent(commitCopyKey(at), bytes);
  }
}

/** Whether the ledger has a copy of a commit that is not in the catalog any more. */
export async function isLost(store: ObjectStore, version: number): Promise<boolean> {
  if ((await store.head(commitCopyKey(version))) === undefined) return false;
  // The copy is written after the commit: what was committed a moment ago is there now.
  return (await store.head(versionKey(version))) === undefined;
}
