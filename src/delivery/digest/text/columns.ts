import { columnsOf, cut } from '../../format/name.ts';

/** Columns of the text twin: every mail program and an 80-column terminal show them whole. */
export const WIDTH = 74;

export const left = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - columnsOf(text)));

export const right = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - columnsOf(text))) + text;

/** `text` in exactly `width` columns: filled up, or without its middle. */
export const filled = (text: string, width: number): string => left(cut(text, width), width);

export const widest = (texts: Iterable<string>): number => {
  let most = 0;
  for (const text of texts) most = Math.max(most, columnsOf(text));
  return most;
};

/** Lines of at most `width` columns, each after `indent`. No-break spaces hold; a word that is too long is cut evenly. */
export function wrap(text: string, indent = '', width: number = WIDTH): string[] {
  const room = width - columnsOf(indent);
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((one) => pieces(one, room))) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (columnsOf(longer) <= room) line = longer;
    else {
      if (line !== '') lines.push(line);
      line = word;
    }
  }
  return [...lines, line].map((one) => (one === '' ? '' : indent + one));
}

/** `head` and `tail` on one line, `tail` at its right end; on two lines where they do not fit. */
export function spread(head: string, tail: string): string[] {
  const gap = WIDTH - columnsOf(head) - columnsOf(tail);
  if (tail === '') return wrap(head);
  return gap >= 2
    ? [head + ' '.repeat(gap) + tail]
    : [...wrap(head), ...wrap(tail).map((line) => right(line, WIDTH))];
}

function pieces(word: string, room: number): string[] {
  const columns = columnsOf(word);
  if (columns <= room) return [word];
  const length = Math.ceil(columns / Math.ceil(columns / room));
  const parts: string[] = [];
  let part = '';
  for (const letter of word) {
    if (columnsOf(part + letter) > length) {
      parts.push(part);
      part = '';
    }
    part += letter;
  }
  return [...parts, part];
}
