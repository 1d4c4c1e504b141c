import type { Content, ContentText, Style } from 'pdfmake/interfaces.js';
import type { Light } from '../../core/budget/light.ts';
import { INK, LIGHT_STYLES, MUTED } from '../digest/html/style.ts';
import { SHAPES } from '../digest/view/names.ts';
import { inFonts } from './fonts.ts';

/** Colour of hairlines. */
export const LINE = '#e3e6ea';
/** Inter's own height of a line, in parts of the font's size. */
const NATURAL = (1984 + 494) / 2048;

export interface TextStyle extends Pick<Style, 'bold' | 'color' | 'characterSpacing'> {
  /** Both in points, as a designer gives them: 15/20. */
  readonly fontSize: number;
  readonly leading: number;
  /** Figures of one width, for columns of numbers and big numbers. */
  readonly isTabular?: boolean;
}

export const LABEL: TextStyle = { fontSize: 7.5, leading: 10.5, color: MUTED };
export const CELL: TextStyle = { fontSize: 8.5, leading: 12 };

/** A paragraph. Text from outside is split by the font that has its letters. */
export function text(
  content: string | readonly Content[],
  { fontSize, leading, isTabular = false, ...style }: TextStyle,
  rest: Pick<ContentText, 'margin' | 'alignment' | 'noWrap'> = {},
): ContentText {
  return {
    text: typeof content === 'string' ? [...inFonts(unbroken(content))] : [...content],
    fontSize,
    lineHeight: leading / (fontSize * NATURAL),
    ...(isTabular ? { fontFeatures: ['tnum'] } : {}),
    ...style,
    ...rest,
  };
}

/** Words with a hyphen stay on one line. */
const unbroken = (words: string): string => words.replaceAll('run-rate', 'run\u2011rate');

/** A status by shape, word and colour. The shape is a little smaller than its word, whose x-height it has. */
export function light(one: Light, fontSize: number): Content[] {
  const style = { bold: true, color: LIGHT_STYLES[one].colour };
  return [
    { text: `${SHAPES[one]}\u00a0`, ...style, fontSize: 0.82 * fontSize },
    { text: one.replace(' ', '\u00a0'), ...style },
  ];
}

/** A section's title with its unit. */
export const heading = (title: string, unit: string): Content =>
  text(
    [
      { text: title, bold: true, color: INK },
      { text: `   ${unit}`, fontSize: 7.5, color: MUTED },
    ],
    { fontSize: 10, leading: 14 },
    { margin: [0, 9.5, 0, 2] },
  );
