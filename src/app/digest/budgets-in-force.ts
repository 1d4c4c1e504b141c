import { monthBudget, type ScopeBudget } from '../../core/budget/month-budget.ts';
import type { BillingDate } from '../../core/calendar/billing-date.ts';
import { type BillingPeriod, periodOf } from '../../core/calendar/billing-period.ts';
import { type Currency, type Money, money, scaled } from '../../core/money/money.ts';
import { type Rate, readBudgets, readRates } from '../../lake/inputs.ts';
import type { Asked } from './asked.ts';

/** What the judged month may cost: all together, and by OU. */
export interface MonthBudgets {
  readonly total: Money | undefined;
  readonly ous: ReadonlyMap<string, Money>;
}

/** Budgets of the judged month as decided by the judged day, in the reporting currency; those without a rate are left out. */
export async function budgetsInForce(asked: Asked): Promise<MonthBudgets> {
  return (await budgetsByMonth(asked))(periodOf(asked.judged), asked.judged);
}

/**
 * What any month may cost as decided by a day. For a part of the costs: the budget of that OU, account or service alone;
 * none where no budget is about that part, or where another metric is asked than budgets are in.
 */
export async function budgetsByMonth({
  lake,
  state,
  judged,
  currency,
  part,
}: Asked): Promise<(month: BillingPeriod, decidedBy: BillingDate) => MonthBudgets> {
  const rates = await readRates(lake, state.inputs.rates);
  const budgets = (await readBudgets(lake, state.inputs.budgets)).flatMap((budget): ScopeBudget[] => {
    const converted = convert(budget.amount, budget.currency, currency, rates, judged);
    return converted === undefined ? [] : [{ ...budget, amount: converted }];
  });
  const about = scopeOf(part);
  const names = new Set(budgets.filter((b) => b.scopeType === 'ou').map((b) => b.scope));
  return (month, decidedBy) => {
    const of = (scopeType: string, scope?: string) =>
      monthBudget(
        budgets.filter((b) => b.scopeType === scopeType && (scope === undefined || b.scope === scope)),
        month,
        decidedBy,
      );
    if (about === undefined) return { total: undefined, ous: new Map() };
    const ous = [...names].flatMap((ou): [string, Money][] => {
      const budget = about.ous === 'all' || about.ous === ou ? of('ou', ou) : undefined;
      return budget === undefined ? [] : [[ou, budget]];
    });
    return { total: of(about.scopeType, about.scope), ous: new Map(ous) };
  };
}

/** Whose budget a part of the costs has; undefined where none can be about it. */
function scopeOf(part: Asked['part']) {
  if (part === undefined) return { scopeType: 'total', scope: undefined, ous: 'all' };
  const set = Object.entries(part.filters).filter(([, value]) => value !== undefined);
  const [only] = set;
  if (!part.ownMetric || set.length > 1) return undefined;
  if (only === undefined) return { scopeType: 'total', scope: undefined, ous: 'all' };
  const [scopeType, scope] = only;
  if (!['ou', 'account', 'service'].includes(scopeType)) return undefined;
  return { scopeType, scope, ous: scopeType === 'ou' ? scope : undefined };
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
