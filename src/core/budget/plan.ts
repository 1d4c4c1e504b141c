import { type BillingDate, eachDay } from '../calendar/billing-date.ts';
import { type BillingPeriod, daysOf } from '../calendar/billing-period.ts';
import { type Money, minus, sum, zero } from '../money/money.ts';
import { splitInProportion } from './split.ts';

/**
 * A month's budget laid out over its days, exactly: what is charged once (`onDays`: fees, tax, month-spanning charges)
 * stands on its day, the rest follows the scope's own weekday curve. Where the single charges alone pass the budget, or
 * no day has any usage to go by, the whole budget follows the curve, or is even.
 * @param curve  usual usage of a day; below zero counts as none
 */
export function planByDay(
  budget: Money,
  month: BillingPeriod,
  curve: (day: BillingDate) => Money,
  onDays: ReadonlyMap<BillingDate, Money>,
): ReadonlyMap<BillingDate, Money> {
  const days = [...eachDay(daysOf(month))];
  const single = sum(
    days.map((day) => onDays.get(day) ?? zero(budget.currency)),
    budget.currency,
  );
  const fits = single.units > 0n && single.units < budget.units;
  const rest = fits ? minus(budget, single) : budget;
  const weights = days.map((day) => curve(day).units).map((units) => (units > 0n ? units : 0n));
  const shares = splitInProportion(
    rest,
    weights.some((weight) => weight > 0n) ? weights : days.map(() => 1n),
  );
  return new Map(
    days.map((day, i) => {
      const share = shares[i] ?? zero(budget.currency);
      const once = fits ? (onDays.get(day) ?? zero(budget.currency)) : zero(budget.currency);
      return [day, sum([share, once], budget.currency)];
    }),
  );
}

/** What the plan allows from the month's first day up to and including `day`. */
export const planToDate = (plan: ReadonlyMap<BillingDate, Money>, day: BillingDate, none: Money): Money =>
  sum(
    [...plan].filter(([date]) => date <= day).map(([, amount]) => amount),
    none.currency,
  );
