import type { Trend } from '../../../../src/api/schemas/blocks.ts';
import {
  type Axis,
  axisOf,
  type ChartDay,
  type DayMarks,
  marksOf,
} from '../../../../src/core/chart/daily-chart.ts';
import { longMonth, monthOf, shortDay, yearOf } from '../../format/days.ts';
import { drawn, plain } from '../../format/figures.ts';

export type TrendDay = Trend['days'][number];

/** What the chart draws: the months before, the month asked for, one money axis for both. */
export interface DailyModel {
  readonly past: readonly TrendDay[];
  readonly month: readonly TrendDay[];
  readonly monthName: string;
  /** Marks of the days of `month`. */
  readonly marks: readonly DayMarks[];
  readonly axis: Axis;
  readonly summary: string;
}

/** Above the highest mark, for the words beside it. */
const ROOM = 1.08;

export function dailyModel({ days, about }: Trend): DailyModel {
  const last = days.at(-1)?.date ?? '';
  const isCurrent = ({ date }: TrendDay): boolean => date.slice(0, 7) === last.slice(0, 7);
  const month = days.filter(isCurrent);
  const monthName = last === '' ? '' : `${longMonth(last)} ${yearOf(last)}`;
  return {
    past: days.filter((day) => !isCurrent(day)),
    month,
    monthName,
    marks: marksOf({ days: month.map(chartDay) }),
    axis: axisOf({ days: days.map(chartDay) }, ROOM),
    summary: summaryOf(month, monthName, about.currency),
  };
}

/** A day as mail and PDF draw it, too. */
function chartDay({
  date,
  state,
  total,
  onChargeDate,
  runRate,
  budget,
  spikes,
  openSpikes,
}: TrendDay): ChartDay {
  const charges = drawn(onChargeDate);
  return {
    date: date as ChartDay['date'],
    state: state === 'provisional' ? 'arriving' : state,
    usage: drawn(total) - charges,
    onChargeDate: charges,
    runRate: runRate === null ? undefined : drawn(runRate),
    plan: budget === null ? undefined : drawn(budget),
    ring: openSpikes > 0 ? 'open' : spikes > 0 ? 'closed' : undefined,
  };
}

function summaryOf(month: readonly TrendDay[], name: string, currency: string): string {
  const known = month.filter(({ total }) => total !== null);
  const latest = known.at(-1);
  if (latest === undefined) return `Daily cost in ${currency} over 13 months; ${name} has no day yet.`;
  const spikes = month.reduce((sum, day) => sum + day.openSpikes, 0);
  return (
    `Daily cost in ${currency} over 13 months to ${shortDay(latest.date)}. ${name}: ${known.length} days, the last ` +
    `${plain(latest.total)}; ${spikes} open anomalies. Press t for the table.`
  );
}

export interface MonthRow {
  readonly month: string;
  readonly first: string;
  readonly days: readonly TrendDay[];
}

/** The days by month, newest first. */
export function byMonth({ days }: Trend): MonthRow[] {
  const months = new Map<string, TrendDay[]>();
  for (const day of days)
    months.set(day.date.slice(0, 7), [...(months.get(day.date.slice(0, 7)) ?? []), day]);
  return [...months.values()]
    .map((of) => ({
      month: `${longMonth(of[0]?.date ?? '').slice(0, 3)} ${yearOf(of[0]?.date ?? '')}`,
      first: of[0]?.date ?? '',
      days: of,
    }))
    .sort((a, b) => yearOf(b.first) - yearOf(a.first) || monthOf(b.first) - monthOf(a.first));
}
