import type { EChartsOption } from 'echarts';

/** How large a chart is drawn, in px. */
export interface ChartSize {
  readonly width: number;
  readonly height: number;
}

/** A chart as SVG, the same text for the same option. ECharts is slow to load, so only who draws pays for it. */
export async function chartSvg(option: EChartsOption, size: ChartSize): Promise<string> {
  const [{ init, use }, { CustomChart }, { GridComponent }, { SVGRenderer }] = await Promise.all([
    import('echarts/core'),
    import('echarts/charts'),
    import('echarts/components'),
    import('echarts/renderers'),
  ]);
  use([CustomChart, GridComponent, SVGRenderer]);
  const drawing = init(null, null, { renderer: 'svg', ssr: true, ...size });
  try {
    drawing.setOption(option);
    return drawing.renderToSVGString();
  } finally {
    drawing.dispose(); // or the process never ends
  }
}
