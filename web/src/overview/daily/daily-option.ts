import type { EChartsCoreOption } from 'echarts/core';
import { type DayMarks, shortLabel } from '../../../../src/core/chart/daily-chart.ts';
import { dayOfMonth, shortDay, shortMonth, shortWeekday, yearOf } from '../../format/days.ts';
import { decimalsOf, drawn, plain } from '../../format/figures.ts';
import type { DailyModel, TrendDay } from './daily-model.ts';
import type { Box, Places } from './daily-places.ts';

/** Colours of the page's theme, resolved. */
export type Ink = Readonly<
  Record<'accent' | 'bg' | 'ink' | 'line' | 'muted' | 'over' | 'past' | 'pastline', string>
>;
/** Patterns for days that are not settled: fine over accent, open, and grey. */
export interface Hatches {
  readonly complete: object;
  readonly provisional: object;
  readonly missing: object;
}

interface Drawing {
  readonly model: DailyModel;
  readonly places: Places;
  readonly ink: Ink;
  readonly hatches: Hatches;
}

const FONT = '"Inter Variable", system-ui, sans-serif';

/** The option of ECharts: two grids, one money axis. */
export function dailyOption(drawing: Drawing): EChartsCoreOption {
  const { places, ink } = drawing;
  return {
    animation: false,
    textStyle: { fontFamily: FONT, fontSize: 12, color: ink.muted },
    grid: [gridOf(places.past), gridOf(places.month)],
    xAxis: [pastAxis(drawing), monthAxis(drawing)],
    yAxis: [0, 1].map((gridIndex) => moneyAxis(gridIndex, drawing)),
    series: [...pastSeries(drawing), ...monthSeries(drawing)],
    graphic: labels(drawing),
  };
}

const gridOf = ({ x, y, width, height }: Box) => ({ left: x, top: y, width, height });

const axis = (gridIndex: number, data: readonly TrendDay[], { ink, model }: Drawing) => ({
  type: 'category' as const,
  gridIndex,
  data: data.map(({ date }) => date),
  axisLine: { onZero: model.axis.min < 0, lineStyle: { color: ink.pastline, width: 1 } },
  axisPointer: {
    show: true,
    type: 'line' as const,
    label: { show: false },
    triggerEmphasis: false,
    lineStyle: { color: ink.ink, width: 1, type: 'solid' as const },
    triggerTooltip: false,
  },
});

function pastAxis(drawing: Drawing) {
  const { model, ink, places } = drawing;
  const every = places.small ? 3 : places.pastDay < 1.68 ? 2 : 1;
  const firsts = model.past.flatMap(({ date }, i) => (dayOfMonth(date) === 1 ? [i] : []));
  const shown = new Set(firsts.filter((_, month) => month % every === 0));
  const isFirst = (i: number): boolean => firsts.includes(i);
  return {
    ...axis(0, model.past, drawing),
    axisTick: { alignWithLabel: false, interval: isFirst, length: 4, lineStyle: { color: ink.pastline } },
    axisLabel: {
      interval: (i: number) => shown.has(i),
      align: 'left' as const,
      margin: 6,
      color: ink.muted,
      formatter: (date: string, i: number) =>
        `${shortMonth(date)}${i === 0 || date.slice(5, 7) === '01' ? ` ’${String(yearOf(date)).slice(2)}` : ''}`,
      hideOverlap: false,
    },
  };
}

function monthAxis(drawing: Drawing) {
  const { model, ink, places } = drawing;
  const mondays = new Set(
    model.month.flatMap(({ date }, i) =>
      shortWeekday(date) === 'Mon' && !(places.small && i > 27) ? [i] : [],
    ),
  );
  const first = Math.min(...mondays);
  return {
    ...axis(1, model.month, drawing),
    axisTick: {
      alignWithLabel: true,
      interval: (i: number) => mondays.has(i),
      length: 4,
      lineStyle: { color: ink.pastline },
    },
    axisLabel: {
      interval: (i: number) => mondays.has(i),
      margin: 6,
      color: ink.muted,
      formatter: (date: string, i: number) => `${i === first ? 'Mon ' : ''}${dayOfMonth(date)}`,
    },
  };
}

const moneyAxis = (gridIndex: number, { ink, places, model: { axis: money } }: Drawing) => ({
  type: 'value' as const,
  gridIndex,
  min: money.min,
  max: money.max,
  interval: money.step,
  axisLabel: {
    show: gridIndex === 0 || places.small,
    customValues: [...money.lines],
    margin: 8,
    color: ink.muted,
    formatter: (amount: number) => (amount === 0 && money.min === 0 ? '' : shortLabel(amount)),
  },
  axisTick: { show: false, customValues: [...money.lines] },
  splitLine: { showMaxLine: false, showMinLine: false, lineStyle: { color: ink.line, width: 1 } },
});

const value = (amount: string | null): number | '-' => (amount === null ? '-' : drawn(amount));

function pastSeries({ model: { past }, ink, places }: Drawing) {
  const line = {
    type: 'line' as const,
    xAxisIndex: 0,
    yAxisIndex: 0,
    step: 'middle' as const,
    symbol: 'none',
    silent: true,
  };
  return [
    {
      ...line,
      data: past.map(({ total }) => value(total)),
      areaStyle: { color: ink.past, opacity: 1 },
      lineStyle: { color: ink.pastline, width: 1 },
    },
    { ...line, data: past.map(({ budget }) => value(budget)), lineStyle: { color: ink.ink, width: 1.25 } },
    rings(past, 0, ink, places.small ? 8 : 10),
  ];
}

