import { applied, emptyState } from '../../lake/catalog.ts';
import type { LakeState } from '../../lake/catalog-types.ts';
import { COMMIT_COPIES_PREFIX } from '../../lake/keys.ts';
import { openLake } from '../../lake/lake.ts';
import { appendToLedger, readLedger } from '../../lake/ledger.ts';
import { entriesUntil } from '../../lake/load-history.ts';
import { restoreCatalog } from '../../lake/restore-catalog.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { keptRun } from '../kept-run.ts';
import { type Commit, remakeHistory, remakeRollups, remakeVerdicts } from './derived.ts';
import { type LostFile, RebuiltFiles } from './files.ts';
import { remakeLines } from './lines.ts';
import type { RebuildDoors } from './rebuild-doors.ts';

export interface RebuildRequest {
  /** Only tell what would be made again. */
  readonly dryRun: boolean;
  /** Only keys with this text in them: an object, a load, a month; the catalog is always looked at. */
  readonly only: string | undefined;
}

export interface RebuildReport {
  readonly lakeVersion: number;
  readonly dryRun: boolean;
  /** Objects of the catalog that were brought back from their copies in the ledger. */
  readonly catalog: readonly string[];
  /** How many data files were looked at, each by its hash. */
  readonly checked: number;
  /** Data files that were lost or damaged and were made again. */
  readonly made: readonly string[];
  /** Those of them whose bytes are others than before; rows and sums are the same. */
  readonly changed: readonly string[];
  readonly lost: readonly LostFile[];
}

/**
 * Makes everything derived again that is lost or damaged: catalog from its copies in ledger/, lines from raw/, rollups,
 * verdicts and history from these and from state/, version by version, under the keys that they had, with the same rows and
 * sums. What is whole is not touched, nor is raw/, state/ or the archive. Who is killed is made up for by the next call.
 * @throws UserError `LAKE_EMPTY`, `LAKE_DAMAGED` where what cannot be derived is lost
 */
export async function rebuild(doors: RebuildDoors, request: RebuildRequest): Promise<RebuildReport> {
  if (request.dryRun) return rebuilt(doors, request);
  return keptRun(doors, {
    kind: 'rebuild',
    step: 'make again',
    work: () => rebuilt(doors, request),
    told: ({ lakeVersion, checked, catalog, made, lost }) => ({
      lakeVersion,
      outputs: { checked, made: catalog.length + made.length, lost: lost.length },
      problems: lost.slice(0, PROBLEMS_TOLD).map(({ key, why, remedy }) => ({
        code: 'REBUILD_LOST',
        what: `${key}: ${why}`,
        remedy,
      })),
    }),
  });
}

/** @throws UserError `LAKE_EMPTY` where there is neither a lake nor a ledger to make one from */
export async function refuseNothing(store: ObjectStore): Promise<void> {
  if ((await store.list(COMMIT_COPIES_PREFIX)).length === 0) await openLake(store);
}

/** How many lost files a run's record names. */
const PROBLEMS_TOLD = 20;

async function rebuilt(doors: RebuildDoors, { dryRun, only }: RebuildRequest): Promise<RebuildReport> {
  const { store, clock, log, progress } = doors;
  const catalog = await restoreCatalog(store, dryRun);
  const none = { checked: 0, made: [], changed: [], lost: [] };
  // Without a whole catalog nobody knows which files there were.
  if (dryRun && catalog.length > 0) return { lakeVersion: 0, dryRun, catalog, ...none };
  const lake = await openLake(store);
  const head = await lake.head();
  const files = new RebuiltFiles(store, await readLedger(store), {
    concerns: (key) => only === undefined || key.includes(only),
    rehearses: dryRun,
  });
  let before: LakeState = emptyState(lake.identity.createdAt);
  for await (const entry of entriesUntil(store, head.version)) {
    const after = applied(before, entry);
    await remakeCommit(doors, files, { lake, before, after, entry });
    progress.step('rebuild', entry.version, head.version, 'looking at files');
    before = after;
  }
  progress.end();
  if (files.changed.length > 0) {
    const { changed: objects, emptied } = files;
    await appendToLedger(store, clock, () => ({
      kind: 'rebuilt',
      lakeVersion: head.version,
      objects,
      emptied,
    }));
  }
  const { checked, made, lost } = files;
  log.info('lake.rebuilt', {
    lakeVersion: head.version,
    catalog: catalog.length,
    made: made.length,
    lost: lost.length,
  });
  const changed = files.changed.map(({ key }) => key);
  return { lakeVersion: head.version, dryRun, catalog, checked, made, changed, lost };
}

async function remakeCommit(doors: RebuildDoors, files: RebuiltFiles, commit: Commit): Promise<void> {
  const { change } = commit.entry;
  if (change.kind === 'loads') await remakeLines(doors, files, commit.before, change.added);
  await remakeRollups(doors, files, commit);
  await remakeVerdicts(doors, files, commit);
  await remakeHistory(doors, files, commit);
}
