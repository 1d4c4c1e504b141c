import { type BillingDate, dayOf, weekday } from '../core/calendar/billing-date.ts';
import { lengthOf, periodOf } from '../core/calendar/billing-period.ts';
import { WEEKS } from './archetypes.ts';
import { chance, STREAM, triangular } from './chance.ts';
import type { OuSketch } from './organisation.ts';
import type { Series } from './series.ts';

/** Level of each month, January first, in 1/1000. Between two months' middles it moves in a straight line. */
const SEASONS = {
  even: [1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000, 1000],
  retail: [930, 905, 925, 940, 950, 955, 940, 935, 960, 1000, 1080, 1140],
  office: [1010, 1020, 1020, 1000, 985, 975, 930, 920, 990, 1020, 1020, 960],
} as const satisfies Record<OuSketch['season'], readonly number[]>;

/** Days on which offices stand still (month-day), and what is left of work then, in 1/1000. */
const HOLIDAYS = new Set(['12-24', '12-25', '12-26', '12-31', '01-01', '05-01']);
const ON_HOLIDAY = 620;

/** What the calendar says of one day. */
export interface CalendarFacts {
  readonly date: BillingDate;
  readonly day: number;
  /** 0 Monday … 6 Sunday. */
  readonly weekday: number;
  readonly dayOfMonth: number;
  readonly daysInMonth: number;
  readonly holiday: boolean;
  readonly seasons: Readonly<Record<OuSketch['season'], number>>;
}

/** The facts of `day` (days since 1970-01-01). */
export function calendarFacts(day: number): CalendarFacts {
  const date = dayOf(day * 86_400_000);
  return {
    date,
    day,
    weekday: weekday(date) - 1,
    dayOfMonth: Number(date.slice(8)),
    daysInMonth: lengthOf(periodOf(date)),
    holiday: HOLIDAYS.has(date.slice(5)),
    seasons: {
      even: seasonOf('even', date),
      retail: seasonOf('retail', date),
      office: seasonOf('office', date),
    },
  };
}

/** Straight lines between the middles of the months (their 15th day). */
function seasonOf(season: OuSketch['season'], date: BillingDate): number {
  const month = Number(date.slice(5, 7)) - 1;
  const past = Number(date.slice(8)) - 15;
  const here = SEASONS[season][month] ?? 1000;
  const next = SEASONS[season][(month + (past < 0 ? 11 : 1)) % 12] ?? 1000;
  return here + Math.trunc(((next - here) * Math.abs(past)) / 30);
}

/**
 * The level of a series on a day, where 1 is a usual weekday at the end of the window: weekday × season × growth ×
 * the account's noise × its own. Only + − × ÷ of numbers below 2⁵³: the same bits on every machine.
 */
export function levelOf(
  seed: number,
  id: number,
  series: Series,
  season: OuSketch['season'],
  at: CalendarFacts,
  end: CalendarFacts,
): number {
  const week = WEEKS[series.week][at.weekday] ?? 0;
  if (week === 0) return 0;
  const grown = Math.max(250, 1000 - (series.growth * (end.day - at.day)) / 365);
  const shared = 1000 + (triangular(chance(seed, STREAM.accountNoise, series.account, at.day)) * 14) / 0xffff;
  const own = 1000 + (triangular(chance(seed, STREAM.noise, id, at.day)) * series.noise) / 0xffff;
  const rest = at.holiday && week !== 1000 ? ON_HOLIDAY : 1000;
  return (
    ((week * rest) / 1e6) *
    (at.seasons[season] / end.seasons[season]) *
    (grown / 1000) *
    ((shared * own) / 1e6)
  );
}
