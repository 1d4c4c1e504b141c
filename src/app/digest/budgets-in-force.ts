import { monthBudget, type ScopeBudget } from '../../core/budget/month-budget.ts';
import type { BillingDate } from '../../core/calendar/billing-date.ts';
import { periodOf } from '../../core/calendar/billing-period.ts';
import { type Currency, type Money, money, scaled } from '../../core/money/money.ts';
import { type Rate, readBudgets, readRates } from '../../lake/inputs.ts';
import type { Asked } from './asked.ts';

/** What the judged month may cost: all together, and by OU. */
export interface MonthBudgets {
  readonly total: Money | undefined;
  readonly ous: ReadonlyMap<string, Money>;
}

/** Budgets of the judged month as decided by the judged day, in the reporting currency; those without a rate are left out. */
export async function budgetsInForce({ lake, state, judged, currency }: Asked): Promise<MonthBudgets> {
  const rates = await readRates(lake, state.inputs.rates);
  const budgets = (await readBudgets(lake, state.inputs.budgets)).flatMap((budget): ScopeBudget[] => {
    const converted = convert(budget.amount, budget.currency, currency, rates, judged);
    return converted === undefined ? [] : [{ ...budget, amount: converted }];
  });
  const of = (scopeType: string, scope?: string) =>
    monthBudget(
      budgets.filter((b) => b.scopeType === scopeType && (scope === undefined || b.scope === scope)),
      periodOf(judged),
      judged,
    );
  const names = new Set(budgets.filter((b) => b.scopeType === 'ou').map((b) => b.scope));
  const ous = [...names].flatMap((ou): [string, Money][] => {
    const budget = of('ou', ou);
    return budget === undefined ? [] : [[ou, budget]];
  });
  return { total: of('total'), ous: new Map(ous) };
}

function convert(
  text: string,
  from: string,
  to: Currency,
  rates: readonly Rate[],
  day: BillingDate,
): Money | undefined {
  const given = money(text, to);
  if (from === to) return given;
  const rate = rates.find(
    (r) =>
      r.currency === from &&
      (r.validFrom === undefined || r.validFrom <= day) &&
      (r.validUntil === undefined || r.validUntil > day),
  );
  return rate === undefined ? undefined : scaled(given, money(rate.rate, to).units, 10n ** 15n);
}
