import type { BillingDate } from '../calendar/billing-date.ts';

/** Daily cost, as values to draw (floats: nothing is added up from them). All in one currency. */
export interface DailyChart {
  readonly days: readonly ChartDay[];
}

/** settled and complete days are wholly there; of arriving ones lines are missing, of missing ones all; ahead is the future. */
export type DayState = 'settled' | 'complete' | 'arriving' | 'missing' | 'ahead';

export interface ChartDay {
  readonly date: BillingDate;
  readonly state: DayState;
  readonly usage: number;
  /** Fees, tax, credits, refunds on their date. */
  readonly onChargeDate: number;
  /** Run-rate of a day ahead; of an arriving day what is missing of it. */
  readonly runRate: number | undefined;
  readonly plan: number | undefined;
  /** An anomaly that runs, or one that is over. */
  readonly ring: 'open' | 'closed' | undefined;
}

/** From one amount to another; `to` is where the bar ends. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** What is drawn for a day, in amounts: on page, in mail and PDF the same. How it is drawn is theirs. */
export interface DayMarks {
  readonly date: BillingDate;
  readonly state: DayState;
  /** What a bar from zero says; of a missing day the height that days like it have. */
  readonly bar: Span | undefined;
  /** Charges of their own: on top of the bar, credits below zero, so that neither hides the other. */
  readonly charges: Span | undefined;
  /** What is still expected. */
  readonly expected: Span | undefined;
  readonly plan: number | undefined;
  readonly ring: { readonly at: number; readonly kind: 'open' | 'closed' } | undefined;
}

/** The marks of all days. */
export function marksOf({ days }: DailyChart): DayMarks[] {
  const usual = 0.9 * Math.max(0, ...days.map((day) => (isKnown(day) ? day.usage : 0)));
  return days.map((day) => {
    const { date, state, usage, onChargeDate, runRate, plan, ring } = day;
    const base = state === 'arriving' ? usage + onChargeDate : 0;
    const isWhole = state === 'settled' || state === 'complete';
    const expects = runRate !== undefined && (state === 'arriving' || state === 'ahead');
    return {
      date,
      state,
      bar: barOf(day, usual),
      charges: isWhole && onChargeDate !== 0 ? onTop(usage, onChargeDate) : undefined,
      expected: expects ? { from: base, to: base + runRate } : undefined,
      plan,
      ring: ring === undefined ? undefined : { at: usage + Math.max(0, onChargeDate), kind: ring },
    };
  });
}

function barOf({ state, usage, onChargeDate, runRate }: ChartDay, usual: number): Span | undefined {
  if (state === 'ahead') return undefined;
  if (state === 'missing') return { from: 0, to: runRate ?? usual };
  return { from: 0, to: state === 'arriving' ? usage + onChargeDate : usage };
}

const onTop = (usage: number, charges: number): Span =>
  charges > 0 ? { from: usage, to: usage + charges } : { from: 0, to: charges };

const isKnown = ({ state }: ChartDay): boolean =>
  state === 'settled' || state === 'complete' || state === 'arriving';

/** An axis that starts at zero unless bars hang below it. `min` and `max` are where bars end. */
export interface Axis {
  readonly min: number;
  readonly max: number;
  readonly step: number;
  /** Where the lines and their labels are, upwards. */
  readonly lines: readonly number[];
}

/** The axis that holds all marks, with two to four lines above zero; `room` is how far beyond the highest it goes, 1 is not at all. */
export function axisOf(chart: DailyChart, room = 1.01): Axis {
  const marks = marksOf(chart);
  const ends = marks.flatMap(({ bar, charges, expected, plan }) => [
    bar?.to ?? 0,
    charges?.to ?? 0,
    expected?.to ?? 0,
    plan ?? 0,
  ]);
  const [highest, lowest] = [Math.max(0, ...ends), Math.min(0, ...ends)];
  const step = niceStep(Math.max(highest, -lowest) / 4.5, [1, 2, 2.5, 5, 10]);
  // The longest bar ends the picture: a whole empty step beyond it would only press the others together.
  const [min, max] = [lowest * 1.01, Math.max(highest * room, step)];
  const first = Math.ceil(min / step);
  const lines = Array.from({ length: Math.floor(max / step) - first + 1 }, (_, i) => (first + i) * step);
  return { min, max, step, lines };
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

/** `2k`, `1.5M`: where there is little room. */
export function shortLabel(value: number): string {
  const sign = value < 0 ? '−' : '';
  const size = Math.abs(value);
  if (size >= 1e6) return `${sign}${Number((size / 1e6).toPrecision(3))}M`;
  if (size >= 1e3) return `${sign}${Number((size / 1e3).toPrecision(3))}k`;
  return `${sign}${Number(size.toPrecision(3))}`;
}