const rings = (days: readonly TrendDay[], index: number, ink: Ink, size: number) => ({
  type: 'scatter' as const,
  xAxisIndex: index,
  yAxisIndex: index,
  symbol: 'circle',
  symbolSize: size,
  silent: true,
  z: 5,
  // One ring for days in a row: what is closed is ringed where it began.
  data: days.map(({ total, spikes, openSpikes }, i) => ({
    value: openSpikes > 0 || (spikes > 0 && (days[i - 1]?.spikes ?? 0) === 0) ? value(total) : '-',
    itemStyle: {
      color: 'transparent',
      borderColor: openSpikes > 0 ? ink.over : ink.muted,
      borderWidth: openSpikes > 0 ? 2 : 1.5,
    },
  })),
});

function monthSeries(drawing: Drawing) {
  const { model, ink, places } = drawing;
  const bar = {
    type: 'bar' as const,
    stack: 'day',
    xAxisIndex: 1,
    yAxisIndex: 1,
    silent: true,
    barWidth: places.pitch - (places.small ? 3 : 4),
  };
  const budget = model.month[0]?.budget ?? null;
  return [
    {
      ...bar,
      data: model.marks.map((day) => ({ value: day.bar?.to ?? '-', itemStyle: styleOf(day, drawing) })),
      ...(budget === null
        ? {}
        : {
            markLine: {
              silent: true,
              symbol: 'none',
              label: { show: false },
              lineStyle: { color: ink.ink, width: 1.25, type: 'solid' as const },
              data: [{ yAxis: drawn(budget) }],
            },
          }),
    },
    {
      ...bar,
      itemStyle: { color: ink.pastline },
      data: model.marks.map(({ charges }) => (charges === undefined ? '-' : charges.to - charges.from)),
    },
    {
      type: 'line' as const,
      xAxisIndex: 1,
      yAxisIndex: 1,
      step: 'middle' as const,
      symbol: 'none',
      silent: true,
      lineStyle: { color: ink.accent, width: 1.5, type: [3, 3] },
      data: model.marks.map(({ expected, state }) => (state === 'ahead' ? (expected?.to ?? '-') : '-')),
    },
    rings(model.month, 1, ink, places.small ? 8 : 10),
  ];
}

function styleOf({ state }: DayMarks, { ink, hatches }: Drawing): object {
  if (state === 'complete') return { color: hatches.complete };
  if (state === 'missing') return { color: hatches.missing };
  if (state === 'arriving') return { color: hatches.provisional, borderColor: ink.accent, borderWidth: 1 };
  return { color: ink.accent };
}

/** Words where they belong, in place of a legend. */
function labels(drawing: Drawing): object[] {
  const { model, places, ink } = drawing;
  const { month } = places;
  const text = (x: number, y: number, words: string, style: object = {}) => ({
    type: 'text' as const,
    silent: true,
    left: x,
    top: y,
    z: 10,
    style: { text: words, fill: ink.muted, font: `400 12px ${FONT}`, ...style },
  });
  const bold = { fill: ink.ink, font: `600 12px ${FONT}` };
  const halo = { stroke: ink.bg, lineWidth: 4 };
  return [
    text(month.x, month.y - (places.small ? 19 : 14), model.monthName, bold),
    ...chargeLabel(drawing, text, halo),
    ...latestLabel(drawing, text, { ...bold, ...halo }),
    ...(places.small ? [] : sideLabels(drawing, text)),
  ];
}

/** With as many decimals as its size asks for. */
const figure = (amount: string | null): string => plain(amount, decimalsOf([amount]));

type Text = (x: number, y: number, words: string, style?: object) => object;

function chargeLabel({ model, places }: Drawing, text: Text, halo: object): object[] {
  const [first] = model.month;
  if (first === undefined || first.total === null || drawn(first.onChargeDate) <= 0) return [];
  const top = places.y(places.month, drawn(first.total));
  return [
    text(
      places.month.x + places.pitch + 2,
      Math.max(places.month.y + 2, top),
      `monthly charges ${figure(first.onChargeDate)}`,
      halo,
    ),
  ];
}

function latestLabel({ model, places }: Drawing, text: Text, style: object): object[] {
  const index = model.month.findLastIndex(({ state }) => state === 'settled' || state === 'complete');
  const day = model.month[index];
  // At the end of a month there is no room beside the bar: the figure above says it.
  if (day === undefined || day.total === null || index < 8 || index > model.month.length - 6) return [];
  const top = places.y(places.month, Math.max(drawn(day.total), drawn(day.budget)));
  const x = Math.min(places.month.x + (index + 1) * places.pitch, places.width - 90);
  return [
    text(x, Math.max(places.month.y + 2, top - 22), `${shortDay(day.date)} ${figure(day.total)}`, style),
  ];
}

function sideLabels({ model, places, ink }: Drawing, text: Text): object[] {
  const x = places.month.x + places.month.width + 8;
  const budget = model.month[0]?.budget ?? null;
  const ahead = model.month.filter(({ state, runRate }) => state === 'ahead' && runRate !== null);
  const budgetY = budget === null ? undefined : places.y(places.month, drawn(budget)) - 6;
  const rate = ahead.at(-1)?.runRate ?? null;
  const rateY = rate === null ? undefined : places.y(places.month, drawn(rate)) - 6;
  const apart =
    budgetY !== undefined && rateY !== undefined && Math.abs(rateY - budgetY) < 16
      ? budgetY + (rateY < budgetY ? -16 : 16)
      : rateY;
  return [
    ...(budgetY === undefined ? [] : [text(x, budgetY, `Budget ${figure(budget)} a day`, { fill: ink.ink })]),
    ...(apart === undefined ? [] : [text(x, apart, 'Run-rate, dashed', { fill: ink.accent })]),
  ];
}
