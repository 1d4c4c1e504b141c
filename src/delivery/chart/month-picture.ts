import { createRequire } from 'node:module';
import type { DailyChart } from '../../core/chart/daily-chart.ts';
import { chartSvg } from './chart-svg.ts';
import { monthOption } from './month-option.ts';

const require = createRequire(import.meta.url);

/** How large the picture is shown; it is sent at twice that, for sharp screens. */
const SIZE = { width: 560, height: 184 };
const SENT_WIDTH = 2 * SIZE.width;
const COLOURS = { cost: '#4c7bf0', other: '#8a929e', axis: '#757c87', spike: '#e4574c' };

/** The month as a PNG with a transparent ground, the same bytes on every machine: the font comes with us. */
export async function monthPicture(chart: DailyChart): Promise<Uint8Array> {
  const svg = await monthSvg(chart);
  const { Resvg } = await import('@resvg/resvg-js');
  const font = require.resolve('@expo-google-fonts/inter/400Regular/Inter_400Regular.ttf');
  return new Resvg(svg, {
    fitTo: { mode: 'width', value: SENT_WIDTH },
    font: { loadSystemFonts: false, fontFiles: [font], defaultFontFamily: 'Inter' },
  })
    .render()
    .asPng();
}

/** The month as SVG, as the mail shows it. */
export const monthSvg = (chart: DailyChart): Promise<string> => chartSvg(monthOption(chart, COLOURS), SIZE);
