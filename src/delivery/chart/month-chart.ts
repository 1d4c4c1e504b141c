import type { BillingDate } from '../../core/calendar/billing-date.ts';

/** A month of daily cost, as values to draw (floats: nothing is added up from them). All in one currency. */
export interface MonthChart {
  readonly days: readonly ChartDay[];
}

export interface ChartDay {
  readonly date: BillingDate;
  readonly state: 'complete' | 'arriving' | 'ahead';
  readonly usage: number;
  /** Fees, tax, credits, refunds on their date; drawn apart, below zero where negative. */
  readonly onChargeDate: number;
  /** Run-rate of a day ahead; of an arriving day what is missing of it. */
  readonly runRate: number | undefined;
  readonly plan: number | undefined;
  readonly spike: boolean;
}

/** An axis that starts at zero unless bars hang below it; `min` and `max` are multiples of `step`. */
export interface Axis {
  readonly min: number;
  readonly max: number;
  readonly step: number;
}

/** The axis that holds all bars and the plan; its top line may be passed by a bar, which then needs no line of its own. */
export function axisOf(days: readonly ChartDay[]): Axis {
  const highest = Math.max(0, ...days.flatMap((day) => [height(day), day.usage, day.plan ?? 0]));
  const lowest = Math.min(0, ...days.flatMap(({ usage, onChargeDate }) => [usage, onChargeDate]));
  const step = niceStep(Math.max(highest, -lowest), 3.2);
  // The highest bar ends the picture: a whole empty step above it would only press the others down.
  return {
    min: lowest < 0 ? -step * Math.ceil(-lowest / step) : 0,
    max: Math.max(highest * 1.01, step),
    step,
  };
}

/** Top of a day's bar. */
export function height({ state, usage, onChargeDate, runRate = 0 }: ChartDay): number {
  const known = usage + Math.max(0, onChargeDate);
  return state === 'complete' ? known : state === 'arriving' ? known + runRate : runRate;
}

/** The smallest of 1, 1.5, 2, 2.5, 3, 4, 5, 6, 8 × 10ⁿ of which `steps` hold `value`; 1 where nothing is to be held. */
export function niceStep(value: number, steps: number): number {
  if (!(value > 0)) return 1;
  const raw = value / steps;
  const power = 10 ** Math.floor(Math.log10(raw));
  const nice = [1, 1.5, 2, 2.5, 3, 4, 5, 6, 8, 10].find((step) => step * power >= raw * (1 - 1e-9)) ?? 10;
  return nice * power;
}

/** `16,000`, `2.5 M`: what fits beside the axis. `top` is the axis' largest value: all labels share its unit. */
export function axisLabel(value: number, top: number): string {
  const unit = UNITS.find(({ from }) => top >= from) ?? { from: 0, size: 1, sign: '' };
  const scaledTop = top / unit.size;
  const decimals = scaledTop >= 8 ? 0 : scaledTop >= 0.8 ? 1 : scaledTop >= 0.08 ? 2 : 4;
  const [whole = '0', fraction = ''] = (Math.abs(value) / unit.size).toFixed(decimals).split('.');
  const trimmed = fraction.replace(/0+$/, '');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0 ? '−' : ''}${grouped}${trimmed === '' ? '' : `.${trimmed}`}${unit.sign}`;
}

const UNITS = [
  { from: 1e9, size: 1e9, sign: ' bn' },
  { from: 1e6, size: 1e6, sign: ' M' },
];
