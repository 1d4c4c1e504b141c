import {
  addDays,
  type BillingDate,
  daysBetween,
  eachDay,
  type Period,
  weekday,
} from '../calendar/billing-date.ts';
import { daysOf, periodOf } from '../calendar/billing-period.ts';
import { type Currency, type Money, plus, scaled, sum, zero } from '../money/money.ts';

/** A run-rate looks back so many complete days, and needs so many to speak (requirement E3). */
export const RUN_RATE_DAYS = 28;
export const HISTORY_DAYS_MIN = 14;

/** What one scope (an OU, the total) cost, as a run-rate wants it. All money in one currency, COST_METRIC. */
export interface ScopeCosts {
  readonly currency: Currency;
  /** Daily usage (spans at most a day) of the 28 days up to the judged one; a day without lines may be left out. */
  readonly usage: ReadonlyMap<BillingDate, Money>;
  /** First day with usage among them; undefined where there was none. */
  readonly firstUsage: BillingDate | undefined;
  /** All charges from the month's first to the judged day. */
  readonly monthToDate: Money;
  /** Month-spanning charges of this month dated after the judged day. */
  readonly bookedLater: Money;
  /** Month-spanning charges of last month that this month has none of yet. */
  readonly notYetBooked: Money;
}

/** A month's end at the present rate. */
export interface RunRate {
  /** monthToDate + days left + bookedLater + notYetBooked, exactly. */
  readonly monthEnd: Money;
  /** Usage of each day left, in order. */
  readonly days: ReadonlyMap<BillingDate, Money>;
  /** Days from the first usage on, at most RUN_RATE_DAYS. */
  readonly historyDays: number;
}

/**
 * The run-rate of the month of `judged` (requirement E3): month-spanning charges at actual, or last month's where not yet
 * booked, plus the weekday means of the last 28 complete days for the days left. Speaks on any history; whoever shows it
 * asks `historyDays` whether it may.
 */
export function runRate(costs: ScopeCosts, judged: BillingDate): RunRate {
  const left: Period = { from: addDays(judged, 1), until: daysOf(periodOf(judged)).until };
  const means = weekdayMeans(costs, judged);
  const days = new Map([...eachDay(left)].map((day) => [day, means(day)]));
  const parts = [costs.monthToDate, costs.bookedLater, costs.notYetBooked, ...days.values()];
  return {
    monthEnd: sum(parts, costs.currency),
    days,
    historyDays: costs.firstUsage === undefined ? 0 : daysBetween(costs.firstUsage, judged) + 1,
  };
}

/** Mean usage on the weekday of a day, from the first usage on; where that weekday has not been yet, the mean of all days. */
export function weekdayMeans(costs: ScopeCosts, judged: BillingDate): (day: BillingDate) => Money {
  const { currency, firstUsage } = costs;
  if (firstUsage === undefined) return () => zero(currency);
  const [, begins = firstUsage] = [firstUsage, addDays(judged, 1 - RUN_RATE_DAYS)].sort();
  const history = [...eachDay({ from: begins, until: addDays(judged, 1) })];
  const meanOf = (days: readonly BillingDate[]): Money =>
    scaled(
      sum(
        days.map((day) => costs.usage.get(day) ?? zero(currency)),
        currency,
      ),
      1n,
      BigInt(days.length),
    );
  const means = new Map<number, Money>();
  for (let day = 1; day <= 7; day++) {
    const same = history.filter((date) => weekday(date) === day);
    means.set(day, meanOf(same.length > 0 ? same : history));
  }
  return (day) => means.get(weekday(day)) ?? zero(currency);
}

/** The day on which the run-rate has spent `budget`; undefined if it does not within the month. */
export function spentOn(costs: ScopeCosts, { days }: RunRate, budget: Money): BillingDate | undefined {
  let spent = sum([costs.monthToDate, costs.bookedLater, costs.notYetBooked], costs.currency);
  for (const [day, usage] of days) {
    spent = plus(spent, usage);
    if (spent.units >= budget.units) return day;
  }
  return undefined;
}
