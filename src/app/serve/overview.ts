import { daysOf, periodOf } from '../../core/calendar/billing-period.ts';
import { known } from '../../core/errors/invariant.ts';
import { type Money, minus, ratio } from '../../core/money/money.ts';
import type { DigestFacts, HeadlineDay } from '../../delivery/digest/facts.ts';
import { rounded } from '../../delivery/digest/view/rounded.ts';
import { second, sentence } from '../../delivery/digest/view/sentences.ts';
import { costTotal } from '../../sql/overview/cost-days.ts';
import { amount, count } from '../digest/asked.ts';
import { freshnessOf, troublesOf } from '../digest/freshness.ts';
import { aboutOf, exact, exactOrNull, rangeOf } from './about.ts';
import { factsOf } from './facts.ts';
import { type CostRequest, type Question, settle } from './question.ts';
import type { Served } from './served.ts';

/** All that the first screen says: the sentence, six figures with what they are held against, how far the data reach. */
export async function overview(served: Served, request: CostRequest, now: number) {
  const question = settle(served, request);
  const total = await totals(served, question);
  const always = { about: aboutOf(served, question), total: total.answer };
  if (question.judged === undefined) return { ...always, ...nothingYet(served, now, total.unknown) };
  const facts = await factsOf(served, question, question.judged).digest(now);
  return {
    ...always,
    sentence: sentencesOf(facts),
    month: monthOf(facts),
    day: dayOf(known(facts.headline, 'the judged day')),
    unmapped: unmappedOf(facts),
    anomalies: anomaliesOf(facts),
    bridge: bridgeOf(facts),
    incomplete: {
      unknownLines: facts.unknownLines,
      withoutRate: facts.withoutRate.map((of) => ({ ...of, amount: exact(of.amount) })),
    },
    freshness: freshness(served, facts),
    trouble: [...facts.trouble],
    emptyBecause: total.lines === 0 ? 'No line of these filters and days is in the lake.' : null,
  };
}

/** What the period cost, and what it is held against. */
async function totals(served: Served, { scope, period, before }: Question) {
  const { currency } = served;
  const rows = await served.ask(
    scope,
    async (session) => ({
      current: known((await session.rows(costTotal(period)))[0], 'a total'),
      earlier:
        before === undefined ? undefined : known((await session.rows(costTotal(before)))[0], 'a total'),
    }),
    'accounts',
  );
  const now = amount(rows.current[0], currency);
  const then = rows.earlier === undefined ? undefined : amount(rows.earlier[0], currency);
  return {
    lines: count(rows.current[1]),
    unknown: count(rows.current[2]),
    answer: { amount: exact(now), before: exactOrNull(then), change: changeOf(now, then) },
  };
}

/** How much more than `then`, 1 = 100 %; null where there is nothing to compare with. */
export const changeOf = (now: Money, then: Money | undefined): number | null =>
  then === undefined ? null : (ratio(minus(now, then), then) ?? null);

const sentencesOf = (facts: DigestFacts): string[] => {
  const shown = rounded(facts);
  return [sentence(facts, shown), second(facts, shown)].filter((text) => text !== '');
};

function monthOf({ month: given, totalLight }: DigestFacts) {
  const month = known(given, 'the judged month');
  const light = known(totalLight, 'its light');
  return {
    period: rangeOf(month.period),
    whole: rangeOf(daysOf(periodOf(month.period.from))),
    toDate: exact(month.toDate),
    planToDate: exactOrNull(month.planToDate),
    againstPlan: changeOf(month.toDate, month.planToDate),
    forecast: exactOrNull(month.forecast),
    forecastMethod: 'run-rate' as const,
    forecastReason: month.forecastReason ?? null,
    budget: exactOrNull(month.budget),
    budgetFrom: month.budgetFrom ?? null,
    budgetLeft: month.budget === undefined ? null : exact(minus(month.budget, month.toDate)),
    daysLeft: month.daysLeft,
    light: light.light,
    ofBudget: light.ofBudget ?? null,
    reason: light.reason,
  };
}

const dayOf = ({ date, total, comparable, onChargeDate, usualWeekday, weekBefore }: HeadlineDay) => ({
  date,
  total: exact(total),
  comparable: exact(comparable),
  onChargeDate: exact(onChargeDate),
  usualWeekday:
    usualWeekday === undefined
      ? null
      : {
          mean: exact(usualWeekday.mean),
          days: usualWeekday.days,
          change: changeOf(comparable, usualWeekday.mean),
        },
  weekBefore:
    weekBefore === undefined ? null : { date: weekBefore.date, comparable: exact(weekBefore.comparable) },
});

const unmappedOf = ({ unmapped }: DigestFacts) =>
  unmapped === undefined
    ? null
    : {
        amount: exact(unmapped.amount),
        share: unmapped.share ?? null,
        shareBefore: unmapped.before?.share ?? null,
        accounts: unmapped.accounts,
      };

function anomaliesOf({ spikes }: DigestFacts) {
  if (spikes === undefined) return null;
  const oldest = [...spikes.rows].sort((a, b) => b.days - a.days)[0];
  return {
    open: spikes.rows.length + spikes.rest.count,
    excess: exact(spikes.excess),
    oldestSince: oldest?.since ?? null,
    oldestDays: oldest?.days ?? null,
  };
}

const bridgeOf = ({ kinds }: DigestFacts) =>
  kinds === undefined
    ? null
    : {
        usage: exact(kinds.usage),
        fees: exact(kinds.fees),
        tax: exact(kinds.tax),
        credits: exact(kinds.credits),
        refunds: exact(kinds.refunds),
        total: exact(kinds.total),
      };

function freshness({ complete }: Served, { arriving }: Pick<DigestFacts, 'arriving'>) {
  const { completeTo, sources, quiet } = freshnessOf(complete);
  return {
    completeTo: completeTo ?? null,
    newestDay: complete.newestDay ?? null,
    arriving: arriving.map(({ date, soFar, linesUpTo }) => ({
      date,
      soFar: exact(soFar),
      linesUpTo: linesUpTo ?? null,
    })),
    sources: sources.map((source) => ({ ...source, watermark: source.watermark ?? null })),
    quiet: quiet.map(({ account, since }) => ({
      account: { id: account.id, name: account.name ?? null },
      since,
    })),
  };
}

/** Before the first complete day there is no figure that is judged, and the reason. */
function nothingYet(served: Served, now: number, unknownLines: number) {
  const trouble = troublesOf(served.complete, undefined, now);
  const { newestDay } = served.complete;
  return {
    sentence: trouble.slice(0, 2),
    month: null,
    day: null,
    unmapped: null,
    anomalies: null,
    bridge: null,
    incomplete: { unknownLines, withoutRate: [] },
    freshness: freshness(served, { arriving: [] }),
    trouble,
    emptyBecause:
      newestDay === undefined
        ? 'The lake holds no cost lines yet.'
        : `No day is complete yet; the newest line is of ${newestDay}.`,
  };
}
