import type { Settings } from '../config.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { FollowingTables } from '../ports/table-catalog.ts';
import { machine } from './machine.ts';

/** The database of Glue that follows the lake in `store`; undefined where GLUE_DATABASE names none, or the lake is on a disk. */
export async function openTables(
  { aws, glueDatabase: database, csvArchiveAfterDays }: Settings,
  { location }: Pick<ObjectStore, 'location'>,
): Promise<FollowingTables | undefined> {
  if (database === undefined || !location.startsWith('s3://')) return undefined;
  const { glueCatalog } = await import('../adapters/glue/glue.ts');
  return { catalog: glueCatalog({ aws, database, ...machine }), csvArchiveAfterDays };
}
