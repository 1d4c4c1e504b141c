import { owedDays } from '../lake/archive.ts';
import {
  GARBAGE_DAYS,
  keepUnreferenced,
  namedFiles,
  readUnreferenced,
  storedFiles,
  type Unreferenced,
} from '../lake/keeping.ts';
import { openLake } from '../lake/lake.ts';
import { appendToLedger, readLedger } from '../lake/ledger.ts';
import type { Progress } from '../ports/clock.ts';
import type { ObjectInfo } from '../ports/object-store.ts';
import { type KeptRunDoors, keptRun } from './kept-run.ts';

export interface PruneDoors extends KeptRunDoors {
  readonly progress: Progress;
}

/** A file that goes, or would go. */
export interface PrunedFile {
  readonly key: string;
  readonly bytes: number;
  /** `thinned`: only versions that are no longer kept name it. `unreferenced`: no version names it, and that for 7 days. */
  readonly why: 'thinned' | 'unreferenced';
  /** For people: whose file it is, or since when nobody names it. */
  readonly about: string;
}

/** What was removed, or with `dryRun` what would be. */
export interface PruneReport {
  readonly lakeVersion: number;
  readonly dryRun: boolean;
  /** Versions that `--as-of` can ask for ever; others as long as these share their files. The totals of all are kept. */
  readonly keptVersions: readonly number[];
  readonly files: readonly PrunedFile[];
  readonly bytes: number;
  /** Files that no version names, too lately found to be removed: they go once 7 days have passed. */
  readonly waiting: readonly { readonly key: string; readonly bytes: number; readonly since: string }[];
}

/**
 * Removes what has thinned out (of superseded versions: all but the last of each UTC day for 45 days) and what no version
 * has named for 7 days. The ledger names the files before the first of them goes; who is killed in between leaves files
 * that the next call removes. Never touches archive, ledger, history, receipts, or what people decided.
 * @throws UserError `LAKE_EMPTY`, `LAKE_DAMAGED`
 */
export async function prune(doors: PruneDoors, request: PruneRequest): Promise<PruneReport> {
  if (request.dryRun) return pruned(doors, request);
  return keptRun(doors, {
    kind: 'prune',
    step: 'remove',
    work: () => pruned(doors, request),
    told: ({ lakeVersion, files, bytes }) => ({
      lakeVersion,
      outputs: { files: files.length, bytes },
      problems: [],
    }),
  });
}

interface PruneRequest {
  /** Only tell what would go. */
  readonly dryRun: boolean;
}

async function pruned(doors: PruneDoors, { dryRun }: PruneRequest): Promise<PruneReport> {
  const { store, clock, log, progress } = doors;
  const lake = await openLake(store);
  const head = await lake.head();
  const now = clock.now();
  const owed = new Set(owedDays(await readLedger(store)).map(({ lakeVersion }) => lakeVersion));
  const { files: named, kept, keptVersions } = await namedFiles(lake, { now, head, owed });
  const { all, unreferenced } = await storedFiles(store, named);
  const since = seenSince(unreferenced, await readUnreferenced(store), now);
  if (!dryRun) await keepUnreferenced(store, since);

  const thinned = all.flatMap(({ key, bytes }): PrunedFile[] => {
    const of = named.get(key);
    return of === undefined || kept.has(key) ? [] : [{ key, bytes, why: 'thinned', about: of.about }];
  });
  const isGarbage = ({ key }: ObjectInfo): boolean =>
    now - Date.parse(since[key] ?? '') >= GARBAGE_DAYS * 86_400_000;
  const garbage = unreferenced.filter(isGarbage).map(
    ({ key, bytes }): PrunedFile => ({
      key,
      bytes,
      why: 'unreferenced',
      about: `named by no version since ${since[key]}`,
    }),
  );
  const gone = [...thinned, ...garbage];
  if (!dryRun && gone.length > 0) {
    await appendToLedger(store, clock, () => ({
      kind: 'prune',
      lakeVersion: head.version,
      removed: gone.map(({ key, why }) => ({ key, why })),
    }));
    for (const [i, { key }] of gone.entries()) {
      await store.discard(key);
      progress.step('prune', i + 1, gone.length);
    }
    progress.end();
    log.info('lake.pruned', { lakeVersion: head.version, files: gone.length });
  }
  return {
    lakeVersion: head.version,
    dryRun,
    keptVersions,
    files: gone,
    bytes: gone.reduce((sum, { bytes }) => sum + bytes, 0),
    waiting: unreferenced
      .filter((file) => !isGarbage(file))
      .map(({ key, bytes }) => ({ key, bytes, since: since[key] ?? '' })),
  };
}

/** Since when each of `unreferenced` is known to be so: as seen before, else from now on. */
function seenSince(unreferenced: readonly ObjectInfo[], before: Unreferenced, now: number): Unreferenced {
  const first = new Date(now).toISOString();
  return Object.fromEntries(unreferenced.map(({ key }) => [key, before[key] ?? first]));
}
