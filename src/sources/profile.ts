import type { Metric } from '../sql/schema.ts';
import type { Sql } from '../sql/sql.ts';
import type { RawTable } from './reading/raw-table.ts';

/** What a row must not fail to say. `column` is the source's, for people. */
export interface Check {
  readonly column: string;
  /** What was made of the source's value: null where that failed. */
  readonly parsed: Sql;
  /** Whether the source says anything; undefined: it has to. */
  readonly given?: Sql;
  /** The column holds money, in text: exponents in it have to be written out. */
  readonly isMoneyText?: boolean;
  readonly reason: string;
}

/** What the source says of one metric. */
export interface MetricReading {
  /** The amount as the source says it; the read side of the control totals. */
  readonly read: Sql;
  /** What a rule takes away of it on a row that stays (`read − loaded`); undefined: nothing, ever. */
  readonly setAside?: Sql;
  /** What rounding to 15 decimals took away, in units of 10^-25; undefined where it can have taken nothing. */
  readonly residue?: Sql;
}

/** Rows that a rule makes of others (unused commitment). `columns` stand instead of the row's own. */
export interface GeneratedRows {
  readonly where: Sql;
  readonly columns: ReadonlyMap<string, Sql>;
  /** Its amounts; the other metrics are 0. */
  readonly amounts: ReadonlyMap<Metric, Sql>;
  readonly chargeCategory: string;
}

/**
 * One format, fitted to one delivery's columns: every column of a cost line as an expression over the raw relation `r`.
 * A format is nothing but this: reading, checking and totalling are the same for all.
 */
export interface Profile {
  /** `focus-1.2`, `cur2` …: kept in the catalog. */
  readonly format: string;
  readonly label: string;
  readonly rank: number;
  readonly table: RawTable;
  /** Lake column → expression; those that are missing are unknown (null). */
  readonly columns: ReadonlyMap<string, Sql>;
  /** Source column of BillingPeriodStart: its distinct values tell the billing periods. */
  readonly periodColumn: string;
  /** Source column of BilledCost: where it is empty all along, the file is no bill. */
  readonly costColumn: string;
  readonly metrics: Readonly<Record<Metric, MetricReading>>;
  readonly checks: readonly Check[];
  /** Rows that a rule drops; undefined: none. */
  readonly dropped?: Sql;
  readonly generated: readonly GeneratedRows[];
  /** Set where rows are events, of which an id counts once; and whether they are simulated, once they have been looked at. */
  readonly events?: { readonly id: Sql; readonly time: Sql };
  readonly simulated?: boolean;
  /** Small relations the expressions join: `LEFT JOIN …` after `FROM raw r`; equalities alone. */
  readonly joins?: Sql;
  /** What people should know about this delivery, without it being wrong. */
  readonly notes: readonly string[];
}
