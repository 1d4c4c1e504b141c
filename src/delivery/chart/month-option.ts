import type { CustomSeriesOption, EChartsOption } from 'echarts';
import type { BillingDate } from '../../core/calendar/billing-date.ts';
import { axisLabel, axisOf, type DailyChart, type DayMarks, marksOf } from '../../core/chart/daily-chart.ts';

type RenderItem = NonNullable<CustomSeriesOption['renderItem']>;
type Api = Parameters<RenderItem>[1];
type Shape = ReturnType<RenderItem>;

/** Colours of a chart. Those of the mail are mid-toned: at least 3:1 on white and on black. */
export interface ChartColours {
  readonly cost: string;
  readonly other: string;
  readonly axis: string;
  readonly spike: string;
}

/** How a month is drawn where nothing around it says the days: room below the bars, with the days' labels in it. */
interface LabelledDays {
  readonly labels: (date: BillingDate, index: number) => string | undefined;
  readonly height: number;
}

/** Part of a day's width that its bar takes. */
const BAR = 0.65;
/** Distance of the hatch's lines in px. */
const HATCH = 4;

/**
 * The month as an ECharts option: one bar a day from zero, charges of their own on top (below zero where negative), the
 * arriving day outlined and hatched, run-rate pale, plan as a step line, spikes as rings. The right gutter of 50 px holds
 * the axis; days are labelled by the page or mail around it, unless `below` does it.
 */
export function monthOption(chart: DailyChart, colours: ChartColours, below?: LabelledDays): EChartsOption {
  const days = marksOf(chart);
  const axis = axisOf(chart);
  const lines = axis.lines.filter((value) => value !== 0);
  const series = (
    name: string,
    render: (day: DayMarks, index: number, api: Api) => Shape,
  ): CustomSeriesOption => ({
    type: 'custom',
    name,
    silent: true,
    clip: false,
    data: days.map((_, index) => index),
    renderItem: (params, api) => {
      const day = days[params.dataIndex];
      return day === undefined ? null : render(day, params.dataIndex, api);
    },
  });
  return {
    animation: false,
    textStyle: { fontFamily: 'Inter' },
    grid: { left: 0, right: 50, top: 10, bottom: below?.height ?? 1, outerBoundsMode: 'none' },
    xAxis: { type: 'category', data: days.map(({ date }) => date), show: false },
    yAxis: {
      type: 'value',
      position: 'right',
      min: axis.min,
      max: axis.max,
      axisLine: { show: false },
      axisTick: { show: false },
      splitLine: { show: false },
      axisLabel: {
        color: colours.axis,
        fontSize: 12,
        align: 'right',
        margin: 50,
        customValues: lines,
        formatter: (value: number) => axisLabel(value, axis.max),
      },
    },
    series: [
      series('lines', (_, index, api) => (index === 0 ? grid(lines, days.length, api, colours) : null)),
      series('run-rate', (day, index, api) => runRate(day, index, api, colours)),
      series('cost', (day, index, api) => cost(day, index, api, colours)),
      series('plan', (_, index, api) => (index === 0 ? plan(days, api, colours) : null)),
      series('zero', (_, index, api) => (index === 0 ? level(0, days.length, api, colours.axis) : null)),
      series('spike', (day, index, api) => ring(day, index, api, colours)),
      ...(below === undefined
        ? []
        : [
            series('days', ({ date }, index, api) =>
              dayLabel(below.labels(date, index), index, api, axis.min, colours),
            ),
          ]),
    ],
  };
}

/** Left edge, width and the y of a value of a day, in px; edges on whole px so that bars are crisp. */
function box(api: Api, index: number): { x: number; width: number; y: (value: number) => number } {
  const [centre = 0] = api.coord([index, 0]);
  const band = bandOf(api);
  const width = Math.round(band * BAR);
  return { x: Math.round(centre - width / 2), width, y: (value) => api.coord([index, value])[1] ?? 0 };
}

function bandOf(api: Api): number {
  const size = api.size?.([1, 0]);
  return Array.isArray(size) ? (size[0] ?? 0) : (size ?? 0);
}

function cost(day: DayMarks, index: number, api: Api, colours: ChartColours): Shape {
  if (day.bar === undefined || day.state === 'missing') return null;
  const { x, width, y } = box(api, index);
  if (day.state === 'arriving') return hatched(x, width, y(0), y(day.bar.to), colours.cost);
  const { charges } = day;
  return {
    type: 'group',
    children: [
      bar(x, width, y(0), y(day.bar.to), colours.cost),
      ...(charges === undefined
        ? []
        : [
            bar(
              x,
              width,
              y(charges.from) - (charges.to > charges.from ? 1 : -1),
              y(charges.to),
              colours.other,
            ),
          ]),
    ],
  };
}

