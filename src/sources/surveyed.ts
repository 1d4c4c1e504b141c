import type { BillingPeriod } from '../core/calendar/billing-period.ts';
import type { SourceTotal } from './contract.ts';

/** What one pass over a delivery tells: its periods, its totals as the source says them, and how many rows are unfit. */
export interface Survey {
  readonly totals: readonly SourceTotal[];
  /** As in the contract: most rows first. */
  readonly periods: readonly { readonly period: BillingPeriod; readonly rows: number }[];
  /** What the period column says in the source for each period, as text; the key to its rows. */
  readonly periodValues: ReadonlyMap<BillingPeriod, readonly string[]>;
  readonly rejectedRows: number;
  readonly generatedRows: number;
  readonly rows: number;
  /** Some row says some amount. */
  readonly hasAmounts: boolean;
}
