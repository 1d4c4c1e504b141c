import type { CustomSeriesOption, EChartsOption } from 'echarts';
import { axisLabel } from '../../core/chart/daily-chart.ts';
import { headlineOf, type RunningDay, type RunningMonth, runningAxis } from './running-month.ts';

type Api = Parameters<NonNullable<CustomSeriesOption['renderItem']>>[1];
type Shape = ReturnType<NonNullable<CustomSeriesOption['renderItem']>>;

export interface RunningColours {
  readonly cost: string;
  readonly ink: string;
  readonly muted: string;
  readonly line: string;
}

const GUTTER = { left: 58, right: 66 };
const LINE_HEIGHT = 14;
/** Where a text of 70 px still fits right of a point. */
const RIGHT_OF_POINT = 0.78;

/**
 * The month adding up as an ECharts option: actual as a line to the headline day, run-rate dashed from there, plan dotted,
 * budget as a level. Lines are labelled where they are, so there is no legend.
 */
export function runningOption(chart: RunningMonth, colours: RunningColours): EChartsOption {
  const axis = runningAxis(chart);
  const one = (name: string, draw: (at: Place) => Shape): CustomSeriesOption => ({
    type: 'custom',
    name,
    silent: true,
    clip: false,
    data: [0],
    renderItem: (_, api) => draw(placeOf(api)),
  });
  const length = chart.days.length;
  return {
    animation: false,
    textStyle: { fontFamily: 'Inter' },
    grid: { ...GUTTER, top: 8, bottom: 24, outerBoundsMode: 'none' },
    xAxis: { type: 'value', min: 0, max: length, show: false },
    yAxis: {
      type: 'value',
      min: axis.min,
      max: axis.max,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        color: colours.muted,
        fontSize: 12,
        margin: 8,
        customValues: [...axis.lines],
        formatter: (value: number) => axisLabel(value, axis.max),
      },
    },
    series: [
      one('lines', (at) =>
        group(axis.lines.map((value) => level(at, value, length, gridStyle(value, colours)))),
      ),
      one('days', (at) => group(dayLabels(chart, at, axis.min, colours))),
      one('budget', (at) => group(budget(chart, at, colours))),
      one('plan', (at) =>
        path(chart, at, 'plan', { stroke: colours.muted, lineWidth: 1.25, lineDash: [2, 3] }),
      ),
      one('run-rate', (at) =>
        path(chart, at, 'runRate', { stroke: colours.cost, lineWidth: 2.5, lineDash: [6, 4] }),
      ),
      one('actual', (at) => path(chart, at, 'actual', { stroke: colours.cost, lineWidth: 3.25 })),
      one('words', (at) =>
        group([...nowLabels(chart, at, axis.min, colours), ...endLabels(chart, at, colours)]),
      ),
    ],
  };
}

/** px of a day's end and a value. */
type Place = (day: number, value: number) => { readonly x: number; readonly y: number };

const placeOf =
  (api: Api): Place =>
  (day, value) => {
    const [x = 0, y = 0] = api.coord([day, value]);
    return { x, y };
  };

const group = (children: object[]): Shape => ({ type: 'group', children }) as Shape;

const gridStyle = (value: number, { muted, line }: RunningColours) =>
  value === 0 ? { stroke: muted, lineWidth: 1 } : { stroke: line, lineWidth: 1 };

function level(at: Place, value: number, length: number, style: object): object {
  const [from, to] = [at(0, value), at(length, value)];
  return { type: 'line', shape: { x1: from.x, y1: from.y, x2: to.x, y2: to.y }, style };
}

/** A line through the ends of the days that have a value; it begins at zero where the first day has one. */
function path({ days }: RunningMonth, at: Place, of: 'actual' | 'plan' | 'runRate', style: object): Shape {
  const known = days.flatMap((day, i) => pointOf(day, of, i + 1));
  const [first] = known;
  if (first === undefined) return null;
  const start = first.day === 1 && of !== 'runRate' ? [{ day: 0, value: 0 }] : [];
  const points = [...start, ...known].map(({ day, value }) => {
    const { x, y } = at(day, value);
    return [x, y];
  });
  return { type: 'polyline', shape: { points }, style: { fill: 'none', lineJoin: 'round', ...style } };
}

function pointOf(day: RunningDay, of: 'actual' | 'plan' | 'runRate', number: number) {
  const value = day[of];
  return value === undefined ? [] : [{ day: number, value }];
}

function dayLabels({ labels, days }: RunningMonth, at: Place, foot: number, { muted }: RunningColours) {
  return labels.days.map(({ day, text: words }) => {
    const { x, y } = at(day - 0.5, foot);
    const align = day === 1 ? 'left' : day === days.length ? 'right' : 'center';
    const edge = day === 1 ? at(0, foot).x : day === days.length ? at(day, foot).x : x;
    return text(words, edge, y + 8, muted, { align });
  });
}

function budget(
  { budget: amount, labels, days }: RunningMonth,
  at: Place,
  { ink }: RunningColours,
): object[] {
  if (amount === undefined || labels.budget === undefined) return [];
  const { x, y } = at(0, amount);
  return [
    level(at, amount, days.length, { stroke: ink, lineWidth: 1.6 }),
    text(`Budget ${labels.budget}`, x + 6, y + 6, ink),
  ];
}

/** The headline day's point with what it stands at, on the side where no line runs. */
function nowLabels(
  chart: RunningMonth,
  at: Place,
  foot: number,
  { cost, ink, muted, line }: RunningColours,
): object[] {
  const day = headlineOf(chart);
  const actual = chart.days[day - 1]?.actual;
  if (actual === undefined) return [];
  const { toDate, plan, day: name } = chart.labels;
  const { x, y } = at(day, actual);
  const lines = [`to ${name}`, ...(plan === undefined ? [] : [`plan ${plan}`])];
  const height = (lines.length + 1) * LINE_HEIGHT;
  const bottom = at(day, foot).y;
  const right = day / chart.days.length <= RIGHT_OF_POINT;
  // Lines rise to the right: below a point there is room, unless it lies on the axis.
  const below = y + 10 + height <= bottom;
  const top = below ? y + (right ? 8 : 44) : y - height - 44;
  const align = right ? 'left' : 'right';
  const edge = right ? x + 10 : x - 6;
  return [
    {
      type: 'line',
      shape: { x1: x, y1: at(day, foot).y, x2: x, y2: y },
      style: { stroke: line, lineWidth: 1 },
    },
    { type: 'circle', shape: { cx: x, cy: y, r: 4.6 }, style: { fill: cost } },
    text(toDate, edge, top, ink, { align, isStrong: true }),
    ...lines.map((words, i) => text(words, edge, top + (i + 1) * LINE_HEIGHT, muted, { align })),
  ];
}

/** What the run-rate ends at, right of the month's last day. */
function endLabels({ days, labels }: RunningMonth, at: Place, { ink, muted }: RunningColours): object[] {
  const end = days.at(-1)?.runRate;
  if (end === undefined || labels.forecast === undefined) return [];
  const { x, y } = at(days.length, end);
  return [
    text(labels.forecast, x + 8, y - 4, ink, { isStrong: true }),
    text('run-rate', x + 8, y - 4 + LINE_HEIGHT, muted),
  ];
}

function text(
  words: string,
  x: number,
  y: number,
  fill: string,
  { align = 'left', isStrong = false }: { readonly align?: string; readonly isStrong?: boolean } = {},
): object {
  const font = `${isStrong ? '600 ' : ''}12px Inter`;
  return { type: 'text', style: { text: words, x, y, fill, font, align, verticalAlign: 'top' } };
}
