import { addDays, billingDate, days, daysBetween } from '../../core/calendar/billing-date.ts';
import { UserError } from '../../core/errors/user-error.ts';
import { recentRuns } from '../../lake/runs.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { completenessCalendar } from '../completeness-calendar.ts';
import { gaps } from '../gaps.ts';
import { periodLedger } from '../period-ledger.ts';
import {
  type Asking,
  type DayScope,
  historyOfDay,
  type RestatementsOf,
  restatements,
} from '../restatements.ts';
import type { Served } from './served.ts';

/** Days of the calendar unless others are asked for; and the most that are drawn at one time. */
const DAYS_SHOWN = 35;
const DAYS_MAX = 400;

/** The newest runs of all kinds, step by step. */
export async function runs(store: ObjectStore, limit: number) {
  const found = await recentRuns(store, limit);
  return {
    runs: found.map(({ about: _, endedAt, lakeVersion, digest, continuedBy, problems, steps, ...run }) => ({
      ...run,
      endedAt: endedAt ?? null,
      lakeVersion: lakeVersion ?? null,
      digest: digest ?? null,
      continuedBy: [...continuedBy],
      problems: problems.map((problem) => ({ ...problem })),
      steps: steps.map(({ name, state, startedAt, endedAt: stepEnd, ms, problem }) => ({
        name,
        state,
        startedAt: startedAt ?? null,
        endedAt: stepEnd ?? null,
        ms: ms ?? null,
        problem: problem === undefined ? null : { ...problem },
      })),
    })),
    emptyBecause:
      found.length === 0
        ? 'No run has been made yet: "spendlight run" archives the complete days and writes the digest.'
        : null,
  };
}

/** Which billing months are open, closing, invoiced or reopened, newest first. */
export async function periods(served: Served, clock: Clock) {
  const { periods: found, ...about } = await periodLedger(served.lake, served.state, momentOf(served, clock));
  return {
    ...about,
    periods: found.map(({ bills, totals, ...period }) => ({
      ...period,
      totals: [...totals],
      bills: bills.map(({ deliveries, reopenings, invoicedLines, uninvoicedLines, ...bill }) => ({
        ...bill,
        totals: [...bill.totals],
        invoicedLines: invoicedLines ?? null,
        uninvoicedLines: uninvoicedLines ?? null,
        deliveries: deliveries.map((delivery) => ({ ...delivery, totals: [...delivery.totals] })),
        reopenings: reopenings.map(({ before, after, ...reopening }) => ({
          ...reopening,
          before: [...before],
          after: [...after],
        })),
      })),
    })),
    emptyBecause: found.length === 0 ? NOTHING_DELIVERED : null,
  };
}

const NOTHING_DELIVERED =
  'No delivery is in the lake: drop a bill on the overview, or "spendlight ingest <files>".';

export interface DaysRequest {
  readonly from?: string | undefined;
  readonly to?: string | undefined;
}

/** Account by day: what is there, what is late or missing, and what mends it. @throws UserError `PERIOD_INVALID` */
export async function calendar(served: Served, { from, to }: DaysRequest, clock: Clock) {
  const last = to === undefined ? addDays(served.today, -1) : billingDate(to);
  const first = from === undefined ? addDays(last, 1 - DAYS_SHOWN) : billingDate(from);
  const period = days(first, last);
  if (daysBetween(period.from, period.until) > DAYS_MAX) throw tooMany();
  const { lake, state } = served;
  const found = await served.apart((session) =>
    completenessCalendar(session, lake, state, period, momentOf(served, clock)),
  );
  return {
    ...found,
    days: found.days.map(({ since, ...day }) => ({ ...day, since: since ?? null })),
    rows: found.rows.map(({ name, ou, stretches, ...row }) => ({
      ...row,
      name: name ?? null,
      ou: ou ?? null,
      stretches: stretches.map(({ mend, ...stretch }) => ({ ...stretch, mend: mend ?? null })),
    })),
    counts: { ...found.counts },
    emptyBecause: found.rows.length === 0 ? NOTHING_DELIVERED : null,
  };
}

/** What is missing of data, archive and mails, each with the command that mends it. */
export async function missing(
  served: Served,
  { from, to }: DaysRequest,
  tools: { readonly store: ObjectStore; readonly clock: Clock },
) {
  const range = {
    from: from === undefined ? undefined : billingDate(from),
    to: to === undefined ? undefined : billingDate(to),
  };
  if (range.from !== undefined && range.to !== undefined) days(range.from, range.to);
  const found = await served.apart((engine) => gaps({ ...tools, engine }, range));
  return {
    lakeVersion: found.lakeVersion,
    looked: found.looked === undefined ? null : { ...found.looked },
    gaps: found.gaps.map(({ source, ...gap }) => ({ ...gap, source: source ?? null })),
    emptyBecause:
      found.looked === undefined
        ? 'No day is complete yet, so none can be missing.'
        : found.gaps.length === 0
          ? 'Nothing is missing: every due day has its lines, its archive and its mail.'
          : null,
  };
}

export interface RestatedRequest extends DaysRequest {
  readonly since?: string | undefined;
  readonly by?: RestatementsOf['by'];
  readonly limit: number;
}

/** What commits changed of days that the lake held before, newest first. */
export async function restated(served: Served, { from, to, since, by, limit }: RestatedRequest) {
  const asked = {
    from: from === undefined ? undefined : billingDate(from),
    to: to === undefined ? undefined : billingDate(to),
    since:
      since === undefined
        ? undefined
        : /^\d{1,12}$/.test(since)
          ? { version: Number(since) }
          : { moment: since.includes('T') ? since : `${since}T00:00:00.000Z` },
    by,
    limit,
  };
  if (asked.from !== undefined && asked.to !== undefined) days(asked.from, asked.to);
  const { total, commits, rows, groups, ...about } = await aside(served, (of) => restatements(of, asked));
  return {
    ...about,
    total,
    commits: [...commits],
    rows: [...rows],
    groups: [...groups],
    emptyBecause:
      total.rows === 0
        ? 'Nothing that was known has changed. New days are no restatements; they are told as arrivals.'
        : null,
  };
}

export interface DayRequest extends DayScope {
  readonly day: string;
}

/** What a day was after each commit that changed it, and why. */
export async function dayHistory(served: Served, { day, ...scope }: DayRequest) {
  const {
    steps,
    scope: of,
    ...history
  } = await aside(served, (asking) => historyOfDay(asking, billingDate(day), scope));
  return {
    ...history,
    scope: { ou: of.ou ?? null, service: of.service ?? null, account: of.account ?? null },
    steps: steps.map(({ largest, ...step }) => ({ ...step, largest: [...largest] })),
    emptyBecause: steps.length === 0 ? 'The lake never knew of this day.' : null,
  };
}

/** For questions that make relations of their own. */
const aside = <T>(served: Served, work: (of: Asking) => Promise<T>): Promise<T> =>
  served.apart((engine) => work({ engine, lake: served.lake, state: served.state }));

const momentOf = (served: Served, clock: Clock): number => served.asOf ?? clock.now();

const tooMany = (): UserError =>
  new UserError('PERIOD_INVALID', {
    what: `The calendar shows at most ${DAYS_MAX} days`,
    remedy: 'Ask for fewer days.',
  });
