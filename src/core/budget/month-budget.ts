import type { BillingDate } from '../calendar/billing-date.ts';
import { addMonths, type BillingPeriod, billingPeriod, lengthOf } from '../calendar/billing-period.ts';
import { invariant } from '../errors/invariant.ts';
import type { Money } from '../money/money.ts';
import { splitInProportion } from './split.ts';

/** A budget of one scope, in the reporting currency. */
export interface ScopeBudget {
  /** `total`, `ou`, `service`, `account` or `tag:<key>`. */
  readonly scopeType: string;
  readonly scope: string;
  /** `2026-11`, `2026-Q4` or `2026`. */
  readonly period: string;
  readonly amount: Money;
  /** In force from this day on, until a later one of the same scope and period is; undefined: always. */
  readonly validFrom: BillingDate | undefined;
}

/**
 * What `budgets` (all of one scope) allow in `month` as decided by `day`: a quarter's or year's amount is split over its
 * months by their days, to the last unit. A month's own budget wins over a quarter's, a quarter's over a year's.
 * `undefined` where there is none.
 */
export function monthBudget(
  budgets: readonly ScopeBudget[],
  month: BillingPeriod,
  day: BillingDate,
): Money | undefined {
  const inForce = budgets
    .map((budget) => ({ ...budget, months: monthsOf(budget.period) }))
    .filter(
      ({ months, validFrom }) => months.includes(month) && (validFrom === undefined || validFrom <= day),
    )
    .sort((a, b) => a.months.length - b.months.length || newest(a.validFrom, b.validFrom));
  const [budget] = inForce;
  if (budget === undefined) return undefined;
  const shares = splitInProportion(
    budget.amount,
    budget.months.map((each) => BigInt(lengthOf(each))),
  );
  return shares[budget.months.indexOf(month)];
}

/** The months of `2026-11`, `2026-Q4` or `2026`, in order. */
export function monthsOf(period: string): readonly BillingPeriod[] {
  const parts = /^(\d{4})(?:-(?:Q([1-4])|(\d{2})))?$/.exec(period);
  invariant(parts !== null, `"${period}" is a month, quarter or year`);
  const [, year, quarter, month] = parts;
  if (month !== undefined) return [billingPeriod(period)];
  const first = billingPeriod(
    `${year}-${String(quarter === undefined ? 1 : Number(quarter) * 3 - 2).padStart(2, '0')}`,
  );
  return Array.from({ length: quarter === undefined ? 12 : 3 }, (_, i) => addMonths(first, i));
}

/** Later days first; one that always held comes last. */
const newest = (a: BillingDate | undefined, b: BillingDate | undefined): number =>
  a === b ? 0 : (a ?? '') < (b ?? '') ? 1 : -1;
