/** One line of the table of bars. */
export interface Figure {
  readonly figure: string;
  /** The bar and the stretch; measured must not exceed the bar. Infinity: none is set. */
  readonly bar: number;
  readonly stretch: number;
  readonly measured: number;
  /** `x`, `s`, `GiB`. */
  readonly unit: string;
  /** How it came about: seconds, lines a second, bytes. */
  readonly detail: string;
}

/** The figures as a Markdown table, as docs/performance.md shows them. */
export function table(figures: readonly Figure[]): string {
  const rows = figures.map(({ figure, bar, stretch, measured, unit, detail }) => {
    const number = (value: number) =>
      value === Number.POSITIVE_INFINITY ? 'none' : `${short(value)}${unit === 'x' ? 'x' : ` ${unit}`}`;
    const verdict =
      bar === Number.POSITIVE_INFINITY
        ? ''
        : measured > bar
          ? 'missed'
          : measured > stretch
            ? 'met'
            : 'stretch met';
    return `| ${figure} | ${number(bar)} | ${number(stretch)} | **${number(measured)}** ${verdict} | ${detail} |`;
  });
  return ['| figure | bar | stretch | measured | how |', '|---|---|---|---|---|', ...rows, ''].join('\n');
}

const short = (value: number): string =>
  value >= 10 ? value.toFixed(1) : value >= 1 ? value.toFixed(2) : value.toFixed(3);

/** `412 k lines/s`. */
export const perSecond = (lines: number, seconds: number): string =>
  `${Math.round(lines / seconds / 1000)} k lines/s`;
