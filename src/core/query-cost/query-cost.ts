import { type Currency, currency, exactText, type Money, money, plus, scaled, zero } from '../money/money.ts';

/** What one statement read, and whether its answer had been given before. */
export interface QueryRead {
  readonly scannedBytes: number;
  /** The engine gave the stored answer of an earlier, equal statement. */
  readonly reused: boolean;
  /** Definitions (DDL) are free, whatever they read. */
  readonly isFree?: boolean;
}

/** What statements have read, and what is billed for it. */
export interface QueryCost {
  readonly queries: number;
  /** How many of them were answered from an earlier answer. */
  readonly reused: number;
  readonly scannedBytes: number;
  readonly billedBytes: number;
  /** US dollars; undefined: nobody bills this engine by what it reads. */
  readonly dollars: Money | undefined;
}

const MB = 1_048_576;
const BYTES_PER_TB = 1_099_511_627_776n;
const LEAST_BYTES = 10 * MB;
const USD: Currency = currency('USD');

/** Price of a terabyte that Athena reads, in most regions. */
export const ATHENA_USD_PER_TB = '5';

export const NO_QUERIES: QueryCost = {
  queries: 0,
  reused: 0,
  scannedBytes: 0,
  billedBytes: 0,
  dollars: undefined,
};

/**
 * Bytes that Athena bills for a statement: what it read, rounded up to whole megabytes, at least 10 MB; none where an
 * earlier answer was given again, and for definitions.
 * @source Amazon Athena pricing, "SQL queries, per data scanned"; Athena user guide, "Reuse query results"
 */
export function billedBytes({ scannedBytes, reused, isFree = false }: QueryRead): number {
  if (reused || isFree) return 0;
  return Math.max(Math.ceil(scannedBytes / MB) * MB, LEAST_BYTES);
}

/** The cost of one statement at `usdPerTb` (decimal text) per 2⁴⁰ bytes, to 10⁻¹⁵ dollars. */
export function costOf(read: QueryRead, usdPerTb: string): QueryCost {
  const billed = billedBytes(read);
  return {
    queries: 1,
    reused: read.reused ? 1 : 0,
    scannedBytes: read.scannedBytes,
    billedBytes: billed,
    dollars: scaled(money(usdPerTb, USD), BigInt(billed), BYTES_PER_TB),
  };
}

/** Both together. Dollars are unknown only where they are unknown in both. */
export const together = (a: QueryCost, b: QueryCost): QueryCost => ({
  queries: a.queries + b.queries,
  reused: a.reused + b.reused,
  scannedBytes: a.scannedBytes + b.scannedBytes,
  billedBytes: a.billedBytes + b.billedBytes,
  dollars:
    a.dollars === undefined && b.dollars === undefined
      ? undefined
      : plus(a.dollars ?? zero(USD), b.dollars ?? zero(USD)),
});

export type ToldCost = ReturnType<typeof toldCost>;

/** As log lines and records tell it: whole bytes, dollars as exact decimal text. */
export const toldCost = ({ dollars, ...rest }: QueryCost) => ({
  ...rest,
  ...(dollars === undefined ? {} : { usd: exactText(dollars) }),
});