function runRate(day: DayMarks, index: number, api: Api, { cost: fill }: ChartColours): Shape {
  if (day.expected === undefined) return null;
  const { x, width, y } = box(api, index);
  const top = y(day.expected.to);
  const body = { ...bar(x, width, y(day.expected.from), top, fill), style: { fill, opacity: 0.28 } };
  return { type: 'group', children: [body, bar(x, width, top + 1.5, top, fill)] };
}

const bar = (x: number, width: number, from: number, to: number, fill: string) => ({
  type: 'rect' as const,
  shape: { x, width, y: Math.min(from, to), height: Math.abs(from - to) },
  style: { fill },
});

/** An outlined bar with open hatch: lines are still missing. */
function hatched(x: number, width: number, from: number, to: number, stroke: string): Shape {
  const [top, bottom] = [Math.min(from, to), Math.max(from, to)];
  const frame = { x: x + 0.5, width: width - 1, y: top + 0.5, height: Math.max(0, bottom - top - 1) };
  const starts = Array.from(
    { length: Math.ceil((bottom - top + width) / HATCH) },
    (_, i) => bottom + width - i * HATCH,
  );
  // Each line rises to the right at 45 degrees and is cut where it would leave the bar.
  const lines = starts.flatMap((start) => {
    const [near, far] = [Math.max(0, start - bottom), Math.min(width, start - top)];
    return near < far ? [{ x1: x + near, y1: start - near, x2: x + far, y2: start - far }] : [];
  });
  return {
    type: 'group',
    children: [
      ...lines.map((shape) => ({ type: 'line' as const, shape, style: { stroke, lineWidth: 1 } })),
      { type: 'rect' as const, shape: frame, style: { fill: 'none', stroke, lineWidth: 1 } },
    ],
  };
}

/** One step line over the whole month, from edge to edge of the days. Broken where a day has no plan. */
function plan(days: readonly DayMarks[], api: Api, { axis }: ChartColours): Shape {
  const half = bandOf(api) / 2;
  const children = days.flatMap((day, index) => {
    if (day.plan === undefined) return [];
    const [centre = 0, y = 0] = api.coord([index, day.plan]);
    const next = days[index + 1]?.plan;
    const nextY = next === undefined ? undefined : api.coord([index + 1, next])[1];
    const points = [
      [centre - half, y],
      [centre + half, y],
      ...(nextY === undefined ? [] : [[centre + half, nextY]]),
    ];
    return [
      {
        type: 'polyline' as const,
        shape: { points },
        style: { stroke: axis, lineWidth: 1.25, fill: 'none' },
      },
    ];
  });
  return { type: 'group', children };
}

const grid = (lines: readonly number[], days: number, api: Api, { axis }: ChartColours): Shape => ({
  type: 'group',
  children: lines.map((value) => ({
    ...level(value, days, api, axis),
    style: { stroke: axis, lineWidth: 1, opacity: 0.28 },
  })),
});

/** A line at `value` from edge to edge of the days. */
function level(value: number, days: number, api: Api, stroke: string) {
  const half = bandOf(api) / 2;
  const [first = 0, y = 0] = api.coord([0, value]);
  const [last = 0] = api.coord([days - 1, value]);
  const shape = { x1: first - half, x2: last + half, y1: y, y2: y };
  return { type: 'line' as const, shape, style: { stroke, lineWidth: 1 } };
}

function ring(day: DayMarks, index: number, api: Api, { spike }: ChartColours): Shape {
  if (day.ring === undefined) return null;
  const [cx = 0, cy = 0] = api.coord([index, day.ring.at]);
  return { type: 'circle', shape: { cx, cy, r: 5.5 }, style: { fill: 'none', stroke: spike, lineWidth: 2 } };
}

/** Centred under the day's bar, at the foot of the chart. */
function dayLabel(
  text: string | undefined,
  index: number,
  api: Api,
  foot: number,
  { axis }: ChartColours,
): Shape {
  if (text === undefined) return null;
  const [x = 0, y = 0] = api.coord([index, foot]);
  const align = index === 0 ? ('left' as const) : ('center' as const);
  const left = index === 0 ? x - bandOf(api) / 2 : x;
  return {
    type: 'text',
    style: { text, x: left, y: y + 6, fill: axis, font: '12px Inter', align, verticalAlign: 'top' },
  };
}
