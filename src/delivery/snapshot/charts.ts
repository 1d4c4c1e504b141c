import { chartSvg } from '../chart/chart-svg.ts';
import { monthOption } from '../chart/month-option.ts';
import { runningOption } from '../chart/running-option.ts';
import { INK, MUTED } from '../digest/html/style.ts';
import { dayLabels } from './running.ts';
import type { SnapshotView } from './snapshot-view.ts';
import { LINE } from './text.ts';

/** Charts as SVG; they are drawn before the page is laid out. */
export interface Charts {
  readonly running: string | undefined;
  readonly month: string | undefined;
}

const ACCENT = '#2456d6';
/** Colours of the month's days on white paper; `ahead` is the cost's at 28 %, as the chart draws run-rate. */
export const MONTH_COLOURS = {
  cost: ACCENT,
  other: '#8b94a1',
  axis: MUTED,
  spike: '#b3261e',
  ahead: '#c2d0f4',
};
const RUNNING_COLOURS = { cost: ACCENT, ink: INK, muted: MUTED, line: LINE };
/** In px of which 1.84 are a point of the page: texts of 12 px are 6.5 pt there. */
const SIZES = { running: { width: 612, height: 218 }, month: { width: 300, height: 200 } };

/** The page's charts, from the descriptions that mail and screen draw from, too. */
export async function drawnCharts({ running, month }: SnapshotView): Promise<Charts> {
  if (running === undefined && month === undefined) return { running: undefined, month: undefined };
  const labels = dayLabels(month?.chart.days.map(({ date }) => date) ?? []);
  const days = new Map(labels.map(({ day, text }) => [day, text]));
  return {
    running:
      running === undefined
        ? undefined
        : await chartSvg(runningOption(running.chart, RUNNING_COLOURS), SIZES.running),
    month:
      month === undefined
        ? undefined
        : await chartSvg(
            monthOption(month.chart, MONTH_COLOURS, {
              height: 24,
              labels: (_, index) => days.get(index + 1),
            }),
            SIZES.month,
          ),
  };
}
