import { lastDay, type Period } from '../../core/calendar/billing-date.ts';
import { exactText, type Money } from '../../core/money/money.ts';
import type { Metric } from '../../sql/schema.ts';
import type { Question } from './question.ts';
import type { Served } from './served.ts';

/** Days as people say them: both ends inclusive. */
export interface DayRange {
  readonly from: string;
  readonly to: string;
}

export const rangeOf = (period: Period): DayRange => ({ from: period.from, to: lastDay(period) });

/** What every figure of an answer is: unit, metric, period, version, part of the costs. */
export interface About {
  readonly currency: string;
  readonly metric: Metric;
  readonly period: DayRange;
  readonly comparedWith: DayRange | null;
  readonly lakeVersion: number;
  readonly committedAt: string;
  /** The moment that was asked about, where that is not now. */
  readonly asOf: string | null;
  readonly simulated: boolean;
  readonly filters: {
    readonly ou: string | null;
    readonly account: string | null;
    readonly service: string | null;
    readonly region: string | null;
    readonly tag: TagState | null;
  };
}

export type TagState = 'compliant' | 'missing' | 'incomplete' | 'not_taggable';

export const aboutOf = (served: Served, { filters, scope, period, before }: Question): About => ({
  currency: served.currency,
  metric: scope.metric,
  period: rangeOf(period),
  comparedWith: before === undefined ? null : rangeOf(before),
  lakeVersion: served.version,
  committedAt: served.state.committedAt,
  asOf: served.asOf === undefined ? null : new Date(served.asOf).toISOString(),
  simulated: served.lake.identity.simulated,
  filters: {
    ou: filters.ou ?? null,
    account: filters.account ?? null,
    service: filters.service ?? null,
    region: filters.region ?? null,
    tag: (filters.tag ?? null) as TagState | null,
  },
});

/** An amount as the answers write it: exact, as in the CSV. */
export const exact = (amount: Money): string => exactText(amount);
export const exactOrNull = (amount: Money | undefined): string | null =>
  amount === undefined ? null : exactText(amount);
