import {
  addDays,
  type BillingDate,
  eachDay,
  lastDay,
  type Period,
} from '../../core/calendar/billing-date.ts';
import { addMonths, daysOf, lengthOf, periodOf } from '../../core/calendar/billing-period.ts';
import { type Money, minus, scaled, sum, zero } from '../../core/money/money.ts';
import type { CalendarDay } from '../../delivery/digest/facts.ts';
import { costDays, spikesOfDays } from '../../sql/overview/cost-days.ts';
import { partDays, shares } from '../../sql/overview/shares.ts';
import { type Asked, amount, count } from '../digest/asked.ts';
import { budgetsByMonth, type MonthBudgets } from '../digest/budgets-in-force.ts';
import { aboutOf, exact, exactOrNull } from './about.ts';
import { factsOf, type PartFacts } from './facts.ts';
import { type CostRequest, type Question, sameWeekday, settle } from './question.ts';
import type { Served } from './served.ts';

export interface TrendRequest extends CostRequest {
  readonly by: 'none' | 'service' | 'ou' | 'account';
}

/** Months before the judged one that a trend shows. */
const MONTHS = 12;
/** Parts that are drawn by themselves. */
const PARTS = 6;
/** A day is settled when so many days have gone by since: most of what comes late has come (until a curve is learned). */
const SETTLED_AFTER_DAYS = 3;

type DayState = 'settled' | 'complete' | 'provisional' | 'missing' | 'ahead';

/** Daily cost of the judged month and the twelve before, with budget, run-rate, spikes, the compared days, and parts. */
export async function trend(served: Served, request: TrendRequest) {
  const question = settle(served, request);
  const { judged } = question;
  const about = aboutOf(served, question);
  if (judged === undefined) return { about, days: [], series: [], total: exact(zero(served.currency)) };
  const month = periodOf(judged);
  const reach = { from: daysOf(addMonths(month, -MONTHS)).from, until: daysOf(month).until };
  const facts = factsOf(served, question, judged);
  const found = await facts.ask('trend', (of) => measured(of, reach));
  const calendar = new Map((await facts.month()).calendar.map((day) => [day.date, day]));
  const before = await facts.ask(`trend before ${question.compare}`, (of) => comparedDays(of, question));
  const days = [...eachDay(reach)].map((date) =>
    dayOf(date, { served, question, judged, found, calendar, before }),
  );
  return {
    about,
    days,
    series: request.by === 'none' ? [] : await series(facts, request.by, reach, found),
    total: exact(
      sum(
        [...found.amounts.values()].map(({ all }) => all),
        served.currency,
      ),
    ),
  };
}

interface Measured {
  readonly amounts: ReadonlyMap<string, { readonly all: Money; readonly usage: Money }>;
  readonly spikes: ReadonlyMap<string, { readonly all: number; readonly open: number }>;
  readonly budgets: ReadonlyMap<string, Money | undefined>;
}

async function measured(about: Asked, reach: Period): Promise<Measured> {
  const { engine, judged, currency } = about;
  const budgetsOf = await budgetsByMonth(about);
  const months = Array.from({ length: MONTHS + 1 }, (_, i) => addMonths(periodOf(judged), i - MONTHS));
  return {
    amounts: new Map(
      (await engine.rows(costDays(reach))).map(([day, all, usage]) => [
        String(day),
        { all: amount(all, currency), usage: amount(usage, currency) },
      ]),
    ),
    spikes: new Map(
      (await engine.rows(spikesOfDays({ period: reach, judged }))).map(([day, all, open]) => [
        String(day),
        { all: count(all), open: count(open) },
      ]),
    ),
    budgets: new Map(
      months.map((month) => {
        const last = lastDay(daysOf(month));
        return [month, wholeBudget(budgetsOf(month, [last, judged].sort()[0] ?? judged), currency)];
      }),
    ),
  };
}

/** As the digest decides it: the budget of all, else what the OUs' add up to. */
function wholeBudget({ total, ous }: MonthBudgets, currency: Asked['currency']): Money | undefined {
  return total ?? (ous.size === 0 ? undefined : sum(ous.values(), currency));
}

