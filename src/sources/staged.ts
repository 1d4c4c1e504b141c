import type { CsvHead } from './reading/csv-head.ts';
import type { RawTable } from './reading/raw-table.ts';

/** A delivery's files as one relation: Parquet in place, text staged once as Parquet. */
export interface Staged {
  readonly table: RawTable;
  readonly kind: 'parquet' | 'csv' | 'lines';
  readonly relations: readonly string[];
  /** The delivery's files that hold anything. */
  readonly files: readonly string[];
  readonly notes: readonly string[];
  /** What was written to the scratch folder. */
  readonly written: readonly string[];
  /** For rejects in CSV: how the files are to be read again. */
  readonly heads: ReadonlyMap<string, CsvHead>;
}
