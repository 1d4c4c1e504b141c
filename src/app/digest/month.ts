import type { OuLight } from '../../core/budget/light.ts';
import { planByDay, planToDate } from '../../core/budget/plan.ts';
import {
  HISTORY_DAYS_MIN,
  RUN_RATE_DAYS,
  type RunRate,
  runRate,
  type ScopeCosts,
  weekdayMeans,
} from '../../core/budget/run-rate.ts';
import { inOrder, trafficLight } from '../../core/budget/traffic-light.ts';
import {
  addDays,
  type BillingDate,
  billingDate,
  daysBetween,
  eachDay,
} from '../../core/calendar/billing-date.ts';
import { addMonths, daysOf, periodOf } from '../../core/calendar/billing-period.ts';
import { type Currency, compare, type Money, minus, plus, sum, zero } from '../../core/money/money.ts';
import type { CalendarDay, MonthFacts } from '../../delivery/digest/facts.ts';
import { plural } from '../../delivery/format/days.ts';
import { notArrived, notYetBooked, ouDays } from '../../sql/digest/ou-days.ts';
import { spikeDays } from '../../sql/digest/spikes.ts';
import { UNMAPPED } from '../../sql/parts/ou.ts';
import { type Asked, amount } from './asked.ts';
import { budgetsInForce, type MonthBudgets } from './budgets-in-force.ts';

/** What one OU cost on one day; the three add up to its DailyCost. */
interface OuDay {
  readonly usage: Money;
  readonly monthly: Money;
  readonly other: Money;
}

/** One OU, or the total of all. */
interface Scope {
  readonly ou: string;
  readonly days: ReadonlyMap<BillingDate, OuDay>;
  readonly costs: ScopeCosts;
  readonly rate: RunRate;
  readonly budget: Money | undefined;
  readonly notArrived: { readonly part: Money; readonly usual: Money };
  /** Usual usage of a day. */
  readonly curve: (day: BillingDate) => Money;
}

export interface MonthAnswer {
  readonly month: MonthFacts;
  readonly calendar: readonly CalendarDay[];
  readonly lights: readonly OuLight[];
  readonly totalLight: OuLight;
  /** Usage (at most a day long) of all OUs on a day of the last four weeks or later; zero where there was none. */
  readonly usageOn: (day: BillingDate) => Money;
  /** Everything on a day after the judged one, so far. */
  readonly soFar: (day: BillingDate) => Money;
  /** What the forecast of the whole is made of, exactly; also where it abstains. */
  readonly runRate: {
    readonly monthToDate: Money;
    readonly bookedLater: Money;
    readonly notYetBooked: Money;
    readonly usageAhead: Money;
  };
  /** OUs that nobody gave a budget, dearest first. */
  readonly withoutBudget: readonly { readonly ou: string; readonly monthToDate: Money }[];
}

/** Month, calendar and lights of the judged day. */
export async function monthAnswer(asked: Asked): Promise<MonthAnswer> {
  const { judged, currency } = asked;
  const budgets = await budgetsInForce(asked);
  const scopes = await ouScopes(asked, budgets);
  const total = totalOf(scopes, asked, budgets);
  const plan = planOf(total, asked);
  const lights = scopes.map((scope) => light(scope, asked));
  const totalLight = light(total, asked);
  const withoutBudget = lights
    .filter((lit) => lit.budget === undefined)
    .sort((a, b) => compare(b.monthToDate, a.monthToDate));
  const ouBudgets = scopes.map(({ budget }) => budget).filter((budget) => budget !== undefined);
  const speaks = total.rate.historyDays >= HISTORY_DAYS_MIN;
  return {
    month: {
      period: asked.toDate,
      toDate: total.costs.monthToDate,
      budget: total.budget,
      budgetFrom: total.budget === undefined ? undefined : budgets.total === undefined ? 'ous' : 'total',
      planToDate: plan === undefined ? undefined : planToDate(plan, judged, zero(currency)),
      forecast: speaks ? total.rate.monthEnd : undefined,
      forecastReason: speaks
        ? undefined
        : `${plural(total.rate.historyDays, 'day')} of history; run-rate needs ${HISTORY_DAYS_MIN}`,
      daysLeft: daysBetween(judged, asked.month.until) - 1,
      ouBudgets: ouBudgets.length === 0 ? undefined : sum(ouBudgets, currency),
    },
    calendar: await calendar(total, plan, speaks, asked),
    lights: inOrder(lights),
    totalLight,
    runRate: {
      monthToDate: total.costs.monthToDate,
      bookedLater: total.costs.bookedLater,
      notYetBooked: total.costs.notYetBooked,
      usageAhead: sum(total.rate.days.values(), currency),
    },
    usageOn: (day) => total.days.get(day)?.usage ?? zero(currency),
    soFar: (day) => everything(total.days.get(day), currency),
    withoutBudget: withoutBudget.map(({ ou, monthToDate }) => ({ ou, monthToDate })),
  };
}

