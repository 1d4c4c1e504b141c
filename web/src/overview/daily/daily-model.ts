import type { Trend } from '../../../../src/api/schemas/blocks.ts';
import { longMonth, monthOf, shortDay, yearOf } from '../../format/days.ts';
import { drawn, plain } from '../../format/figures.ts';

export type TrendDay = Trend['days'][number];

/** What the chart draws: the months before, the month asked for, one money axis for both. */
export interface DailyModel {
  readonly past: readonly TrendDay[];
  readonly month: readonly TrendDay[];
  readonly monthName: string;
  /** Ticks of the axis, 0 among them; the first and the last are its ends. */
  readonly ticks: readonly number[];
  readonly summary: string;
}

export function dailyModel({ days, about }: Trend): DailyModel {
  const last = days.at(-1)?.date ?? '';
  const isCurrent = ({ date }: TrendDay): boolean => date.slice(0, 7) === last.slice(0, 7);
  const month = days.filter(isCurrent);
  const monthName = last === '' ? '' : `${longMonth(last)} ${yearOf(last)}`;
  return {
    past: days.filter((day) => !isCurrent(day)),
    month,
    monthName,
    ticks: ticksOf(days),
    summary: summaryOf(month, monthName, about.currency),
  };
}

/** About five steps of 1, 2 or 5 times a power of ten; below zero only as far as needed. */
function ticksOf(days: readonly TrendDay[]): number[] {
  const values = days.flatMap(({ total, budget, runRate }) => [drawn(total), drawn(budget), drawn(runRate)]);
  const top = Math.max(0, ...values);
  const bottom = Math.min(0, ...values);
  const raw = (top - bottom || 1) / 5;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((of) => raw <= of * power) ?? 10);
  const ticks: number[] = [];
  for (let i = Math.floor(bottom / step); i <= Math.ceil(top / step); i++) ticks.push(i * step);
  return ticks;
}

/** `2k`, `1.5M`; short, for the axis alone. */
export function tickText(value: number): string {
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  if (size >= 1e6) return `${sign}${Number((size / 1e6).toPrecision(3))}M`;
  if (size >= 1e3) return `${sign}${Number((size / 1e3).toPrecision(3))}k`;
  return `${sign}${Number(size.toPrecision(3))}`;
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
