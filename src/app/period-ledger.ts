import type { BillingPeriod } from '../core/calendar/billing-period.ts';

/**
 * How settled a bill is (requirement N5). `open`: the month is not over. `closing`: it is, and some line lacks an invoice.
 * `invoiced`: every non-zero line carries one; where a source has none, no total changed for 15 days ("assumed").
 * `reopened`: a delivery changed a total after that, within the last 15 days.
 */
export type PeriodState = 'open' | 'closing' | 'invoiced' | 'reopened';

/** Every billing period of the lake with its bills and their deliveries, newest first. */
export interface PeriodLedger {
  readonly lakeVersion: number;
  /** ISO 8601 UTC: the moment that it is told for. */
  readonly moment: string;
  readonly periods: readonly PeriodEntry[];
}

export interface PeriodEntry {
  readonly period: BillingPeriod;
  /** The least settled of its bills: `reopened` before `open` before `closing` before `invoiced`. */
  readonly state: PeriodState;
  readonly assumed: boolean;
  /** By source, then billing account. */
  readonly bills: readonly PeriodBill[];
  readonly totals: readonly PeriodTotal[];
}

/** One billing account's month in one source. */
export interface PeriodBill {
  readonly source: string;
  /** The empty text where the bill names none. */
  readonly billingAccount: string;
  readonly state: PeriodState;
  /** `invoiced` because nothing changed for 15 days: the source carries no invoice ids. */
  readonly assumed: boolean;
  /** Since when it has been in this state, ISO 8601 UTC, by the age of deliveries. */
  readonly since: string;
  /** For people: "every line carries an invoice", "unchanged since 2026-10-04" … */
  readonly why: string;
  /** Non-zero lines with and without InvoiceId; undefined where nobody counted them when they were loaded. */
  readonly invoicedLines: number | undefined;
  readonly uninvoicedLines: number | undefined;
  readonly totals: readonly PeriodTotal[];
  /** From the first to the newest; each that brought lines of this bill. */
  readonly deliveries: readonly PeriodDelivery[];
  /** Deliveries that changed a total after the bill was invoiced, oldest first; kept for ever. */
  readonly reopenings: readonly Reopening[];
}

/** Exact decimal texts; accounts that another source counts are not in it. */
export interface PeriodTotal {
  readonly currency: string;
  readonly billed: string;
  readonly effective: string;
}

export interface PeriodDelivery {
  readonly delivery: string;
  readonly scope: 'month' | 'part';
  /** ISO 8601 UTC; `ageFrom` says by what. */
  readonly deliveredAt: string;
  readonly ageFrom: 'manifest' | 'delivered-at' | 'arrival';
  readonly lakeVersion: number;
  readonly committedAt: string;
  /** Its lines are counted at the version asked for. */
  readonly current: boolean;
  /** What the bill came to once it was in. */
  readonly totals: readonly PeriodTotal[];
}

export interface Reopening {
  readonly delivery: string;
  readonly deliveredAt: string;
  readonly lakeVersion: number;
  readonly before: readonly PeriodTotal[];
  readonly after: readonly PeriodTotal[];
}
