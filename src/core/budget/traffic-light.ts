import type { BillingDate } from '../calendar/billing-date.ts';
import { compare, type Money, minus, ratio, rounded } from '../money/money.ts';
import type { Light, OuLight } from './light.ts';
import { HISTORY_DAYS_MIN, type RunRate, type ScopeCosts, spentOn } from './run-rate.ts';

/** Where lights change, in whole percent; settable per OU. */
export interface LightLimits {
  /** Forecast above this share of the budget is over. */
  readonly over: bigint;
  /** Forecast above this share of the budget is at risk. */
  readonly risk: bigint;
  /** More than this share of the usual cost has not arrived: nobody knows. */
  readonly notArrived: bigint;
}

const LIMITS: LightLimits = { over: 105n, risk: 95n, notArrived: 2n };

/** A scope with all that its light is decided from. */
export interface LitScope {
  readonly ou: string;
  readonly costs: ScopeCosts;
  readonly rate: RunRate;
  readonly budget: Money | undefined;
  /** The day on which month to date passed the budget; undefined where it did not or nobody knows. */
  readonly passedOn: BillingDate | undefined;
  /** Of the usual daily cost, the part of late sources and quiet accounts; both of the same days. */
  readonly notArrived: { readonly part: Money; readonly usual: Money };
  /** Plan up to the judged day; undefined without a budget. */
  readonly planToDate: Money | undefined;
}

/**
 * A scope's traffic light (requirement E3), first match wins: (1) unknown: no budget, or none above 0; (2) over: month to
 * date >= budget; (3) unknown: below 14 days of history, or more than 2 % of the usual cost has not arrived; (4) over:
 * forecast > 105 % of budget; (5) at risk: > 95 %; (6) on plan. The forecast is a run-rate, so it has no band.
 */
export function trafficLight(scope: LitScope, limits: LightLimits = LIMITS): OuLight {
  const { ou, costs, rate, budget } = scope;
  const abstains = rate.historyDays < HISTORY_DAYS_MIN;
  const { light, reason } = decide(scope, limits);
  const forecast = abstains ? undefined : rate.monthEnd;
  const usable = budget !== undefined && budget.units > 0n;
  return {
    ou,
    light,
    monthToDate: costs.monthToDate,
    forecast,
    budget,
    ofBudget: forecast !== undefined && usable ? ratio(forecast, budget) : undefined,
    planToDate: scope.planToDate,
    reason,
  };
}

function decide(scope: LitScope, limits: LightLimits): { light: Light; reason: string } {
  const { costs, rate, budget } = scope;
  if (budget === undefined) return { light: 'unknown', reason: 'no budget' };
  if (budget.units <= 0n) return { light: 'unknown', reason: 'budget is not above 0' };
  if (compare(costs.monthToDate, budget) >= 0) {
    const on = scope.passedOn === undefined ? '' : ` on ${dayName(scope.passedOn)}`;
    return { light: 'over', reason: `budget of ${whole(budget)} spent${on}` };
  }
  if (rate.historyDays < HISTORY_DAYS_MIN) {
    const days = rate.historyDays === 1 ? '1 day' : `${rate.historyDays} days`;
    return { light: 'unknown', reason: `${days} of history; run-rate needs ${HISTORY_DAYS_MIN}` };
  }
  const { part, usual } = scope.notArrived;
  if (part.units * 100n > usual.units * limits.notArrived) {
    return { light: 'unknown', reason: `${percent(part, usual)} of the usual cost has not arrived` };
  }
  const forecast = rate.monthEnd;
  const away = minus(forecast, budget);
  if (forecast.units * 100n > budget.units * limits.over) {
    const on = spentOn(costs, rate, budget);
    return {
      light: 'over',
      reason: `${whole(away)} over${on === undefined ? '' : `, spent on ${dayName(on)}`}`,
    };
  }
  if (forecast.units * 100n > budget.units * limits.risk) {
    return {
      light: 'at risk',
      reason:
        away.units > 0n
          ? `${whole(away)} over (limit ${limits.over - 100n} %)`
          : `run-rate leaves ${whole(minus(budget, forecast))} of ${whole(budget)}`,
    };
  }
  return {
    light: 'on plan',
    reason: `run-rate leaves ${whole(minus(budget, forecast))} of ${whole(budget)}`,
  };
}

/** Whole units with commas; a tiny amount is `< 1`, since `0` means zero. */
function whole(amount: Money): string {
  const text = rounded(amount, 0);
  if (text === '0' || text === '-0') return amount.units === 0n ? '0' : '< 1';
  return text.replace(/\B(?=(\d{3})+$)/g, ',');
}

function percent(part: Money, usual: Money): string {
  const share = ratio(part, usual);
  return share === undefined ? 'part' : `${(share * 100).toFixed(1)} %`;
}

const MONTHS = ['Jan', 'Feb', 'Mar', 'Apr', 'May', 'Jun', 'Jul', 'Aug', 'Sep', 'Oct', 'Nov', 'Dec'];
const dayName = (day: BillingDate): string =>
  `${Number(day.slice(8))} ${MONTHS[Number(day.slice(5, 7)) - 1]}`;

const ORDER: Readonly<Record<Light, number>> = { over: 0, 'at risk': 1, unknown: 2, 'on plan': 3 };

/** ■, then ▲, then ○, then ●, each by money; equal money by name. */
export const inOrder = (lights: readonly OuLight[]): OuLight[] =>
  [...lights].sort(
    (a, b) =>
      ORDER[a.light] - ORDER[b.light] ||
      compare(b.monthToDate, a.monthToDate) ||
      (a.ou < b.ou ? -1 : a.ou > b.ou ? 1 : 0),
  );
