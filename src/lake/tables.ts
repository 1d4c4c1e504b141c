import { known } from '../core/errors/invariant.ts';
import type { ColumnDef } from '../ports/engine.ts';
import {
  ARRIVAL_COLUMNS,
  COST_LINE_COLUMNS,
  DAILY_COST_COLUMNS,
  EVENT_LINE_COLUMNS,
  RESTATED_COLUMNS,
  VERDICT_COLUMNS,
} from '../sql/schema.ts';

/** A folder of the lake as a table of engines that know tables and partitions (Athena, Trino): a partition a folder. */
export interface LakeTable {
  readonly table: string;
  /** The folder of the lake, without a slash. */
  readonly prefix: string;
  readonly columns: readonly ColumnDef[];
  /** Partition keys, as in the folders' names: text, so that each folder has one spelling. */
  readonly keys: readonly ColumnDef[];
}

/** Where the files of a partition lie. */
export interface FolderPlace {
  readonly table: string;
  readonly values: readonly string[];
  /** Key of the folder, without a slash at the end. */
  readonly folder: string;
}

const varchar = (name: string): ColumnDef => ({ name, type: 'varchar' });
const LOAD = ['billing_period', 'source', 'load'].map(varchar);
const VERSION = [varchar('lake_version')];

/** What commits name, folder by folder. Each holds every load that was ever current: who asks says which of them count. */
export const LAKE_TABLES: readonly LakeTable[] = [
  {
    table: 'cost_lines_loads',
    prefix: 'cost-lines',
    columns: [...COST_LINE_COLUMNS, ...EVENT_LINE_COLUMNS],
    keys: LOAD,
  },
  { table: 'daily_costs_loads', prefix: 'daily-costs', columns: DAILY_COST_COLUMNS, keys: LOAD },
  { table: 'verdicts_months', prefix: 'verdicts', columns: VERDICT_COLUMNS, keys: [varchar('month')] },
  { table: 'restatements_versions', prefix: 'restatements', columns: RESTATED_COLUMNS, keys: VERSION },
  { table: 'arrivals_versions', prefix: 'arrivals', columns: ARRIVAL_COLUMNS, keys: VERSION },
];

/** The partition that the file under `key` lies in; undefined for files of no table. */
export function folderPlace(key: string): FolderPlace | undefined {
  const table = LAKE_TABLES.find(({ prefix }) => key.startsWith(`${prefix}/`));
  if (table === undefined) return undefined;
  const folder = key.slice(0, key.lastIndexOf('/'));
  const values = table.keys.map(({ name }) =>
    known(new RegExp(`/${name}=([^/]+)`).exec(folder)?.[1], `${name} of ${key}`),
  );
  return { table: table.table, values, folder };
}
