/** A partition of a table of the lake: files that readers find only once it is registered. */
export interface Partition {
  /** Of the table's partition keys, in their order, as text. */
  readonly values: readonly string[];
  /** The folder of its files, with a slash at the end. */
  readonly location: string;
}

/**
 * The catalog in which other engines find the lake's tables (AWS Glue). Tables and views are made by whoever sets the
 * database up; only partitions come and go. What a call has confirmed is seen by every statement that begins later.
 * @throws UserError `TABLES_DENIED`, `TABLES_MISSING`, `TABLES_UNREACHABLE`, `CREDENTIALS_*` from every method
 */
export interface TableCatalog {
  /** Name of the database. */
  readonly database: string;
  /** Names of the tables and views that there are. */
  tables(): Promise<ReadonlySet<string>>;
  /** All partitions of a table, in the order of their values. */
  partitions(table: string): Promise<readonly Partition[]>;
  /** Registers what is not there yet; a partition with the same values stays as it is, wherever it points. */
  add(table: string, partitions: readonly Partition[]): Promise<void>;
  /** Takes partitions out, never their files. One that is not there is fine. */
  drop(table: string, values: readonly (readonly string[])[]): Promise<void>;
}

/** The catalog that follows a lake. */
export interface FollowingTables {
  readonly catalog: TableCatalog;
  /** CSVs of billing days that are older may lie in the archive tier, where a query would fail on them. */
  readonly csvArchiveAfterDays: number;
}
