import { addDays, type BillingDate, type Period } from '../../core/calendar/billing-date.ts';
import { monthToDate } from '../../core/calendar/billing-period.ts';
import { UserError } from '../../core/errors/user-error.ts';
import { exactText, type Money, minus } from '../../core/money/money.ts';
import { dayOfYear, plural, range } from '../../delivery/format/days.ts';
import type { LedgerEntry } from '../../lake/ledger.ts';
import { costTotal } from '../../sql/overview/cost-days.ts';
import { amount } from '../digest/asked.ts';
import type { ExplainRequest, Figure } from '../explain-types.ts';
import { factsOf } from '../serve/facts.ts';
import { isWhole } from '../serve/proof.ts';
import type { Question } from '../serve/question.ts';
import type { Served } from '../serve/served.ts';

/** A figure as the pages and mails show it, before anything is said about what stands behind it. */
export interface FoundFigure {
  readonly title: string;
  readonly value: Money | undefined;
  /** Why there is no value. */
  readonly why: string | undefined;
  readonly formula: string;
  /** The days whose money is behind it. */
  readonly period: Period;
  /** What the value is made of, where it is more than the money of the period. */
  readonly parts: readonly { readonly what: string; readonly amount: string }[] | undefined;
}

/** What a figure is asked of: the served lake, and its ledger. */
export interface FigureOf {
  readonly served: Served;
  readonly question: Question;
  readonly request: ExplainRequest;
  readonly entries: readonly LedgerEntry[];
}

/** By the questions that answer for the same figure everywhere else. @throws UserError `DAY_NOT_COMPLETE`, `DIGEST_UNKNOWN` */
export const figureOf: Readonly<Record<Figure, (of: FigureOf) => Promise<FoundFigure>>> = {
  async mtd(of) {
    const day = judgedDay(of.question);
    const { month } = await factsOf(of.served, of.question, day).month();
    return {
      title: `Month to date, ${range(month.period)} ${day.slice(0, 4)}`,
      value: month.toDate,
      why: undefined,
      formula: `${metricOf(of.question)} of every line dated from the first of the month to ${day}, added up`,
      period: monthToDate(day),
      parts: undefined,
    };
  },
  day: (of) => {
    const day = of.request.to === undefined ? judgedDay(of.question) : lastOf(of.question.period);
    return costOf(of, { from: day, until: addDays(day, 1) }, `Cost of ${dayOfYear(day)}`);
  },
  period: (of) =>
    costOf(
      of,
      of.question.period,
      `Cost of ${range(of.question.period)} ${lastOf(of.question.period).slice(0, 4)}`,
    ),
  async forecast(of) {
    const day = judgedDay(of.question);
    const { month, runRate } = await factsOf(of.served, of.question, day).month();
    const ahead = plural(month.daysLeft, 'day');
    return {
      title: `Run-rate to the end of the month, as of ${dayOfYear(day)}`,
      value: month.forecast,
      why: month.forecastReason,
      formula: `month to date + month-spanning charges dated later + those of last month not booked yet + the weekday means of the last 28 days for ${ahead} left`,
      period: monthToDate(day),
      parts: [
        { what: 'month to date', amount: exactText(runRate.monthToDate) },
        { what: 'month-spanning charges dated after the day', amount: exactText(runRate.bookedLater) },
        {
          what: 'month-spanning charges of last month not booked yet',
          amount: exactText(runRate.notYetBooked),
        },
        { what: `usage of ${ahead} left, by weekday means`, amount: exactText(runRate.usageAhead) },
      ],
    };
  },
  async budget(of) {
    const day = judgedDay(of.question);
    const { month, lights } = await factsOf(of.served, of.question, day).month();
    const ous = lights.flatMap(({ ou, budget }) =>
      budget === undefined ? [] : [{ what: `budget of ${ou}`, amount: exactText(budget) }],
    );
    const isTotal = month.budgetFrom === 'total';
    return {
      title: `Budget of the month of ${dayOfYear(day)}`,
      value: month.budget,
      why:
        month.budget === undefined
          ? 'Nobody gave this part a budget: spendlight budgets import <file>'
          : undefined,
      formula: isTotal
        ? 'the budget of the scope "total": a quarter\'s or year\'s amount is split over its months by their days'
        : "the budgets of the OUs, added up: a quarter's or year's amount is split over its months by their days",
      period: monthToDate(day),
      parts:
        isTotal && month.budget !== undefined
          ? [{ what: 'budget of the total', amount: exactText(month.budget) }]
          : ous,
    };
  },
  digest: mailedDay,
};

