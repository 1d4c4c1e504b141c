import type { Content, CustomTableLayout, TableCell } from 'pdfmake/interfaces.js';
import { INK, LIGHT_STYLES, MUTED } from '../digest/html/style.ts';
import type { LightRow, LightsBlock } from '../digest/view/view.ts';
import { cut } from '../format/name.ts';
import type { MoversTable } from './snapshot-view.ts';
import { CELL, heading, LABEL, LINE, light, type TextStyle, text } from './text.ts';

/** Longest texts of a row, in columns: two lines of their cell. */
const OU_COLUMNS = 44;
const REASON_COLUMNS = 84;
const OU_WIDTH = 98;
const LIGHT_WIDTH = 46;
/** From cell to cell. */
const BETWEEN = 7.5;

/** A hairline above each row but, where it is the head, the first; `strong` is the line above the row of that index. */
const rowsLayout = ({ head, strong }: { head: boolean; strong?: number | undefined }): CustomTableLayout => ({
  hLineWidth: (i, { table: { body } }) => ((i === 0 && head) || i === body.length ? 0 : 0.6),
  hLineColor: (i) => (i === strong ? INK : LINE),
  vLineWidth: () => 0,
  paddingLeft: (i) => (i === 0 ? 0 : BETWEEN),
  paddingRight: () => 0,
  paddingTop: () => 1.4,
  paddingBottom: () => 1.4,
});

/** The lights of all OUs, with what they were decided from. */
export function lightsTable(block: LightsBlock | undefined): Content[] {
  if (block === undefined) return [];
  const head = ['Light', 'OU'].map((name) => text(name, LABEL));
  const numbers = ['To date', 'vs plan', 'Run-rate', 'Budget', 'of budget'].map((name) =>
    text(name, LABEL, { alignment: 'right', noWrap: true }),
  );
  const reserve = block.reserve === undefined ? [] : [reserveRow(block.reserve)];
  const total = block.total === undefined ? [] : [totalRow(block.total, block.after)];
  const body: TableCell[][] = [
    [...head, ...numbers, text('Reason', LABEL)],
    ...block.rows.map(row),
    ...reserve,
    ...total,
  ];
  const strong = total.length === 0 ? undefined : body.length - 1;
  return [
    heading(block.title, `${block.counts.join(', ')}; ${block.unit}`),
    {
      table: {
        widths: [LIGHT_WIDTH, OU_WIDTH, 'auto', 'auto', 'auto', 'auto', 'auto', '*'],
        body,
        headerRows: 1,
        dontBreakRows: true,
      },
      layout: rowsLayout({ head: true, strong }),
    },
  ];
}

function row(one: LightRow): TableCell[] {
  const needsLook = one.light === 'over' || one.light === 'at risk';
  return [
    text(light(one.light, CELL.fontSize), CELL, { noWrap: true }),
    text(cut(one.name, OU_COLUMNS), { ...CELL, bold: needsLook }),
    ...[one.toDate, one.pace, one.forecast, one.budget].map((amount) => number(amount)),
    number(one.ofBudget, needsLook ? { bold: true, color: LIGHT_STYLES[one.light].colour } : {}),
    reason(one.why),
  ];
}

function totalRow(one: LightRow, after: readonly string[]): TableCell[] {
  const strong = { bold: true };
  return [
    text(light(one.light, CELL.fontSize), CELL, { noWrap: true }),
    text(one.name, { ...CELL, ...strong }),
    ...[one.toDate, one.pace, one.forecast, one.budget].map((amount) => number(amount, strong)),
    number(one.ofBudget, { ...strong, color: LIGHT_STYLES[one.light].colour }),
    reason(counted(after)),
  ];
}

/** What the total counts besides the rows, as a remark on its row. */
const counted = (after: readonly string[]): string =>
  after
    .filter((line) => line.startsWith('The total counts '))
    .map((line) => line.slice('The total '.length).replace(/\.$/, ''))
    .join('; ');

const reserveRow = (amount: string): TableCell[] => [
  '',
  text(amount.startsWith('−') ? 'OUs beyond the total' : 'Reserve, in no OU', { ...CELL, color: MUTED }),
  '',
  '',
  '',
  number(amount),
  '',
  '',
];

const number = (amount: string, style: Partial<TextStyle> = {}): TableCell =>
  text(amount, { ...CELL, isTabular: true, ...style }, { alignment: 'right', noWrap: true });

/** Smaller than its row, and on its line. */
const reason = (words: string): TableCell =>
  text(cut(words, REASON_COLUMNS), { ...LABEL, leading: 10 }, { margin: [0, 1.3, 0, 0] });

/** What moved most, with why. */
export function moversTable(movers: MoversTable | undefined): Content[] {
  if (movers === undefined) return [];
  const body = movers.rows.map(({ change, service, account, ou, course, why }): TableCell[] => [
    number(change, { bold: true }),
    text(
      [{ text: cut(service, 30), bold: true }, ...(text(` · ${cut(account, 24)}`, CELL).text as Content[])],
      CELL,
    ),
    text(cut(ou, 26), CELL),
    number(course, { color: MUTED }),
    reason(why ?? ''),
  ]);
  return [
    heading('Top movers', movers.unit),
    ...(body.length === 0
      ? []
      : [
          {
            table: { widths: ['auto', 'auto', 'auto', 'auto', '*'], body, dontBreakRows: true },
            layout: rowsLayout({ head: false }),
          },
        ]),
  ];
}
