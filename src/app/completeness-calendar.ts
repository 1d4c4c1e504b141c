import type { BillingDate } from '../core/calendar/billing-date.ts';

/**
 * What a day of an account is (requirement N7). `present`: its lines are there. `provisional`: they are still arriving, in
 * time. `late`: they should be there and are waited for. `missing`: nobody waits any more. `skipped`: none were due.
 */
export type CellState = 'present' | 'provisional' | 'late' | 'missing' | 'skipped';

/** How final a day's figures are (requirement N3). */
export type DayState = 'missing' | 'provisional' | 'settled' | 'final';

/** The letters of `CalendarRow.cells` and `CalendarRow.settling`. */
export const CELL_LETTERS = {
  present: '+',
  provisional: 'p',
  late: 'l',
  missing: 'm',
  skipped: '.',
} as const satisfies Record<CellState, string>;
export const DAY_LETTERS = {
  missing: 'm',
  provisional: 'p',
  settled: 's',
  final: 'f',
} as const satisfies Record<DayState, string>;

/** Why a cell is not simply present. */
export type CellReason =
  | 'not-due-yet'
  | 'arriving'
  | 'source-late'
  | 'source-ended'
  | 'account-late'
  | 'account-quiet'
  | 'nothing-came'
  | 'below-half'
  | 'new'
  | 'closed'
  | 'irregular'
  | 'counted-elsewhere';

/** Account × day. Days are billing days, UTC; `from` and `to` are inclusive. */
export interface CompletenessCalendar {
  readonly lakeVersion: number;
  /** ISO 8601 UTC: the moment that it is told for. */
  readonly moment: string;
  readonly from: BillingDate;
  readonly to: BillingDate;
  readonly days: readonly CalendarDay[];
  /** By source, then account. */
  readonly rows: readonly CalendarRow[];
  readonly counts: Readonly<Record<CellState, number>>;
}

/** A day of the whole lake: the least settled of its sources. */
export interface CalendarDay {
  readonly date: BillingDate;
  readonly state: DayState;
  /** Final since this day; undefined before. */
  readonly since: BillingDate | undefined;
  /** For people: "invoiced, and five days after the month's end", "unchanged for 15 days" … */
  readonly why: string;
}

/** An account in a source. */
export interface CalendarRow {
  readonly source: string;
  /** The empty text where the bill names none. */
  readonly account: string;
  readonly name: string | undefined;
  readonly ou: string | undefined;
  /** One of CELL_LETTERS a day, in the order of `days`. */
  readonly cells: string;
  /** One of DAY_LETTERS a day, in the order of `days`. */
  readonly settling: string;
  /** Stretches of days that are not simply present, oldest first. */
  readonly stretches: readonly CalendarStretch[];
}

/** Days in a row for which one thing is true. `to` is inclusive. */
export interface CalendarStretch {
  readonly from: BillingDate;
  readonly to: BillingDate;
  readonly state: CellState;
  readonly reason: CellReason;
  /** For people: "3 lines, usually 41". */
  readonly why: string;
  /** The one command that mends it; undefined where nothing is to be done. */
  readonly mend: string | undefined;
}
