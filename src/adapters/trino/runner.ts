import type { QueryCost } from '../../core/query-cost/query-cost.ts';
import type { ColumnDef, Row } from '../../ports/engine.ts';

/** What a statement gave, and what it read. */
export interface Answered {
  readonly columns: readonly ColumnDef[];
  readonly rows: Row[];
  /** Bytes read from files, as far as known yet. */
  readonly scannedBytes: number;
}

/** Runs statements in Trino's dialect: a Trino server, or Athena, which has Trino inside. Values are cells of the port. */
export interface StatementRunner {
  readonly kind: 'athena' | 'trino';
  /** Version text for people. */
  readonly version: string;
  /** Holds the lake's tables. */
  readonly schema: string;
  /** A statement of more bytes (UTF-8) is refused; undefined: nobody minds. */
  readonly statementBytesMax: number | undefined;
  /** The answer page by page, as it is ready; at least one page, which tells the columns. */
  pages(text: string, options?: RunOptions): AsyncIterable<Answered>;
  /** The whole answer. @throws UserError `ENGINE_*` where the statement is refused, stopped or fails */
  run(text: string, options?: RunOptions): Promise<Answered>;
  /** Runs a statement that answers nothing (UNLOAD) to its end. @throws UserError `ENGINE_*` */
  carryOut(text: string): Promise<void>;
  /** What has been read so far, and what that is billed at. */
  cost(): QueryCost;
  /** Stops what still runs; what waits for it fails with `ENGINE_STOPPED`. */
  close(): Promise<void>;
}

export interface RunOptions {
  /** The answer may be one that was given before to the same text. Only for texts whose answer never changes. */
  readonly mayReuse?: boolean;
}
