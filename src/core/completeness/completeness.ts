import { addDays, type BillingDate, dayOf, daysBetween } from '../calendar/billing-date.ts';
import { momentOfStamp } from '../calendar/moment.ts';

/** How far a source's data reach, and when they came. */
export interface SourceArrival {
  readonly source: string;
  /** Newest end of a Usage line of at most 24 h that is not Unused, `YYYY-MM-DD HH:MM:SS` UTC; undefined if there is none. */
  readonly watermark: string | undefined;
  /** When the newest delivery was made, ISO 8601 UTC. */
  readonly deliveredAt: string;
  /** `arrival`: nobody said when it was made, so the hour tells nothing about what is in it. */
  readonly ageFrom: 'manifest' | 'delivered-at' | 'arrival';
  /** Newest day with a line. */
  readonly lastDate: BillingDate | undefined;
  /** Its accounts go on in another source: it will bring no more days, and is not late. */
  readonly replaced: boolean;
}

/** An account with fewer than half of its usual lines on a day. `lines` 0: none at all. */
export interface ThinDay {
  readonly source: string;
  readonly account: string;
  readonly date: BillingDate;
  readonly lines: number;
  /** Median of the same weekday's lines in the four weeks before. */
  readonly usual: number;
  /** The account's newest day with usage in this source. */
  readonly lastSeen: BillingDate;
}

/** Which days may be judged (requirement N3), and what stands in the way of the next. */
export interface Completeness {
  /** Every day up to this one is complete; undefined if none is. */
  readonly completeTo: BillingDate | undefined;
  /** Accounts that hold the day after `completeTo` back, by source and account. */
  readonly heldBy: readonly ThinDay[];
  /** Sources more than 48 h behind their usual arrival: named, and left out of the test. */
  readonly late: readonly string[];
  /** Sources that stopped long ago, or whose accounts go on elsewhere: neither waited for nor late. */
  readonly ended: readonly string[];
}

/** Usage is usually this old when it arrives: AWS promises data within a day. */
const USUAL_ARRIVAL_HOURS = 24;
/** Behind its usual arrival by more, a source or account is named and no longer waited for. */
export const LATE_HOURS = 48;
/** Behind by more days, a source has ended: a bill loaded once, an export switched off. */
export const ENDED_DAYS = 45;
/** A day-grained export dates all of a day's usage to its end, however little has come: it needs this long after. */
const SETTLE_HOURS = 12;

const HOUR = 3_600_000;

/**
 * The last day up to which all is there. A day is complete when the watermark of every source that is waited for has
 * passed its end and no known account of it is below half of its usual lines; an account quiet for more than 48 h, and a
 * brand-new one, hold nothing back. Where all sources are late, those nearest to the newest watermark decide.
 * @param now  milliseconds since 1970
 */
export function completeness(
  sources: readonly SourceArrival[],
  thinDays: readonly ThinDay[],
  now: number,
): Completeness {
  const passed = new Map(sources.map((source) => [source.source, passedDay(source)]));
  const behind = (source: SourceArrival): number => {
    const end = endOf(source);
    return end === undefined ? Number.POSITIVE_INFINITY : (now - end) / HOUR - USUAL_ARRIVAL_HOURS;
  };
  const ended = sources.filter((source) => source.replaced || behind(source) > ENDED_DAYS * 24);
  const late = sources.filter((source) => !ended.includes(source) && behind(source) > LATE_HOURS);
  const timely = sources.filter((source) => !ended.includes(source) && !late.includes(source));
  const newest = Math.max(...sources.map((source) => endOf(source) ?? Number.NEGATIVE_INFINITY));
  const waitedFor =
    timely.length > 0
      ? timely
      : sources.filter((source) => (endOf(source) ?? 0) >= newest - LATE_HOURS * HOUR);

  const yesterday = addDays(dayOf(now), -1);
  const reached = waitedFor.map((source) => passed.get(source.source)).filter((day) => day !== undefined);
  const names = { late: named(late), ended: named(ended) };
  if (reached.length === 0) return { completeTo: undefined, heldBy: [], ...names };
  const allPassed = [...reached, yesterday].sort()[0] ?? yesterday;

  const holding = thinDays
    .filter((day) =>
      waitedFor.some((source) => source.source === day.source && isWaitedFor(day, source, now)),
    )
    .filter((day) => day.date <= allPassed);
  const firstHeld = holding.map((day) => day.date).sort()[0] ?? addDays(allPassed, 1);
  const heldBy = holding
    .filter((day) => day.date === firstHeld)
    .sort((a, b) => compareText(a.source, b.source) || compareText(a.account, b.account));
  return { completeTo: addDays(firstHeld, -1), heldBy, ...names };
}

/** The last day whose end the source's watermark has passed; without usage, the newest day that has a line. */
export function passedDay(source: SourceArrival): BillingDate | undefined {
  const end = watermarkOf(source);
  if (end === undefined) return source.lastDate;
  const day = addDays(dayOf(end), -1);
  const exactlyMidnight = end % (24 * HOUR) === 0;
  const made = Date.parse(source.deliveredAt);
  const tooSoon = source.ageFrom !== 'arrival' && made - end < SETTLE_HOURS * HOUR;
  return exactlyMidnight && tooSoon ? addDays(day, -1) : day;
}

/** Days whose accounts are worth looking at: older ones are complete whatever accounts do. */
export function candidateDays(source: SourceArrival): readonly BillingDate[] {
  const last = passedDay(source);
  if (last === undefined || source.watermark === undefined) return [];
  return [2, 1, 0].map((back) => addDays(last, -back));
}

/**
 * Waits for a thin account until its source's usage reaches 48 h beyond the day, or usage of that time would usually have
 * arrived; and not at all once the account has been quiet for that long.
 */
export function isWaitedFor(day: ThinDay, source: SourceArrival, now: number): boolean {
  const reached = Math.max(watermarkOf(source) ?? 0, now - USUAL_ARRIVAL_HOURS * HOUR);
  const waited = (reached - endOfDay(day.date)) / HOUR;
  const quiet = (reached - endOfDay(addDays(day.lastSeen, 1))) / HOUR;
  return waited < LATE_HOURS && quiet < LATE_HOURS;
}

const endOf = (source: SourceArrival): number | undefined =>
  watermarkOf(source) ?? (source.lastDate === undefined ? undefined : endOfDay(source.lastDate));
const watermarkOf = ({ watermark }: SourceArrival): number | undefined =>
  watermark === undefined ? undefined : momentOfStamp(watermark);
const endOfDay = (date: BillingDate): number =>
  daysBetween('1970-01-01' as BillingDate, addDays(date, 1)) * 24 * HOUR;
const named = (sources: readonly SourceArrival[]): string[] =>
  sources.map(({ source }) => source).sort(compareText);
const compareText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
