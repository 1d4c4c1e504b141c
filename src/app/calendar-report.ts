import type { BillingDate } from '../core/calendar/billing-date.ts';
import type { CellReason, CellState, DayState } from '../core/completeness/calendar.ts';

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
  /** One of DAY_LETTERS a day, in the order of `days`; a dot where the day is skipped. */
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
