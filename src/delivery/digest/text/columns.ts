import { columnsOf } from '../../format/name.ts';

/** Columns of the text twin: every mail program and an 80-column terminal show them whole. */
export const WIDTH = 74;

export const left = (text: string, width: number): string =>
  text + ' '.repeat(Math.max(0, width - columnsOf(text)));

export const right = (text: string, width: number): string =>
  ' '.repeat(Math.max(0, width - columnsOf(text))) + text;

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

/**
 * Cells side by side, each broken into lines within its width (one column of which parts it from the next), and `tail`
 * at the end of the first line.
 */
export function beside(
  cells: readonly { readonly text: string; readonly width: number }[],
  tail: string,
): string[] {
  const columns = cells.map(({ text, width }) => ({ width, lines: wrap(text, '', width - 1) }));
  const height = Math.max(...columns.map(({ lines }) => lines.length));
  return Array.from({ length: height }, (_, i) => {
    const line = columns.map(({ width, lines }) => left(lines[i] ?? '', width)).join('');
    return i === 0 ? line + tail : line.trimEnd();
  });
}

function pieces(word: string, room: number): string[] {
  const columns = columnsOf(word);
  if (columns <= room) return [word];
  // Two columns of slack: a wide letter that does not fit any more must not leave one letter over at the end.
  const even = Math.ceil(columns / Math.ceil(columns / room));
  const length = Math.min(room, columnsOf(word) === word.length ? even : even + 2);
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
