import { addDays, type BillingDate, daysBetween } from '../calendar/billing-date.ts';
import { ENDED_DAYS, isWaitedFor, type SourceArrival, type ThinDay } from './completeness.ts';

/**
 * What a day of an account is (requirement N7). `present`: its lines are there. `provisional`: they are still arriving, in
 * time. `late`: they should be there and are waited for. `missing`: nobody waits any more. `skipped`: none were due.
 */
export type CellState = 'present' | 'provisional' | 'late' | 'missing' | 'skipped';

/** Why a cell is not simply present. */
export type CellReason =
  | 'arriving'
  | 'source-late'
  | 'source-ended'
  | 'nothing-came'
  | 'account-quiet'
  | 'below-half'
  | 'new'
  | 'closed'
  | 'irregular'
  | 'counted-elsewhere';

export interface Cell {
  readonly state: CellState;
  /** Undefined where the day is simply present. */
  readonly reason: CellReason | undefined;
}

/** An account in a source, and what is known of it besides its lines. */
export interface AccountOfSource {
  readonly source: SourceArrival;
  /** The last day whose end the source's usage has passed (`passedDay`). */
  readonly passed: BillingDate | undefined;
  /** More than 48 h behind its usual arrival. */
  readonly isLate: boolean;
  /** It stopped long ago, or its accounts go on elsewhere. */
  readonly hasEnded: boolean;
  /** First and newest day with a line, over the whole lake. */
  readonly first: BillingDate;
  readonly last: BillingDate;
  /** Whether the account map says that the account is not there (any more) on a day. */
  readonly isClosed: (day: BillingDate) => boolean;
  /** Whether another source counts on a day's month. */
  readonly isExcluded: (day: BillingDate) => boolean;
}

/** A day of an account: how many lines it has, and what is usual where that is more than twice as many. */
export interface AccountDay {
  readonly date: BillingDate;
  readonly lines: number;
  readonly thin: ThinDay | undefined;
  /** Nothing of this day will change any more. */
  readonly isFinal: boolean;
}

const PRESENT: Cell = { state: 'present', reason: undefined };

/** What `day` is for `account` at `now` (ms since 1970). */
export function cellOf(account: AccountOfSource, day: AccountDay, now: number): Cell {
  const { date, lines, thin } = day;
  if (account.isExcluded(date)) return { state: 'skipped', reason: 'counted-elsewhere' };
  if (lines === 0) {
    if (date < account.first) return { state: 'skipped', reason: 'new' };
    if (account.isClosed(date)) return { state: 'skipped', reason: 'closed' };
  }
  const { passed } = account;
  if (passed === undefined || date > passed) return notPassed(account, day);
  if (thin === undefined) {
    if (lines > 0) return PRESENT;
    const isLongQuiet = daysBetween(account.last, date) > ENDED_DAYS;
    return { state: 'skipped', reason: isLongQuiet ? 'account-quiet' : 'irregular' };
  }
  if (isWaitedFor({ ...thin, lastSeen: account.last }, account.source, now))
    return { state: 'late', reason: lines === 0 ? 'nothing-came' : 'below-half' };
  if (lines === 0)
    return { state: 'missing', reason: date > account.last ? 'account-quiet' : 'nothing-came' };
  // Once the bill is final there is nothing left to wait for: the account simply did less that day.
  return day.isFinal ? PRESENT : { state: 'missing', reason: 'below-half' };
}

/** A day that the source's usage does not reach, or has only begun. */
function notPassed({ source, isLate, hasEnded }: AccountOfSource, { date, lines }: AccountDay): Cell {
  const isBeyond = source.lastDate === undefined || date > source.lastDate;
  if (hasEnded) return isBeyond || lines === 0 ? { state: 'skipped', reason: 'source-ended' } : PRESENT;
  if (isLate) return { state: 'late', reason: 'source-late' };
  return { state: 'provisional', reason: 'arriving' };
}

/** How final the figures of a day are (requirement N3). */
export type DayState = 'missing' | 'provisional' | 'settled' | 'final';

/** What decides how final a day is. */
export interface DayFacts {
  readonly hasLines: boolean;
  /** Everything that was due has come. */
  readonly isComplete: boolean;
  /** The day since which its bills are invoiced, all of them; undefined while one is not. */
  readonly invoicedSince: BillingDate | undefined;
  /** First day after its billing month. */
  readonly monthEnd: BillingDate;
  /** When a delivery last changed it. */
  readonly changed: BillingDate;
  readonly today: BillingDate;
}

export interface DayJudgement {
  readonly state: DayState;
  /** Final since this day; undefined before. */
  readonly since: BillingDate | undefined;
  readonly by: 'invoice' | 'silence' | undefined;
}

/** Days after the end of a month from which an invoiced one is final. */
const INVOICE_GRACE_DAYS = 5;
/** Days without a change after which a day is final, invoiced or not. */
const UNCHANGED_DAYS = 15;

/** Final: invoiced and five days after the period's end, or unchanged for 15 days, whichever came first. */
export function dayState(day: DayFacts): DayJudgement {
  const open = { since: undefined, by: undefined };
  if (!day.hasLines) return { state: 'missing', ...open };
  if (!day.isComplete) return { state: 'provisional', ...open };
  const byInvoice =
    day.invoicedSince === undefined
      ? undefined
      : later(day.invoicedSince, addDays(day.monthEnd, INVOICE_GRACE_DAYS));
  const bySilence = addDays(day.changed, UNCHANGED_DAYS);
  const ways = [
    ...(byInvoice === undefined ? [] : [{ since: byInvoice, by: 'invoice' as const }]),
    { since: bySilence, by: 'silence' as const },
  ].filter(({ since }) => since <= day.today);
  const [first] = ways.sort((a, b) => (a.since < b.since ? -1 : 1));
  return first === undefined ? { state: 'settled', ...open } : { state: 'final', ...first };
}

const later = (a: BillingDate, b: BillingDate): BillingDate => (a > b ? a : b);
