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

/** An axis that starts at zero unless bars hang below it. `min` and `max` are where bars end. */
export interface Axis {
  readonly min: number;
  readonly max: number;
  /** Where the lines and their labels are, upwards. */
  readonly lines: readonly number[];
}

/** The axis that holds all bars and the plan, with two to four lines above zero. */
export function axisOf(days: readonly ChartDay[]): Axis {
  const highest = Math.max(0, ...days.flatMap((day) => [height(day), day.usage, day.plan ?? 0]));
  const lowest = Math.min(0, ...days.flatMap(({ usage, onChargeDate }) => [usage, onChargeDate]));
  const step = niceStep(Math.max(highest, -lowest) / 4.5, [1, 2, 2.5, 5, 10]);
  // The longest bar ends the picture: a whole empty step beyond it would only press the others together.
  const [min, max] = [lowest * 1.01, Math.max(highest * 1.01, step)];
  const first = Math.ceil(min / step);
  const lines = Array.from({ length: Math.floor(max / step) - first + 1 }, (_, i) => (first + i) * step);
  return { min, max, lines };
}

/** Top of a day's bar. */
function height({ state, usage, onChargeDate, runRate = 0 }: ChartDay): number {
  const known = usage + Math.max(0, onChargeDate);
  return state === 'complete' ? known : state === 'arriving' ? known + runRate : runRate;
}

/** The smallest of `mantissas` × 10ⁿ that is not below `value`; 1 where that is not above zero. */
export function niceStep(value: number, mantissas: readonly number[]): number {
  if (!(value > 0)) return 1;
  const power = 10 ** Math.floor(Math.log10(value));
  const nice = mantissas.find((mantissa) => mantissa * power >= value * (1 - 1e-9)) ?? 10;
  return nice * power;
}

/** `16,000`, `2.5 M`: what fits beside the axis. `top` is the axis' largest value: all labels share its unit. */
export function axisLabel(value: number, top: number): string {
  const unit = UNITS.find(({ from }) => top >= from) ?? { from: 0, size: 1, sign: '' };
  const scaledTop = top / unit.size;
  const decimals = scaledTop >= 20 ? 0 : scaledTop >= 2 ? 1 : scaledTop >= 0.2 ? 2 : 4;
  const [whole = '0', fraction = ''] = (Math.abs(value) / unit.size).toFixed(decimals).split('.');
  const trimmed = fraction.replace(/0+$/, '');
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ',');
  return `${value < 0 ? '−' : ''}${grouped}${trimmed === '' ? '' : `.${trimmed}`}${unit.sign}`;
}

const UNITS = [
  { from: 1e9, size: 1e9, sign: ' bn' },
  { from: 1e6, size: 1e6, sign: ' M' },
];
