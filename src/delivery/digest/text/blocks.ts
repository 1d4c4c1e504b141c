import { columnsOf } from '../../format/name.ts';
import { SHAPES } from '../view/names.ts';
import type {
  KeyFigure,
  LightRow,
  LightsBlock,
  ListBlock,
  ListRow,
  ProofLine,
  TopBlock,
  Words,
} from '../view/view.ts';
import { beside, left, right, spread, WIDTH, widest, wrap } from './columns.ts';

const SHARE = 9;

export const title = (text: string, unit: string): string[] => [...spread(text, unit), '─'.repeat(WIDTH)];

export function keyFigureLines(all: readonly KeyFigure[]): string[] {
  const labels = Math.max(16, widest(all.map(({ brief }) => brief)) + 1);
  const values = Math.max(9, widest(all.map(({ value }) => value)) + 1);
  return all.flatMap(({ brief, value, notes }) => {
    const head = `  ${left(brief, labels)}${right(value, values)}   `;
    const [first = '', ...more] = wrap(
      notes.map((note) => spoken(note.brief ?? note.words)).join(', '),
      ' '.repeat(head.length),
    );
    return [head + first.trimStart(), ...more].map((line) => line.trimEnd());
  });
}

export function lightLines({ rows, total, after }: LightsBlock): string[] {
  const all = total === undefined ? rows : [...rows, total];
  const toDate = Math.max(7, widest(all.map((row) => row.toDate)));
  const forecast = Math.max(10, widest(all.map((row) => row.forecast)) + 2);
  const name = WIDTH - 11 - toDate - forecast - 10;
  const line = (row: LightRow): string[] =>
    beside(
      [
        { text: `${SHAPES[row.light]} ${row.light}`, width: 11 },
        { text: row.name, width: name },
      ],
      right(row.toDate, toDate) + right(row.forecast, forecast) + right(row.ofBudget, 10),
    );
  return [
    `${' '.repeat(11 + name)}${right('to date', toDate)}${right('run-rate', forecast)}${right('of budget', 10)}`,
    ...rows.flatMap((row) => [...line(row), ...(row.reason === '' ? [] : wrap(row.reason, ' '.repeat(11)))]),
    ...(total === undefined ? [] : [ruleUnder(toDate + forecast + 10), ...line(total)]),
    ...afterLines(after),
  ];
}

export function topLines({ rows, others, total, currency }: TopBlock): string[] {
  const all = others === undefined ? rows : [...rows, others];
  const amount = Math.max(8, widest([...all, total].map((row) => row.amount)));
  const change = Math.max(10, widest([...all, total].map((row) => row.change)) + 2);
  const room = WIDTH - amount - SHARE - change;
  const service = Math.min(Math.max(18, widest(all.map((row) => row.service)) + 2), 26);
  const numbers = (row: { amount: string; share: string; change: string }): string =>
    right(row.amount, amount) + right(row.share, SHARE) + right(row.change, change);
  return [
    `${' '.repeat(room)}${numbers({ amount: currency, share: 'share', change: 'vs usual' })}`,
    ...all.flatMap((row) =>
      beside(
        [
          { text: row.service, width: service },
          { text: row.brief, width: room - service },
        ],
        numbers(row),
      ),
    ),
    ruleUnder(amount + SHARE + change),
    `${left(total.name, room)}${numbers(total)}`,
  ];
}

export function listLines({ rows, total, after }: ListBlock): string[] {
  const all = total === undefined ? rows : [...rows, total];
  const amount = Math.max(9, widest(all.map((row) => row.amount)));
  const service = Math.min(26, Math.max(18, widest(rows.map((row) => row.service ?? '')) + 2));
  return [
    ...rows.flatMap((row) => listRow(row, amount, service)),
    ...(total === undefined ? [] : [ruleUnder(amount), ...spread(total.name, total.amount)]),
    ...(rows.length === 0 ? after.flatMap((line) => wrap(line)) : afterLines(after)),
  ];
}

export function proofText(lines: readonly ProofLine[]): string[] {
  return lines.flatMap(({ label, text }) => {
    const [first = '', ...more] = wrap(text, ' '.repeat(11));
    return [left(label, 11) + first.trimStart(), ...more];
  });
}

function listRow(row: ListRow, amount: number, service: number): string[] {
  const room = WIDTH - amount - 2;
  const full = row.name + (row.id === undefined ? '' : ` (${row.id})`);
  // A brief name that does not fit on its line gives way to the full one with its notes below.
  const isBrief = columnsOf(row.brief ?? '') <= (row.service === undefined ? room : room - service);
  const name = isBrief ? (row.brief ?? full) : full;
  const notes = (isBrief ? (row.briefNotes ?? row.notes) : row.notes).flatMap((note) => wrap(note, '  '));
  const cells =
    row.service === undefined
      ? [{ text: name, width: room + 2 }]
      : [
          { text: row.service, width: service },
          { text: name, width: room + 2 - service },
        ];
  return [...beside(cells, right(row.amount, amount)), ...notes];
}

const ruleUnder = (width: number): string => right('─'.repeat(width), WIDTH);

const afterLines = (after: readonly string[]): string[] =>
  after.length === 0 ? [] : ['', ...after.flatMap((line) => wrap(line))];

/** Words without colour: a light keeps its shape. */
const spoken = (words: Words): string =>
  words
    .map((word) =>
      typeof word === 'string'
        ? word
        : 'number' in word
          ? word.number
          : `${SHAPES[word.light]} ${word.light}`,
    )
    .join('');
