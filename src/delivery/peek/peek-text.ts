import { addDays, type BillingDate } from '../../core/calendar/billing-date.ts';
import { compare, type Money, minus, negated, sum } from '../../core/money/money.ts';
import { range } from '../format/days.ts';
import type { BillFacts, Changes, CurrencyTotals, Finding, Part, PeekFacts } from './facts.ts';
import { bar, counted, fitted, pointAligned, signedAligned } from './table.ts';

const WIDTH = 100;
const NAME_WIDTH = 38;
/** Gaps, bar and count of a row. */
const FIXED_WIDTH = 33;
const ROWS_MAX = 15;
const DAYS_MAX = 35;

/** The first look as a terminal shows it: plain, aligned, at most 100 columns. Ends with a newline. */
export const peekText = ({ bills }: PeekFacts): string => `${bills.map(billText).join('\n\n')}\n`;

function billText(bill: BillFacts): string {
  return [
    head(bill),
    ...bill.totals.map(totalsText),
    changesText(bill.changes),
    findingsText(bill.findings),
  ].join('\n\n');
}

function head({ files, label, source, lines, periods, firstDay, lastDay }: BillFacts): string {
  const [first = '', ...others] = files;
  const charged = firstDay === undefined || lastDay === undefined ? 'no days' : `${firstDay} to ${lastDay}`;
  return [
    `${fitted(first, 88).trimEnd()}${others.length === 0 ? '' : ` and ${others.length} more`}`,
    `  ${label}, ${counted(lines)} ${lines === 1 ? 'line' : 'lines'}, as source "${source}"`,
    `  billing ${periods.length === 1 ? 'period' : 'periods'} ${periodsText(periods)}, charged ${charged} (UTC)`,
  ].join('\n');
}

function periodsText(periods: BillFacts['periods']): string {
  const [first] = periods;
  const last = periods.at(-1);
  if (first === undefined || last === undefined) return 'unknown';
  if (periods.length <= 3) return periods.map(({ period }) => period).join(', ');
  return `${first.period} to ${last.period} (${periods.length})`;
}

function totalsText({
  currency,
  total,
  lines,
  categories,
  services,
  accounts,
  days,
}: CurrencyTotals): string {
  const earlier = days.slice(0, -DAYS_MAX);
  const tables: readonly Table[] = [
    { title: 'charge category', parts: categories, rest: undefined },
    { title: 'service', ...topOf(services, 'services') },
    { title: 'account', ...topOf(accounts, 'accounts') },
    {
      title: 'day',
      parts: days.slice(-DAYS_MAX),
      rest: restOf(earlier, `${earlier.length} earlier days`, total),
    },
  ];
  return [
    `BilledCost  ${currency} ${pointAligned([total])[0] ?? ''}  in ${counted(lines)} lines`,
    ...tablesText(tables),
  ].join('\n\n');
}

interface Table {
  readonly title: string;
  readonly parts: readonly Part[];
  /** All that is not shown, as one row without a bar. */
  readonly rest: Part | undefined;
}

function topOf(parts: readonly Part[], what: string): Pick<Table, 'parts' | 'rest'> {
  const rest = parts.slice(ROWS_MAX);
  const [first] = parts;
  if (first === undefined) return { parts, rest: undefined };
  return {
    parts: parts.slice(0, ROWS_MAX),
    rest: restOf(rest, `${rest.length} other ${what}`, first.amount),
  };
}

function restOf(rest: readonly Part[], name: string, like: Money): Part | undefined {
  if (rest.length === 0) return undefined;
  const amount = sum(
    rest.map((part) => part.amount),
    like.currency,
  );
  return { name, amount, lines: rest.reduce((lines, part) => lines + part.lines, 0) };
}

/** Rows of name, exact amount, bar and lines; the points of all tables stand below each other. */
function tablesText(tables: readonly Table[]): readonly string[] {
  const rows = tables.map(({ parts, rest }) => (rest === undefined ? parts : [...parts, rest]));
  const amounts = pointAligned(rows.flat().map(({ amount }) => amount));
  const width = Math.max(...amounts.map((amount) => amount.length), 0);
  const nameWidth = Math.min(NAME_WIDTH, WIDTH - FIXED_WIDTH - width);
  let at = 0;
  return tables.map(({ title, parts, rest }, i) => {
    const largest = parts.reduce((most, { amount }) => larger(most, amount), parts[0]?.amount);
    const head = `  ${fitted(`By ${title}`, nameWidth)}  ${' '.repeat(width)}  ${' '.repeat(14)}  ${'lines'.padStart(11)}`;
    const lines = (rows[i] ?? []).map((part) => {
      const drawn = part === rest || largest === undefined ? '' : bar(part.amount, magnitude(largest));
      return `  ${fitted(part.name ?? '(none)', nameWidth)}  ${amounts[at++] ?? ''}  ${drawn.padEnd(14)}  ${counted(part.lines).padStart(11)}`;
    });
    return [head, ...lines].join('\n');
  });
}

const magnitude = (amount: Money): Money => (amount.units < 0n ? negated(amount) : amount);
const larger = (a: Money | undefined, b: Money): Money =>
  a === undefined || compare(magnitude(b), magnitude(a)) > 0 ? b : a;

function changesText(changes: Changes): string {
  if (changes.weeks === undefined)
    return `Changes between the last two full weeks: none shown, ${changes.why}.`;
  const [before, now] = changes.weeks;
  const title = `Largest changes of usage, week of ${weekText(now)} against week of ${weekText(before)}`;
  if (changes.rows.length === 0) return `${title}: none.`;
  const deltas = changes.rows.map((row) => minus(row.now, row.before));
  const [current, moved] = [pointAligned(changes.rows.map((row) => row.now)), signedAligned(deltas)];
  const rows = changes.rows.map(({ service, account }, i) => {
    const who = `${fitted(service ?? '(none)', 24)} ${fitted(account ?? '(none)', 15)}`;
    return `  ${who}  ${moved[i] ?? ''}  now ${current[i] ?? ''}`.trimEnd();
  });
  return [title, ...rows].join('\n');
}

const weekText = (monday: BillingDate): string => range({ from: monday, until: addDays(monday, 7) });

function findingsText(findings: readonly Finding[]): string {
  const wrong = findings.filter(({ kind }) => kind !== 'note');
  const lines = wrong.flatMap(({ what, examples }) => [
    ...wrapped(what, '  ! '),
    ...examples.flatMap((one) => wrapped(one, '      ')),
  ]);
  const notes = findings.filter(({ kind }) => kind === 'note').flatMap(({ what }) => wrapped(what, '  · '));
  return [
    wrong.length === 0 ? 'Nothing looks wrong.' : 'What looks wrong',
    ...lines,
    ...(notes.length === 0 ? [] : ['', 'Worth knowing', ...notes]),
  ].join('\n');
}

/** Words in lines of at most WIDTH characters; a line after the first is indented as far as the first's text. */
function wrapped(words: string, start: string): string[] {
  const lines: string[] = [];
  let line = start;
  for (const word of words.split(' ')) {
    if (line.length + word.length >= WIDTH && line.trim() !== '') {
      lines.push(line.trimEnd());
      line = ' '.repeat(start.length);
    }
    line += `${word} `;
  }
  return [...lines, line.trimEnd()];
}
