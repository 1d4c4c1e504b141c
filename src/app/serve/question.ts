import {
  addDays,
  type BillingDate,
  billingDate,
  days,
  daysBetween,
  lastDay,
  type Period,
} from '../../core/calendar/billing-date.ts';
import { addMonths, daysOf, firstDay, lengthOf, periodOf } from '../../core/calendar/billing-period.ts';
import { UserError } from '../../core/errors/user-error.ts';
import type { Metric } from '../../sql/schema.ts';
import type { Filters, Scope } from '../../sql/scope.ts';
import type { Served } from './served.ts';

/** With what a period is compared. */
export type Comparison = 'previous' | 'month' | 'year';

/** What a door asks about costs; days are inclusive. */
export interface CostRequest extends Filters {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
  readonly compare?: Comparison | undefined;
  readonly metric?: Metric | undefined;
}

/** A request, settled: whose costs, of which days, against which. */
export interface Question {
  readonly filters: Filters;
  readonly scope: Scope;
  readonly period: Period;
  readonly compare: Comparison;
  /** Undefined where the lake has none of these days. */
  readonly before: Period | undefined;
  /** The day that is judged: the last of the period that is complete; undefined where no day is. */
  readonly judged: BillingDate | undefined;
}

/** Days that bills can be about; beyond them a request is a slip of the pen. */
const FIRST = '2000-01-01' as BillingDate;
const LAST = '2099-12-31' as BillingDate;
/** The longest period that is answered: ten years. */
const DAYS_MAX = 3_660;

/** @throws UserError `DATE_INVALID`, `PERIOD_INVALID` */
export function settle(served: Served, request: CostRequest): Question {
  const { identity } = served.lake;
  const { completeTo, newestDay, firstDay: first } = served.complete;
  const to = request.to === undefined ? (completeTo ?? newestDay ?? served.today) : dayIn(request.to);
  const from = request.from === undefined ? firstDay(periodOf(to)) : dayIn(request.from);
  const period = days(from, to);
  if (daysBetween(period.from, period.until) > DAYS_MAX) throw tooLong();
  const { ou, account, service, region, tag } = request;
  const filters = { ou, account, service, region, tag };
  const compare = request.compare ?? 'month';
  const before = comparedWith(period, compare);
  return {
    filters,
    scope: {
      ...filters,
      metric: request.metric ?? identity.costMetric,
      costMetric: identity.costMetric,
      reportingCurrency: identity.reportingCurrency,
    },
    period,
    compare,
    before: first === undefined || before.until <= first ? undefined : before,
    judged: completeTo === undefined ? undefined : [to, completeTo].sort()[0],
  };
}

/** The days that `period` is compared with. A month that is shorter ends with its last day. */
export function comparedWith(period: Period, compare: Comparison): Period {
  if (compare === 'previous') {
    return { from: addDays(period.from, -daysBetween(period.from, period.until)), until: period.from };
  }
  const months = compare === 'year' ? -12 : -1;
  const last = lastDay(period);
  const isWhole = last === lastDay(daysOf(periodOf(last)));
  const moved = isWhole ? addMonths(periodOf(last), months) : undefined;
  return {
    from: monthsAway(period.from, months),
    until: moved === undefined ? addDays(monthsAway(last, months), 1) : daysOf(moved).until,
  };
}

/** The day that a day of a daily series is held against: of the same weekday. */
export function sameWeekday(day: BillingDate, period: Period, compare: Comparison): BillingDate {
  if (compare === 'year') return addDays(day, -364);
  if (compare === 'month') return addDays(day, -28);
  return addDays(day, -7 * Math.ceil(daysBetween(period.from, period.until) / 7));
}

function monthsAway(day: BillingDate, months: number): BillingDate {
  const month = addMonths(periodOf(day), months);
  return addDays(firstDay(month), Math.min(Number(day.slice(8)), lengthOf(month)) - 1);
}

function dayIn(text: string): BillingDate {
  const day = billingDate(text);
  if (day >= FIRST && day <= LAST) return day;
  throw new UserError('DATE_INVALID', {
    what: `${text} is no day that a bill is about`,
    remedy: `Name a day from ${FIRST} to ${LAST}.`,
  });
}

const tooLong = (): UserError =>
  new UserError('PERIOD_INVALID', {
    what: `The period is longer than ${DAYS_MAX} days`,
    remedy: 'Ask for ten years or less.',
  });
