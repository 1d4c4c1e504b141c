import type { Trend } from '../../../../src/api/schemas/blocks.ts';
import { longMonth, monthOf, shortDay, yearOf } from '../../format/days.ts';
import { drawn, plain } from '../../format/figures.ts';

export type TrendDay = Trend['days'][number];

/** What the chart draws: the months before, the month asked for, one money axis for both. */
export interface DailyModel {
  readonly past: readonly TrendDay[];
  readonly month: readonly TrendDay[];
  readonly monthName: string;
  readonly scale: Scale;
  readonly summary: string;
}

/** The money axis: its ends, and how far apart its ticks are. 0 is always in it. */
interface Scale {
  readonly low: number;
  readonly high: number;
  readonly step: number;
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
    scale: scaleOf(days),
    summary: summaryOf(month, monthName, about.currency),
  };
}

/** Four to eight steps of 1, 2 or 5 times a power of ten; below zero only as far as needed, and a little room at the top. */
function scaleOf(days: readonly TrendDay[]): Scale {
  const values = days.flatMap(({ total, budget, runRate }) => [drawn(total), drawn(budget), drawn(runRate)]);
  const top = Math.max(0, ...values);
  const bottom = Math.min(0, ...values);
  const raw = (top - bottom || 1) / 6;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * ([1, 2, 5].find((of) => raw <= of * power * 1.2) ?? 10);
  return { low: Math.floor(bottom / step) * step, high: Math.max(step, top * 1.08), step };
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
