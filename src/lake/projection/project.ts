import type { ObjectStore } from '../../ports/object-store.ts';
import type { TableCatalog } from '../../ports/table-catalog.ts';
import type { LakeState } from '../catalog-types.ts';
import { currentLoads, newPlaces, readCurrentLoads } from '../current-loads.ts';
import { CURRENT_LOADS_KEY } from '../keys.ts';
import { type Lake, lakeBusy, openLakeIfAny, RACES_MAX } from '../lake.ts';
import type { FolderPlace } from '../tables.ts';

/** Where the lake is, and the catalog in which other engines find it. */
export interface Projecting {
  readonly store: ObjectStore;
  readonly tables: TableCatalog;
}

/** What came of it. */
export interface Projected {
  readonly lakeVersion: number;
  /** False: other engines had this version, or a later one, already. */
  readonly isNew: boolean;
}

/**
 * Shows the newest version to other engines: registers the partitions that they lack, then makes `current_loads` say what
 * counts. That one write moves all tables and sources at once; it never goes back to an older version, whoever else writes.
 * What a writer that died left undone is done here. @throws UserError `TABLES_*`, `STORE_*`
 */
export async function project({ store, tables }: Projecting): Promise<Projected | undefined> {
  const lake = await openLakeIfAny(store);
  const state = await lake?.head();
  return lake === undefined || state === undefined || state.version === 0
    ? undefined
    : showVersion({ store, tables }, lake, state);
}

async function showVersion({ store, tables }: Projecting, lake: Lake, state: LakeState): Promise<Projected> {
  const lakeVersion = state.version;
  for (let tries = 0; tries < RACES_MAX; tries++) {
    const there = await readCurrentLoads(store);
    if (there?.value !== undefined && there.value.lake_version >= lakeVersion)
      return { lakeVersion: there.value.lake_version, isNew: false };
    await register({ store, tables }, await newPlaces(lake, state, there?.value));
    if (await replaced(store, await currentLoads(lake, state), there?.etag))
      return { lakeVersion, isNew: true };
  }
  throw lakeBusy(lake);
}

/** Whether `bytes` are what `current_loads` says now: another writer may have been quicker. */
export const replaced = (
  store: ObjectStore,
  bytes: Uint8Array,
  etag: string | undefined,
): Promise<boolean> =>
  etag === undefined
    ? store.putIfAbsent(CURRENT_LOADS_KEY, bytes)
    : store.putIfMatch(CURRENT_LOADS_KEY, bytes, etag);

/** Registers partitions, table by table. */
export async function register({ store, tables }: Projecting, places: readonly FolderPlace[]): Promise<void> {
  for (const table of new Set(places.map((place) => place.table))) {
    const partitions = places
      .filter((place) => place.table === table)
      .map(({ values, folder }) => ({ values, location: `${store.uri(folder)}/` }));
    await tables.add(table, partitions);
  }
}
