import type { Column, Content, TableCell, TDocumentDefinitions } from 'pdfmake/interfaces.js';
import { INK, LIGHT_STYLES, MUTED } from '../digest/html/style.ts';
import type { KeyFigure, Picture, Words } from '../digest/view/view.ts';
import { type Charts, MONTH_COLOURS } from './charts.ts';
import { inFonts } from './fonts.ts';
import type { SnapshotView } from './snapshot-view.ts';
import { lightsTable, moversTable } from './tables.ts';
import { heading, LABEL, LINE, light, type TextStyle, text } from './text.ts';

/** Millimetres in points. */
const mm = (length: number): number => (length * 72) / 25.4;
const MARGIN = { side: mm(14), top: mm(12), foot: mm(25) };
const WIDTH = 595.28 - 2 * MARGIN.side;
const GAP = mm(6);
/** Two thirds for the month adding up, one for its days. */
const CHART_WIDTHS = { running: ((WIDTH - GAP) * 2) / 3, month: (WIDTH - GAP) / 3 };

const FOOT: TextStyle = { fontSize: 7, leading: 10, color: MUTED };

/** The page as pdfmake lays it out; `onPages` is told how many pages it became. */
export function pageOf(
  view: SnapshotView,
  charts: Charts,
  { madeAt, onPages }: { readonly madeAt: string; readonly onPages: (pages: number) => void },
): TDocumentDefinitions {
  const mark = view.simulated ? ', SIMULATED' : '';
  const made = new Date(madeAt);
  return {
    pageSize: 'A4',
    pageMargins: [MARGIN.side, MARGIN.top, MARGIN.side, MARGIN.foot],
    language: 'en',
    displayTitle: true,
    info: {
      title: `Spendlight, ${view.title}${mark}`,
      author: 'Spendlight',
      creator: 'Spendlight',
      creationDate: made,
      modDate: made,
    },
    defaultStyle: { font: 'Inter', color: INK },
    content: [
      masthead(view),
      text(view.sentence, { fontSize: 15, leading: 20, bold: true, characterSpacing: -0.15 }),
      ...(view.second === ''
        ? []
        : [text(view.second, { fontSize: 10.5, leading: 15 }, { margin: [0, mm(1.6), 0, 0] })]),
      ...wrong(view.trouble),
      ...keyFigures(view.figures),
      ...chartRow(view, charts),
      ...lightsTable(view.lights),
      ...moversTable(view.movers),
    ],
    footer: (page, pages) => {
      onPages(pages);
      return foot(view, `Page ${page} of ${pages}`);
    },
  };
}

function masthead({ simulated, title, made }: SnapshotView): Content {
  const mark = simulated ? [{ text: '   SIMULATED, not a bill', color: MUTED }] : [];
  return {
    columns: [
      { text: ['Spendlight', ...mark], bold: true, fontSize: 8.5, width: 'auto' },
      { text: `${title}, ${made}`, color: MUTED, fontSize: 8.5, alignment: 'right', width: '*' },
    ],
    margin: [0, 0, 0, mm(4)],
  };
}

function wrong(lines: readonly string[]): Content[] {
  return lines.map((line, i) =>
    text(
      line,
      { fontSize: 8.5, leading: 12, color: LIGHT_STYLES['at risk'].colour },
      { margin: [0, i === 0 ? mm(1.6) : 0, 0, 0] },
    ),
  );
}

function keyFigures(figures: readonly KeyFigure[]): Content[] {
  if (figures.length === 0) return [];
  // All four in one size: that of the longest, where it would leave its column.
  const longest = Math.max(...figures.map(({ value }) => value.length));
  const fontSize = Math.min(21, (21 * 9) / longest);
  const columns = figures.map(
    ({ label, value, notes }): Column => ({
      width: '*',
      stack: [
        text(label, LABEL),
        text(value, { fontSize, leading: 26, bold: true, characterSpacing: -0.4, isTabular: true }),
        ...notes.map(({ words }) => note(words)),
      ],
    }),
  );
  return [{ columns, columnGap: GAP, margin: [0, mm(3.6), 0, 0] }];
}

function note(words: Words): Content {
  const runs = words.flatMap((word): Content[] => {
    if (typeof word === 'string') return inFonts(word).map((run) => ({ ...run, color: MUTED }));
    if ('number' in word) return [{ text: word.number, color: INK }];
    return light(word.light, LABEL.fontSize);
  });
  return text(runs, LABEL);
}

function chartRow({ running, month }: SnapshotView, charts: Charts): Content[] {
  const columns: Column[] = [
    ...(running === undefined || charts.running === undefined
      ? []
      : [
          {
            width: CHART_WIDTHS.running,
            stack: [
              heading('Actual, budget, run-rate', running.unit),
              { svg: charts.running, width: CHART_WIDTHS.running },
            ],
          },
        ]),
    ...(month === undefined || charts.month === undefined
      ? []
      : [
          {
            width: CHART_WIDTHS.month,
            stack: [
              heading('Day by day', month.unit),
              { svg: charts.month, width: CHART_WIDTHS.month },
              legend(month.has),
            ],
          },
        ]),
  ];
  return columns.length === 0 ? [] : [{ columns, columnGap: GAP }];
}

/** What the bars of the month are, each word after a sample of its colour. */
function legend({ onChargeDate, runRate, plan, spike }: Picture['has']): Content {
  const parts = [
    { shape: '■', colour: MONTH_COLOURS.cost, words: 'cost' },
    ...(onChargeDate ? [{ shape: '■', colour: MONTH_COLOURS.other, words: 'other charges' }] : []),
    ...(runRate ? [{ shape: '■', colour: MONTH_COLOURS.ahead, words: 'run-rate' }] : []),
    ...(plan ? [{ shape: '−', colour: MONTH_COLOURS.axis, words: 'plan' }] : []),
    ...(spike ? [{ shape: '○', colour: MONTH_COLOURS.spike, words: 'spike' }] : []),
  ];
  const words = parts.flatMap(({ shape, colour, words: name }): Content[] => [
    { text: shape, color: colour, bold: true },
    { text: `\u00a0${name}  ` },
  ]);
  return text(words, { fontSize: 6.5, leading: 9, color: MUTED });
}

function foot({ foot: { data, versions, ledger } }: SnapshotView, page: string): Content {
  const right = [page, versions];
  const body: TableCell[][] = data.map((line, i) => [
    text(line, FOOT),
    text(right[i] ?? '', FOOT, { alignment: 'right', noWrap: true }),
  ]);
  return {
    stack: [
      {
        canvas: [{ type: 'line', x1: 0, y1: 0, x2: WIDTH, y2: 0, lineWidth: 0.6, lineColor: LINE }],
        margin: [0, 0, 0, mm(2)],
      },
      {
        table: { widths: ['*', 'auto'], body },
        layout: {
          hLineWidth: () => 0,
          vLineWidth: () => 0,
          paddingLeft: (i) => (i === 0 ? 0 : GAP),
          paddingRight: () => 0,
          paddingTop: () => 0,
          paddingBottom: () => 0,
        },
      },
      text(`Ledger ${ledger}`, { ...FOOT, isTabular: true }),
    ],
    margin: [MARGIN.side, 4, MARGIN.side, 0],
  };
}