/** The headline of a run's digest: the total of the CSV that it carried, which no later delivery changes. */
async function mailedDay(of: FigureOf): Promise<FoundFigure> {
  const { served, question, request, entries } = of;
  if (!isWhole(question)) throw digestIsWhole();
  const sent = entries.filter(
    (entry) =>
      entry.kind === 'digest' && (request.runDate === undefined || entry.runDate === request.runDate),
  );
  const digest = sent.at(-1);
  if (digest?.kind !== 'digest' || digest.headline === undefined)
    throw digestUnknown(request.runDate, digest !== undefined);
  const day = digest.headline;
  const archived = entries
    .flatMap((entry) =>
      entry.kind === 'archive.planned' && entry.again?.what !== 'parquet' ? entry.days : [],
    )
    .filter(({ date }) => date === day)
    .at(-1);
  const now = await costOf(of, { from: day, until: addDays(day, 1) }, '');
  const mailed = amount(archived?.total, served.currency);
  return {
    title: `Headline of the digest of ${digest.runDate}: ${dayOfYear(day)}`,
    value: mailed,
    why: undefined,
    formula: `${question.scope.costMetric} of every row of the archived CSV of the day, as it was mailed at lake version ${digest.lakeVersion}`,
    period: { from: day, until: addDays(day, 1) },
    parts:
      now.value === undefined || now.value.units === mailed.units
        ? [{ what: 'as mailed, and as it is now', amount: exactText(mailed) }]
        : [
            { what: 'as it is now', amount: exactText(now.value) },
            { what: 'changed since: spendlight restatements', amount: exactText(minus(mailed, now.value)) },
          ],
  };
}

async function costOf({ served, question }: FigureOf, period: Period, title: string): Promise<FoundFigure> {
  const [row] = await served.ask(question.scope, (session) => session.rows(costTotal(period)));
  return {
    title,
    value: amount(row?.[0], served.currency),
    why: undefined,
    formula: `${metricOf(question)} of every line dated in these days, added up`,
    period,
    parts: undefined,
  };
}

const metricOf = ({ scope }: Question): string => `${scope.metric} in ${scope.reportingCurrency}`;
const lastOf = ({ until }: Period): BillingDate => addDays(until, -1);

function judgedDay({ judged }: Question): BillingDate {
  if (judged !== undefined) return judged;
  throw new UserError('DAY_NOT_COMPLETE', {
    what: 'No day of this lake is complete yet',
    remedy: 'Ask for a day by its date, or see what is missing: spendlight status',
  });
}

const digestIsWhole = (): UserError =>
  new UserError('USAGE', {
    what: 'A digest tells about all costs in the metric of the lake',
    remedy: 'Leave the filters out, or explain the day of the digest: spendlight explain day <date> --ou …',
  });

const digestUnknown = (runDate: string | undefined, isEmpty: boolean): UserError =>
  new UserError('NOT_FOUND', {
    what: isEmpty
      ? 'That digest had no complete day to tell about'
      : `No digest ${runDate === undefined ? 'was sent yet' : `of run date ${runDate} was sent`}`,
    remedy: 'The run date is the day of the mail, not the day that it tells about: spendlight status',
  });
