import type { BillingDate } from '../../core/calendar/billing-date.ts';
import { type Axis, niceStep } from '../../core/chart/daily-chart.ts';

/** A month adding up, as values to draw (floats: nothing is added up from them). All in one currency. */
export interface RunningMonth {
  /** All days of the month, first to last. */
  readonly days: readonly RunningDay[];
  readonly budget: number | undefined;
  /** The figures that stand in the chart, as printed everywhere else. */
  readonly labels: RunningLabels;
}

/** What the month comes to at the end of a day. */
export interface RunningDay {
  readonly date: BillingDate;
  /** Up to the headline day. */
  readonly actual: number | undefined;
  /** From the headline day on, which it shares with `actual`; undefined where run-rate abstains. */
  readonly runRate: number | undefined;
  readonly plan: number | undefined;
}

export interface RunningLabels {
  readonly toDate: string;
  /** `Tue 17 Nov` */
  readonly day: string;
  readonly plan: string | undefined;
  readonly forecast: string | undefined;
  readonly budget: string | undefined;
  /** First day, then each week, then the last: `Sun 1`, `8`, … `30 Nov`, by number of the day. */
  readonly days: readonly { readonly day: number; readonly text: string }[];
}

/** The axis that holds all lines from zero on, with three to six steps. */
export function runningAxis({ days, budget }: RunningMonth): Axis {
  const values = days.flatMap(({ actual, runRate, plan }) => [actual ?? 0, runRate ?? 0, plan ?? 0]);
  const [lowest, highest] = [Math.min(0, ...values), Math.max(0, budget ?? 0, ...values)];
  const step = niceStep((highest - lowest) / 6, [1, 2, 2.5, 5, 10]);
  const [first, last] = [Math.floor(lowest / step), Math.max(1, Math.ceil(highest / step - 0.3))];
  const lines = Array.from({ length: last - first + 1 }, (_, i) => (first + i) * step);
  return { min: first * step, max: Math.max(highest * 1.03, last * step), step, lines };
}

/** The day that `actual` ends on, counted from 1; 0 where there is none. */
export const headlineOf = ({ days }: RunningMonth): number =>
  days.reduce((last, { actual }, i) => (actual === undefined ? last : i + 1), 0);