/** What the days cost that those of the period are held against. */
async function comparedDays({ engine, currency }: Asked, { period, compare }: Question) {
  const from = sameWeekday(period.from, period, compare);
  const until = addDays(sameWeekday(lastDay(period), period, compare), 1);
  const rows = await engine.rows(costDays({ from, until }));
  return new Map(rows.map(([day, all]) => [String(day), amount(all, currency)]));
}

interface Around {
  readonly served: Served;
  readonly question: Question;
  readonly judged: BillingDate;
  readonly found: Measured;
  readonly calendar: ReadonlyMap<string, CalendarDay>;
  readonly before: ReadonlyMap<string, Money>;
}

function dayOf(date: BillingDate, { served, question, judged, found, calendar, before }: Around) {
  const { currency } = served;
  const given = found.amounts.get(date);
  const state = stateOf(date, served, judged, given !== undefined);
  // A complete day without a line of this part cost nothing; other days without one are not known.
  const cost = given ?? (state === 'settled' || state === 'complete' ? none(currency) : undefined);
  const budget = found.budgets.get(periodOf(date));
  const inside = date >= question.period.from && date < question.period.until;
  const other = sameWeekday(date, question.period, question.compare);
  const spikes = found.spikes.get(date);
  return {
    date,
    state,
    total: exactOrNull(cost?.all),
    onChargeDate: cost === undefined ? null : exact(minus(cost.all, cost.usage)),
    budget: budget === undefined ? null : exact(scaled(budget, 1n, BigInt(lengthOf(periodOf(date))))),
    runRate: exactOrNull(calendar.get(date)?.runRate),
    before: inside ? exactOrNull(before.get(other)) : null,
    beforeDate: inside ? other : null,
    spikes: spikes?.all ?? 0,
    openSpikes: spikes?.open ?? 0,
  };
}

const none = (currency: Served['currency']) => ({ all: zero(currency), usage: zero(currency) });

function stateOf(date: BillingDate, { complete }: Served, judged: BillingDate, hasLines: boolean): DayState {
  const { firstDay, newestDay } = complete;
  if (firstDay === undefined || date < firstDay) return 'missing';
  if (newestDay === undefined || date > newestDay) return date > judged ? 'ahead' : 'missing';
  const complete_ = complete.completeTo !== undefined && date <= complete.completeTo;
  if (!complete_) return hasLines ? 'provisional' : 'missing';
  return addDays(date, SETTLED_AFTER_DAYS) <= newestDay ? 'settled' : 'complete';
}

/** The dearest parts of the whole trend by day, and all others together; they add up to each day. */
async function series(
  facts: PartFacts,
  by: 'service' | 'ou' | 'account',
  reach: Period,
  found: Measured,
): Promise<{ name: string; label: string; amounts: string[] }[]> {
  return facts.ask(`trend by ${by}`, async ({ engine, currency, judged }) => {
    const nothing = { from: reach.from, until: reach.from };
    const dearest = (
      await engine.rows(shares({ by, period: reach, before: nothing, day: judged, rows: PARTS }))
    ).filter(([key]) => key !== null);
    const keys = dearest.map(([key]) => String(key));
    const rows = await engine.rows(partDays({ by, keys, period: reach, usageOnly: false }));
    const amounts = new Map(rows.map(([key, day, of]) => [`${key}\n${day}`, amount(of, currency)]));
    const parts = dearest.map(([key, , , name]) => ({
      name: String(key),
      label: by === 'account' && name !== null && name !== undefined ? String(name) : String(key),
      days: [...eachDay(reach)].map((day) => amounts.get(`${key}\n${day}`) ?? zero(currency)),
    }));
    const others = [...eachDay(reach)].map((day, i) =>
      minus(
        found.amounts.get(day)?.all ?? zero(currency),
        sum(
          parts.map(({ days }) => days[i] ?? zero(currency)),
          currency,
        ),
      ),
    );
    return [...parts, { name: '', label: 'Other', days: others }].map(({ name, label, days }) => ({
      name,
      label,
      amounts: days.map(exact),
    }));
  });
}