async function ouScopes(asked: Asked, budgets: MonthBudgets): Promise<Scope[]> {
  const { engine, judged, currency, month } = asked;
  const reach = {
    from: [month.from, addDays(judged, -RUN_RATE_DAYS)].sort()[0] ?? month.from,
    until: month.until,
  };
  const byOu = new Map<string, Map<BillingDate, OuDay>>();
  for (const [ou, day, usage, monthly, other] of await engine.rows(ouDays(reach))) {
    const days = byOu.get(String(ou)) ?? new Map<BillingDate, OuDay>();
    days.set(billingDate(String(day)), {
      usage: amount(usage, currency),
      monthly: amount(monthly, currency),
      other: amount(other, currency),
    });
    byOu.set(String(ou), days);
  }
  const lastMonth = daysOf(addMonths(periodOf(judged), -1));
  const due = await engine.rows(notYetBooked({ before: lastMonth, month }));
  const missing = await missingParts(asked);
  const names = new Set([...byOu.keys(), ...budgets.ous.keys()]);
  return [...names].sort().map((ou) => {
    const days = byOu.get(ou) ?? new Map<BillingDate, OuDay>();
    const booked = amount(due.find(([name]) => name === ou)?.[1], currency);
    const costs = costsOf(days, booked, asked);
    return {
      ou,
      days,
      costs,
      rate: runRate(costs, judged),
      budget: budgets.ous.get(ou),
      notArrived: missing.get(ou) ?? { part: zero(currency), usual: zero(currency) },
      curve: weekdayMeans(costs, judged),
    };
  });
}

function costsOf(
  days: ReadonlyMap<BillingDate, OuDay>,
  due: Money,
  { judged, currency, month }: Asked,
): ScopeCosts {
  const window = [...days].filter(([day]) => day > addDays(judged, -RUN_RATE_DAYS) && day <= judged);
  const inMonth = [...days].filter(([day]) => day >= month.from);
  return {
    currency,
    usage: new Map(window.map(([day, { usage }]) => [day, usage])),
    firstUsage: window
      .filter(([, { usage }]) => usage.units !== 0n)
      .map(([day]) => day)
      .sort()[0],
    monthToDate: sum(
      inMonth.filter(([day]) => day <= judged).map(([, day]) => everything(day, currency)),
      currency,
    ),
    bookedLater: sum(
      inMonth.filter(([day]) => day > judged).map(([, { monthly }]) => monthly),
      currency,
    ),
    notYetBooked: due,
  };
}

async function missingParts(asked: Asked): Promise<Map<string, Scope['notArrived']>> {
  const { engine, complete, judged, currency } = asked;
  if (complete.late.length === 0 && complete.quiet.length === 0) return new Map();
  const rows = await engine.rows(
    notArrived({
      period: { from: addDays(judged, 1 - RUN_RATE_DAYS), until: addDays(judged, 1) },
      sources: complete.late,
      accounts: complete.quiet.map(({ account }) => account),
    }),
  );
  return new Map(
    rows.map(([ou, part, usual]) => [
      String(ou),
      { part: amount(part, currency), usual: amount(usual, currency) },
    ]),
  );
}

