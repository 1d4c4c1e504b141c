import { BarChart, LineChart, ScatterChart } from 'echarts/charts';
import { AxisPointerComponent, GraphicComponent, GridComponent, MarkLineComponent } from 'echarts/components';
import { type ECharts, init, use } from 'echarts/core';
import { CanvasRenderer } from 'echarts/renderers';
import {
  type MouseEvent,
  type RefObject,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
} from 'react';
import type { Trend } from '../../../../src/api/schemas/blocks.ts';
import { useTheme } from '../../app/look.ts';
import { useFilter } from '../../app/use-scope.ts';
import { firstOfMonth, lastOfMonth } from '../../format/days.ts';
import { hatchesOf, inkOf } from './daily-ink.ts';
import { dailyModel, type TrendDay } from './daily-model.ts';
import { dailyOption } from './daily-option.ts';
import { dayAt, placesOf } from './daily-places.ts';
import { DailyTip } from './daily-tip.tsx';

use([
  BarChart,
  LineChart,
  ScatterChart,
  GridComponent,
  MarkLineComponent,
  GraphicComponent,
  AxisPointerComponent,
  CanvasRenderer,
]);

interface Pointed {
  readonly date: string;
  readonly x: number;
}

/** 13 months of days. A click on a month at the left, or on a day at the right, asks for it; a drag for the days it spans. */
export function DailyChart({ trend, series }: { trend: Trend; series: Trend['series'] }) {
  const host = useRef<HTMLDivElement>(null);
  const chart = useRef<ECharts>(null);
  const [width, setWidth] = useState(0);
  const [pointed, setPointed] = useState<Pointed>();
  /** Where a drag began. */
  const [began, setBegan] = useState<Pointed>();
  const filter = useFilter();
  const theme = useTheme();
  const model = useMemo(() => dailyModel(trend), [trend]);
  const places = useMemo(() => placesOf(width, model), [width, model]);
  const font = useFont();
  useWidth(host, setWidth);
  useEffect(() => {
    if (host.current === null || width === 0 || !font) return;
    chart.current ??= init(host.current, null, { renderer: 'canvas' });
    const ink = inkOf(host.current);
    chart.current.resize({ width, height: places.height });
    chart.current.setOption(dailyOption({ model, places, ink, hatches: hatchesOf(ink) }), { notMerge: true });
    host.current.dataset.theme = theme; // drawn in this theme: what was drawn can be told from what was asked
  }, [model, places, width, theme, font]);
  useEffect(
    () => () => {
      chart.current?.dispose();
      chart.current = null;
    },
    [],
  );
  const tipOf: TrendDay | undefined = trend.days.find(({ date }) => date === pointed?.date);
  const at = (event: MouseEvent): Pointed | undefined => {
    const { left, top } = event.currentTarget.getBoundingClientRect();
    const x = event.clientX - left;
    const day = dayAt(model, places, x, event.clientY - top);
    return day === undefined ? undefined : { date: day.date, x };
  };
  const choose = (event: MouseEvent) => {
    const [begun, ended] = [began, at(event)];
    setBegan(undefined);
    if (begun === undefined || ended === undefined) return;
    setPointed(undefined);
    if (begun.date !== ended.date) {
      const [from, to] = [begun.date, ended.date].sort();
      filter({ from, to });
      return;
    }
    const { date } = ended;
    const isPast = model.past.some((day) => day.date === date);
    filter({ from: firstOfMonth(date), to: isPast ? lastOfMonth(date) : date });
  };
  return (
    // The table twin is the way of the keyboard: the same days, the same links.
    // biome-ignore lint/a11y/noStaticElementInteractions: the table twin has a button for every month
    <div
      className="chart"
      onMouseMove={(event) => setPointed(at(event))}
      onMouseLeave={() => {
        setPointed(undefined);
        setBegan(undefined);
      }}
      onMouseDown={(event) => setBegan(at(event))}
      onMouseUp={choose}
      onDoubleClick={() => filter({ from: undefined, to: undefined })}
    >
      <span className="unit" aria-hidden="true">
        {trend.about.currency}
      </span>
      <div ref={host} role="img" aria-label={model.summary} style={{ height: places.height }} />
      {began !== undefined && pointed !== undefined && began.date !== pointed.date && (
        <div
          className="dragged"
          style={{
            left: Math.min(began.x, pointed.x),
            width: Math.abs(pointed.x - began.x),
            height: places.height,
          }}
        />
      )}
      {pointed !== undefined && tipOf !== undefined && !places.small && (
        <DailyTip trend={{ ...trend, series }} day={tipOf} x={pointed.x} width={width} />
      )}
    </div>
  );
}

/** A canvas draws with what has come: it waits for the face of the page. */
function useFont(): boolean {
  const [ready, setReady] = useState(false);
  useEffect(() => {
    const draw = () => setReady(true);
    Promise.all(['400', '600'].map((weight) => document.fonts.load(`${weight} 12px "Inter Variable"`))).then(
      draw,
      draw,
    );
  }, []);
  return ready;
}

function useWidth(host: RefObject<HTMLDivElement | null>, found: (width: number) => void): void {
  useLayoutEffect(() => {
    if (host.current === null) return;
    found(Math.floor(host.current.clientWidth)); // before the first paint, so that nothing jumps
    const watcher = new ResizeObserver(([entry]) => {
      if (entry !== undefined) found(Math.floor(entry.contentRect.width));
    });
    watcher.observe(host.current);
    return () => watcher.disconnect();
  }, [host, found]);
}
