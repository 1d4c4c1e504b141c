/** Columns that `text` takes in a terminal: 漢字 are two wide, combining marks none. */
export function columnsOf(text: string): number {
  let columns = 0;
  for (const { segment } of graphemes.segment(text)) columns += WIDE.test(segment) ? 2 : 1;
  return columns;
}

/** A name from outside as one clean line: no line breaks, control characters or marks that turn the direction of text. */
export const clean = (name: string): string =>
  name.replace(UNPRINTABLE, ' ').replace(/\s+/g, ' ').trim() || '(no name)';

/** `name` in at most `columns` columns; too long a name loses its middle, since both of its ends tell it apart. */
export function cut(name: string, columns: number): string {
  if (columnsOf(name) <= columns) return name;
  const parts = [...graphemes.segment(name)].map(({ segment }) => segment);
  const half = (columns - 1) / 2;
  return `${upTo(parts, Math.ceil(half)).join('').trimEnd()}…${upTo(parts.reverse(), Math.floor(half)).reverse().join('').trimStart()}`;
}

/** The first of `parts` that fit into `columns`. */
function upTo(parts: readonly string[], columns: number): string[] {
  const taken: string[] = [];
  let left = columns;
  for (const part of parts) {
    left -= columnsOf(part);
    if (left < 0) break;
    taken.push(part);
  }
  return taken;
}

const graphemes = new Intl.Segmenter('en', { granularity: 'grapheme' });
const WIDE =
  /^(?:[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}\p{Emoji_Presentation}]|[\u3000-\u303e\uff01-\uff60\uffe0-\uffe6]|.\ufe0f)/u;
const UNPRINTABLE = /[\p{Cc}\p{Co}\p{Cn}\p{Cs}\u2028\u2029\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]+/gu;
