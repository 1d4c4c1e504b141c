import { createRequire } from 'node:module';
import type { TFontDictionary } from 'pdfmake/interfaces.js';

const require = createRequire(import.meta.url);

/** Files of the fonts that are embedded, each with the glyphs that a page uses. They come with us: no system font is looked for. */
export function fontFiles(): TFontDictionary {
  const inter = (weight: string): string => require.resolve(`@expo-google-fonts/inter/${weight}.ttf`);
  const han = require.resolve('@expo-google-fonts/sawarabi-gothic/400Regular/SawarabiGothic_400Regular.ttf');
  return {
    Inter: { normal: inter('400Regular/Inter_400Regular'), bold: inter('600SemiBold/Inter_600SemiBold') },
    Han: { normal: han, bold: han },
  };
}

/** A piece of text with the font that has its letters; undefined is Inter. */
export interface Run {
  readonly text: string;
  readonly font?: 'Han';
}

/** Text in runs of one font each. Letters of scripts that neither font has become `□`, in print and when copied. */
export const inFonts = (text: string): Run[] =>
  text
    .replace(NEITHER, '□')
    .split(HAN)
    .map((part, i): Run => (i % 2 === 1 ? { text: part, font: 'Han' } : { text: part }))
    .filter((run) => run.text !== '');

const HAN = /([\p{Script=Han}\u3000-\u30ff\uff00-\uffef]+)/u;
/** Inter has Latin, Greek, Cyrillic and what stands between letters. */
const NEITHER =
  /[^\u0020-\u052f\u1d00-\u2bff\ua640-\ua69f\ua720-\ua7ff\p{Script=Han}\u3000-\u30ff\uff00-\uffef]/gu;
