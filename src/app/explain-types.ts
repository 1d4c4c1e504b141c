import type { ChargeKind, Metric } from '../sql/schema.ts';
import type { CostRequest } from './serve/question.ts';

/** Figures that can be explained. `period` is the cost of any range of days, `digest` the headline that a run mailed. */
export const FIGURES = ['mtd', 'day', 'period', 'forecast', 'budget', 'digest'] as const;
export type Figure = (typeof FIGURES)[number];

/** Which figure, of which part of the costs. Days are inclusive; `day` takes the last day of the request. */
export interface ExplainRequest extends CostRequest {
  readonly figure: Figure;
  /** `digest`: the day of the mail, not the day that it tells about; else the newest one. */
  readonly runDate?: string | undefined;
  /** Gives the dearest lines behind the figure, at most so many. */
  readonly lines?: number | undefined;
}

/** What stands behind one figure. Amounts are exact decimal texts in `currency`. */
export interface Explanation {
  readonly figure: Figure;
  /** `Month to date, 1 to 19 Nov 2026`. */
  readonly title: string;
  /** Null where there is none; `why` says why. */
  readonly value: string | null;
  readonly why: string | null;
  readonly currency: string;
  readonly metric: Metric;
  /** In words and as a formula: what is added to what. */
  readonly formula: string;
  readonly period: { readonly from: string; readonly to: string };
  /** `OU = Commercial/Marketing`; none: the whole. */
  readonly filters: readonly string[];
  readonly lakeVersion: number;
  readonly committedAt: string;
  readonly simulated: boolean;
  readonly inputs: {
    readonly accounts: number;
    readonly budgets: number;
    readonly rates: number;
    readonly rules: number;
  };
  /** What the value is made of, in order; the amounts add up to it (a budget and a forecast: see each `what`). */
  readonly parts: readonly { readonly what: string; readonly amount: string }[];
  /** Charge types in the figure: usage + fees + tax + credits + refunds = `costs`, the money behind the figure. */
  readonly charges: readonly { readonly kind: ChargeKind; readonly amount: string; readonly lines: number }[];
  readonly costs: string;
  /** What is not in it, and why: no rate, unknown, counted from another source. */
  readonly leftOut: readonly {
    readonly what: string;
    readonly amount: string | null;
    readonly lines: number;
  }[];
  /** The rows behind it, added up where they lie. The same money by each: `ties`. */
  readonly rows: {
    readonly rollupRows: number;
    readonly rollupSum: string;
    readonly lines: number;
    /** Null where lines of another currency are in it: those are converted in the rollup. */
    readonly lineSum: string | null;
    readonly ties: boolean;
  };
  readonly deliveries: readonly ExplainedDelivery[];
  /** How to see the same figure elsewhere, step by step. */
  readonly howToCheck: readonly string[];
  /** Where asked: the dearest lines. */
  readonly dearest: readonly ExplainedLine[];
}

/** A delivery that has lines in the period. Its totals are of the whole delivery, as its control totals say. */
export interface ExplainedDelivery {
  readonly source: string;
  readonly billingPeriod: string;
  readonly delivery: string;
  readonly deliveredAt: string;
  readonly load: string;
  readonly totals: readonly {
    readonly currency: string;
    readonly chargeCategory: string;
    readonly rows: number;
    readonly read: string;
    readonly loaded: string;
  }[];
  readonly raw: readonly { readonly key: string; readonly bytes: number; readonly sha256: string }[];
}

export interface ExplainedLine {
  readonly date: string;
  readonly account: string | null;
  readonly service: string;
  readonly region: string | null;
  readonly resource: string | null;
  readonly category: string;
  readonly description: string | null;
  readonly amount: string;
  readonly currency: string;
}
