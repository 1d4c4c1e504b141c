import type { BillingDate } from '../../core/calendar/billing-date.ts';
import type { BillingPeriod } from '../../core/calendar/billing-period.ts';
import type { Money } from '../../core/money/money.ts';

/** What a first look at bills tells, without a lake. All amounts are BilledCost, exact. */
export interface PeekFacts {
  readonly bills: readonly BillFacts[];
}

export interface BillFacts {
  readonly files: readonly string[];
  /** `focus-1.2`, `cur2` … */
  readonly format: string;
  /** For people: "FOCUS 1.2". */
  readonly label: string;
  /** The source id that `ingest` would give it. */
  readonly source: string;
  readonly lines: number;
  /** Billing periods, in order, with their lines. */
  readonly periods: readonly { readonly period: BillingPeriod; readonly lines: number }[];
  readonly firstDay: BillingDate | undefined;
  readonly lastDay: BillingDate | undefined;
  /** One entry a currency, by its code. Currencies are never added up. */
  readonly totals: readonly CurrencyTotals[];
  readonly changes: Changes;
  /** What looks wrong, worst first; empty where nothing does. */
  readonly findings: readonly Finding[];
}

export interface CurrencyTotals {
  readonly currency: string;
  readonly total: Money;
  readonly lines: number;
  /** Largest first. */
  readonly categories: readonly Part[];
  readonly services: readonly Part[];
  readonly accounts: readonly Part[];
  /** In order; days without a line are not among them. */
  readonly days: readonly Part[];
}

/** One row of a table. `name` is null where the bill says none. */
export interface Part {
  readonly name: string | null;
  readonly amount: Money;
  readonly lines: number;
}

/** The ten largest changes of usage between the last two full weeks, or why there are none. */
export type Changes =
  | { readonly weeks: readonly [before: BillingDate, now: BillingDate]; readonly rows: readonly Change[] }
  | { readonly weeks: undefined; readonly why: string };

interface Change {
  readonly service: string | null;
  readonly account: string | null;
  readonly before: Money;
  readonly now: Money;
}

/** Something that a person should look at. `kind` is stable, for machines. */
export interface Finding {
  readonly kind:
    | 'rejects'
    | 'repeated-lines'
    | 'mixed-currencies'
    | 'missing-days'
    | 'outside-period'
    | 'unknown-columns'
    | 'not-ready'
    | 'note';
  readonly what: string;
  /** Rows, days or columns concerned; undefined where counting says nothing. */
  readonly count?: number;
  /** Examples, each a line of its own. */
  readonly examples: readonly string[];
}
