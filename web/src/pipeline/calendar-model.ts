import type { Calendar } from '../../../src/api/schemas/pipeline.ts';

type Row = Calendar['rows'][number];
export type CellState = keyof Calendar['counts'];

/** As the API writes a day of an account. */
const STATES: Readonly<Record<string, CellState>> = {
  '+': 'present',
  p: 'provisional',
  l: 'late',
  m: 'missing',
  '.': 'skipped',
};

export const STATE_WORDS: Readonly<Record<CellState, string>> = {
  present: 'present',
  provisional: 'provisional, still arriving',
  late: 'late',
  missing: 'missing',
  skipped: 'nothing due',
};

/** Days in a row that are alike: drawn at one stroke. */
export interface Stroke {
  readonly from: number;
  readonly days: number;
  readonly state: CellState;
}

/** A row as strokes; days of which nothing was due have none. */
export function strokesOf({ cells }: Pick<Row, 'cells'>): Stroke[] {
  const strokes: { from: number; days: number; state: CellState }[] = [];
  for (const [i, letter] of [...cells].entries()) {
    const state = STATES[letter] ?? 'skipped';
    const last = strokes.at(-1);
    // What is not fine is drawn day by day: each has its own shape.
    if (last !== undefined && last.state === state && last.from + last.days === i && isQuiet(state))
      last.days++;
    else strokes.push({ from: i, days: 1, state });
  }
  return strokes.filter(({ state }) => state !== 'skipped');
}

const isQuiet = (state: CellState): boolean => state === 'present' || state === 'skipped';

/** What is not fine first, and among equals by name. */
export function sortedRows(rows: readonly Row[]): Row[] {
  const weight = ({ cells }: Row): number =>
    [...cells].filter((letter) => letter === 'm' || letter === 'l').length;
  return [...rows].sort(
    (a, b) => weight(b) - weight(a) || (nameOf(a) < nameOf(b) ? -1 : 1) || (a.source < b.source ? -1 : 1),
  );
}

export const nameOf = ({ name, account }: Row): string => name ?? (account === '' ? 'no account' : account);

/** Why a day of a row is what it is; undefined where it is simply present. */
export const whyOf = ({ stretches }: Row, date: string): string | undefined =>
  stretches.find(({ from, to }) => from <= date && date <= to)?.why;

/** What somebody has to mend, most days first. */
export interface Wrong {
  readonly row: Row;
  readonly stretch: Row['stretches'][number];
}

export const wrongs = (rows: readonly Row[]): Wrong[] =>
  rows.flatMap((row) =>
    row.stretches
      .filter(({ state }) => state === 'late' || state === 'missing')
      .map((stretch) => ({ row, stretch })),
  );
