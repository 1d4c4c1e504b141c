import type { QueryCost } from '../core/query-cost/query-cost.ts';
import type { Query } from '../sql/query.ts';
import type { Sql } from '../sql/sql.ts';

/**
 * A value of a result. Decimals are text with full scale (`"0.300000000000000"`), dates `YYYY-MM-DD`, timestamps
 * `YYYY-MM-DD HH:MM:SS[.ffffff]` (UTC), whole numbers and doubles numbers (beyond 2^53 text), maps and lists JSON text.
 */
export type Cell = string | number | boolean | null;
export type Row = readonly Cell[];

/** A column of a relation: FOCUS or x_ name and SQL type in Trino's spelling (`varchar`, `decimal(38,15)`, `timestamp`, `map(varchar,varchar)` …). */
export interface ColumnDef {
  readonly name: string;
  readonly type: string;
}

/** A column of files from outside. */
export interface ScannedColumn extends ColumnDef {
  /** The files' own statistics say that no text in it is empty; absent: nobody knows. */
  readonly neverEmpty?: boolean;
  /** They say that no value is null; absent: nobody knows. */
  readonly neverNull?: boolean;
}

/** Files from outside as a relation of the engine. */
export interface ScanOf {
  /** `lines`: text as one varchar column `line`, a row for every line that is not empty, whatever stands in it. */
  readonly format: 'parquet' | 'csv' | 'lines';
  readonly files: readonly string[];
  /** CSV: what parts the values (default `,`). */
  readonly delimiter?: string;
  /**
   * CSV: the header's names, in order; the first line is skipped. Every column comes as varchar; unquoted `NULL`, `null`
   * and nothing are null, quoted ones are text. Needed for CSV: nothing about text from outside is guessed.
   */
  readonly columns?: readonly string[];
  /** CSV and lines. */
  readonly compression?: 'none' | 'gzip';
  /** Parquet: adds two columns of these names, the file a row came from and its number in it, from 0. */
  readonly places?: { readonly file: string; readonly row: string };
}

/**
 * Answers questions, each one text for every engine. Relations made by `files`, `view` and `values` live as long as the
 * asker and are replaced by name.
 */
export interface Asker {
  readonly kind: 'duckdb' | 'athena' | 'trino';
  /** Version text for people and `status`. */
  readonly version: string;
  /** All rows of a question. For results the size of a screen, a mail, a report; never for cost lines. */
  rows(question: Query | Sql): Promise<Row[]>;
  /** Rows in batches, for exports. */
  batches(question: Query | Sql): AsyncIterable<Row[]>;
  /** Rows with the names and types of their columns. */
  table(question: Query | Sql): Promise<{ readonly columns: readonly ColumnDef[]; readonly rows: Row[] }>;
  /** Refuses (UserError `QUERY_INVALID`) what is not exactly one SELECT over our relations, then answers it. */
  ask(text: string): Promise<{ readonly columns: readonly ColumnDef[]; readonly rows: Row[] }>;
  /** `name` := the rows of these Parquet files of the lake (none: an empty relation) with exactly `columns`. */
  files(name: string, uris: readonly string[], columns: readonly ColumnDef[]): Promise<void>;
  /** `name` := `select`, evaluated when asked. */
  view(name: string, select: Sql): Promise<void>;
  /** `name` := a small relation from values (account map, rates, exclusions). Cells are text, cast to the column's type. */
  values(name: string, columns: readonly ColumnDef[], rows: readonly (readonly Cell[])[]): Promise<void>;
  drop(name: string): Promise<void>;
  /**
   * One more asker of the same engine, for questions at the same time: sees the asker's relations; what it makes itself
   * hides theirs of the same name, from it alone, and is gone when it is closed.
   */
  session(): Promise<Asker>;
  /** What has been read for the questions so far, its sessions' included; undefined: that costs nobody anything. */
  cost(): QueryCost | undefined;
  close(): Promise<void>;
}

/** An engine that can also read what comes from outside, keep and write. Readers and writers are the engine's own. */
export interface Engine extends Asker {
  /** `name` := the rows of `select`, evaluated now and kept (in memory, spilled to disk where large). */
  keep(name: string, select: Sql): Promise<void>;
  /** `name` := a relation of whole and binary numbers from typed arrays of one length, in bulk. Columns are integer, bigint or double. */
  numbers(name: string, columns: readonly NumberColumn[]): Promise<void>;
  /**
   * `name` := what files from outside hold, as they are, read lazily; gives its columns. @throws UserError FILE_* for files that cannot be read
   */
  scan(name: string, files: ScanOf): Promise<readonly ScannedColumn[]>;
  /**
   * Writes `select` as Parquet (zstd, or snappy for the archive) to the URI; the folder is made. Gives the files that it
   * made: that one; for `sorted` an engine that writes from many machines makes any number of them in its folder, and none
   * of no rows.
   */
  write(select: Sql, uri: string, options?: WriteOptions): Promise<Written>;
  /** Writes `select` as CSV (UTF-8, LF, header, quotes where needed, null empty, '' quoted) to the URI; the folder is made. Gives rows written. */
  writeCsv(
    select: Sql,
    uri: string,
    options?: { readonly compression?: 'gzip' },
  ): Promise<{ readonly rows: number }>;
  session(): Promise<Engine>;
}

/** What `write` made. */
export interface Written {
  readonly rows: number;
  readonly files: readonly { readonly uri: string; readonly rows: number }[];
}

/** A column of numbers: Int32Array → integer, BigInt64Array → bigint, Float64Array → double. No nulls. */
export interface NumberColumn {
  readonly name: string;
  readonly values: Int32Array | BigInt64Array | Float64Array;
}

export interface WriteOptions {
  readonly compression?: 'zstd' | 'snappy';
  /** Rows per row group; engine's default if absent. */
  readonly rowGroupRows?: number;
  /** Writes the rows in this order, so that readers skip what they do not ask for. Absent: as the select gives them. */
  readonly sorted?: SortedOf;
}

/** An order of rows of which many share all but a few columns. */
export interface SortedOf {
  /** Sorted by these, nulls last; each describes what a row is about. */
  readonly by: readonly string[];
  /** Then by this one, which is among `varying`. */
  readonly andThen: string;
  /** Columns whose values differ from row to row: times, amounts, quantities. All others repeat in many rows. */
  readonly varying: readonly string[];
  /** About so many rows come. */
  readonly rows: number;
}
