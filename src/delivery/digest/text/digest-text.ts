import type { DigestView, ListBlock } from '../view/view.ts';
import { keyFigureLines, lightLines, listLines, proofText, title, topLines } from './blocks.ts';
import { spread, WIDTH, wrap } from './columns.ts';
import { monthBars } from './month-bars.ts';

/** The digest as plain text of 74 columns: the mail's text part, and what a terminal prints. Ends with a line break. */
export function digestText(view: DigestView): string {
  const blocks: string[][] = [
    [
      ...spread(`Spendlight · ${view.date}`, view.simulated ? 'SIMULATED, not a bill' : ''),
      '═'.repeat(WIDTH),
      '',
      ...wrap(view.sentence),
      ...(view.second === '' ? [] : wrap(view.second)),
      '',
      ...view.meta.flatMap((line) => wrap(line.join(' · '))),
    ],
    ...(view.trouble.length === 0 ? [] : [troubleLines(view.trouble)]),
    ...(view.figures.length === 0 ? [] : [keyFigureLines(view.figures)]),
    ...(view.picture === undefined
      ? []
      : [[...title(view.picture.title, view.picture.unit.split(',')[0] ?? ''), ...monthBars(view.picture)]]),
    ...(view.lights === undefined
      ? []
      : [[...title(view.lights.title, view.lights.counts.join(', ')), ...lightLines(view.lights)]]),
    ...(view.top === undefined ? [] : [[...title(view.top.title, view.top.brief), ...topLines(view.top)]]),
    ...view.lists.map(listBlock),
    ...(view.arriving === undefined ? [] : [listBlock(view.arriving)]),
    [...title('Proof', ''), ...proofText(view.proof)],
  ];
  // A no-break space has held number and unit together while lines were broken; terminals want the plain one.
  return `${blocks.map((lines) => lines.join('\n')).join('\n\n\n')}\n\n${footLines(view).join('\n')}\n`.replaceAll(
    '\u00a0',
    ' ',
  );
}

const listBlock = (block: ListBlock): string[] => [...title(block.title, block.brief), ...listLines(block)];

function troubleLines(trouble: readonly string[]): string[] {
  return [
    ...title('What is wrong', ''),
    ...trouble.flatMap((line) =>
      wrap(line, '  ').map((part, i) => (i === 0 ? `· ${part.trimStart()}` : part)),
    ),
  ];
}

function footLines({ foot }: DigestView): string[] {
  const links = foot.links.map(({ text, url }) => `${text}: ${url}`);
  return ['─'.repeat(WIDTH), ...wrap([foot.attachment, foot.why].join(' ')), ...links];
}