/** All OUs together: sums, so that the parts give the total. Its run-rate counts OUs that abstain at their own. */
function totalOf(scopes: readonly Scope[], { currency }: Asked, budgets: MonthBudgets): Scope {
  const add = (of: (scope: Scope) => Money): Money => sum(scopes.map(of), currency);
  const days = new Map<BillingDate, OuDay>();
  for (const [day, part] of scopes.flatMap((scope) => [...scope.days])) {
    const before = days.get(day);
    days.set(
      day,
      before === undefined
        ? part
        : {
            usage: plus(before.usage, part.usage),
            monthly: plus(before.monthly, part.monthly),
            other: plus(before.other, part.other),
          },
    );
  }
  const left = [...(scopes[0]?.rate.days.keys() ?? [])];
  const ouBudgets = [...budgets.ous.values()];
  return {
    ou: 'Total',
    days,
    costs: {
      currency,
      usage: new Map([...days].map(([day, { usage }]) => [day, usage])),
      firstUsage: scopes
        .map(({ costs }) => costs.firstUsage)
        .filter((day) => day !== undefined)
        .sort()[0],
      monthToDate: add(({ costs }) => costs.monthToDate),
      bookedLater: add(({ costs }) => costs.bookedLater),
      notYetBooked: add(({ costs }) => costs.notYetBooked),
    },
    rate: {
      monthEnd: add(({ rate }) => rate.monthEnd),
      days: new Map(left.map((day) => [day, add(({ rate }) => rate.days.get(day) ?? zero(currency))])),
      historyDays: Math.max(0, ...scopes.map(({ rate }) => rate.historyDays)),
    },
    budget: budgets.total ?? (ouBudgets.length === 0 ? undefined : sum(ouBudgets, currency)),
    notArrived: {
      part: add((scope) => scope.notArrived.part),
      usual: add((scope) => scope.notArrived.usual),
    },
    curve: (day) => add((scope) => scope.curve(day)),
  };
}

/** The scope's budget by day: month-spanning charges on their day, those still due on the month's last. */
function planOf(
  scope: Scope,
  { judged, month, currency }: Asked,
): ReadonlyMap<BillingDate, Money> | undefined {
  if (scope.budget === undefined || scope.budget.units <= 0n) return undefined;
  const last = addDays(month.until, -1);
  const onDays = new Map(
    [...scope.days].filter(([day]) => day >= month.from).map(([day, { monthly }]) => [day, monthly]),
  );
  onDays.set(last, plus(onDays.get(last) ?? zero(currency), scope.costs.notYetBooked));
  return planByDay(scope.budget, periodOf(judged), scope.curve, onDays);
}

function light(scope: Scope, asked: Asked): OuLight {
  const plan = planOf(scope, asked);
  const lit = trafficLight({
    ...scope,
    passedOn: passedOn(scope, asked),
    planToDate: plan === undefined ? undefined : planToDate(plan, asked.judged, zero(asked.currency)),
  });
  return scope.ou === UNMAPPED && scope.budget === undefined
    ? { ...lit, reason: 'no budget: accounts in no OU' }
    : lit;
}

function passedOn({ days, budget }: Scope, { toDate, currency }: Asked): BillingDate | undefined {
  if (budget === undefined) return undefined;
  let spent = zero(currency);
  for (const day of eachDay(toDate)) {
    spent = plus(spent, everything(days.get(day), currency));
    if (compare(spent, budget) >= 0) return day;
  }
  return undefined;
}

async function calendar(
  total: Scope,
  plan: ReadonlyMap<BillingDate, Money> | undefined,
  speaks: boolean,
  { engine, judged, month, currency }: Asked,
): Promise<CalendarDay[]> {
  const spiking = new Set((await engine.rows(spikeDays(month))).map(([day]) => String(day)));
  return [...eachDay(month)].map((date) => {
    const lines = total.days.get(date);
    const usage = lines?.usage ?? zero(currency);
    const ahead = minus(total.rate.days.get(date) ?? zero(currency), usage);
    return {
      date,
      state: date <= judged ? 'complete' : lines === undefined ? 'ahead' : 'arriving',
      usage,
      onChargeDate: minus(everything(lines, currency), usage),
      runRate: date <= judged || !speaks ? undefined : ahead.units > 0n ? ahead : zero(currency),
      plan: plan?.get(date),
      spike: spiking.has(date),
    };
  });
}

const everything = (day: OuDay | undefined, currency: Currency): Money =>
  day === undefined ? zero(currency) : sum([day.usage, day.monthly, day.other], currency);
