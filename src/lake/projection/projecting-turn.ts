import { UserError } from '../../core/errors/user-error.ts';
import type { Log } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { TableCatalog } from '../../ports/table-catalog.ts';
import type { LakeFile } from '../catalog-types.ts';
import { placesOf } from '../current-loads.ts';
import { isCommit } from '../keys.ts';
import type { Turn } from '../lease.ts';
import { filesIn } from '../verify/named-objects.ts';
import { type Projecting, project, register } from './project.ts';

export interface ProjectingOf {
  /** The catalog that follows the lake in a store; undefined where none does. */
  readonly tablesOf: (store: ObjectStore) => Promise<TableCatalog | undefined>;
  readonly log: () => Log;
  /** Told where other engines do not see yet what was committed. */
  readonly onBehind: () => void;
}

/**
 * Turns whose commits other engines see: partitions are registered before the commit that names them, and when the work
 * is done, or has failed, the newest version is shown. Where that cannot be done the lake is ahead of its tables, which
 * is told; what other engines see stays as it was, whole, and the next turn makes up for it.
 */
export const projectingTurn =
  (turn: Turn, { tablesOf, log, onBehind }: ProjectingOf): Turn =>
  async (store, command, work) => {
    const tables = await tablesOf(store);
    if (tables === undefined) return turn(store, command, work);
    const behind = (error: unknown): void => {
      const code = error instanceof UserError ? error.code : 'UNEXPECTED';
      log().warn('tables.behind', { database: tables.database, code, what: String(error) });
    };
    return turn(store, command, async (fenced) => {
      try {
        return await work(registering({ store: fenced, tables }, behind));
      } finally {
        const shown = await project({ store: fenced, tables }).catch((error: unknown) => {
          behind(error);
          onBehind();
        });
        if (shown?.isNew === true)
          log().info('tables.projected', { database: tables.database, lakeVersion: shown.lakeVersion });
      }
    });
  };

/** `store`, which registers the partitions of a commit's files before it puts the commit. */
function registering({ store, tables }: Projecting, behind: (error: unknown) => void): ObjectStore {
  return {
    ...store,
    async putIfAbsent(key, bytes) {
      // A failure is no reason to lose the commit: `current_loads` stays where it is until all that it would name is there.
      if (isCommit(key)) await register({ store, tables }, placesOf(filesOf(bytes))).catch(behind);
      return store.putIfAbsent(key, bytes);
    },
  };
}

const filesOf = (commit: Uint8Array): readonly LakeFile[] =>
  filesIn(JSON.parse(new TextDecoder().decode(commit)));
