import type { BillingDate } from '../core/calendar/billing-date.ts';
import { periodOf } from '../core/calendar/billing-period.ts';
import { type Cell, type CellReason, cellOf, type DayState } from '../core/completeness/calendar.ts';
import { passedDay, type ThinDay } from '../core/completeness/completeness.ts';
import { known } from '../core/errors/invariant.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import type { AccountInterval } from '../lake/inputs.ts';
import { type CalendarRow, type CalendarStretch, CELL_LETTERS, DAY_LETTERS } from './calendar-report.ts';
import type { CompleteDays } from './complete-days.ts';
import type { Finality } from './finality.ts';

/** What one account of a source has in the calendar's days. */
export interface RowFacts {
  readonly source: string;
  readonly account: string;
  readonly first: BillingDate;
  readonly last: BillingDate;
  readonly name: string | undefined;
  readonly ou: string | undefined;
  readonly lines: Map<BillingDate, number>;
  readonly thin: Map<BillingDate, ThinDay>;
}

/** What every row is judged by. */
export interface CalendarGround {
  readonly state: LakeState;
  readonly complete: CompleteDays;
  readonly accounts: readonly AccountInterval[];
  readonly finality: Finality;
  readonly days: readonly BillingDate[];
  /** Milliseconds since 1970. */
  readonly now: number;
}

/** The calendar's row of one account of a source. */
export function calendarRow(row: RowFacts, ground: CalendarGround): CalendarRow {
  const { source, account, ou } = row;
  const judged = judgedDays(row, ground);
  const name =
    row.name ?? ground.accounts.filter(({ accountId }) => accountId === account).at(-1)?.accountName;
  return {
    source,
    account,
    name,
    ou,
    cells: judged.map(({ cell }) => CELL_LETTERS[cell.state]).join(''),
    settling: judged
      .map(({ cell, settled }) => (cell.state === 'skipped' ? '.' : DAY_LETTERS[settled]))
      .join(''),
    stretches: stretchesOf(row, judged, ground),
  };
}

interface JudgedDay {
  readonly date: BillingDate;
  readonly cell: Cell;
  readonly settled: DayState;
}

function judgedDays(row: RowFacts, { state, complete, accounts, finality, days, now }: CalendarGround) {
  const { source, account, first, last, lines, thin } = row;
  const arrival = known(
    complete.sources.find((other) => other.source === source),
    `how far ${source} reaches`,
  );
  const excluded = new Set(
    state.exclusions
      .filter((exclusion) => exclusion.source === source && exclusion.subAccountId === account)
      .map(({ billingPeriod }) => billingPeriod),
  );
  const intervals = accounts.filter(({ accountId }) => accountId === account);
  const passed = passedDay(arrival);
  const of = {
    source: arrival,
    passed,
    isLate: complete.late.includes(source),
    hasEnded: complete.ended.includes(source),
    first,
    last,
    isClosed: (day: BillingDate) =>
      intervals.length > 0 && !intervals.some((interval) => isOpen(interval, day)),
    isExcluded: (day: BillingDate) => excluded.has(periodOf(day)),
  };
  return days.map((date): JudgedDay => {
    const has = { hasLines: lines.has(date), isComplete: passed !== undefined && date <= passed };
    const { state: settled } = finality.of({ source, account, date, ...has });
    const isFinal = settled === 'final';
    const cell = cellOf(of, { date, lines: lines.get(date) ?? 0, thin: thin.get(date), isFinal }, now);
    return { date, cell, settled: cell.state === 'late' && has.hasLines ? 'provisional' : settled };
  });
}

/** As the account map says; a day outside of all its intervals is one on which the account is not there. */
const isOpen = ({ validFrom, validUntil, status }: AccountInterval, day: BillingDate): boolean =>
  (validFrom === undefined || validFrom <= day) &&
  (validUntil === undefined || validUntil > day) &&
  !['closed', 'suspended', 'pending_closure'].includes((status ?? '').toLowerCase());

/** Days in a row of one state and reason, told together; days that are simply present are not told. */
function stretchesOf(
  row: RowFacts,
  judged: readonly JudgedDay[],
  ground: CalendarGround,
): readonly CalendarStretch[] {
  const stretches: { from: BillingDate; to: BillingDate; cell: Cell; reason: CellReason }[] = [];
  for (const [i, { date, cell }] of judged.entries()) {
    if (cell.reason === undefined) continue;
    const open = stretches.at(-1);
    if (open !== undefined && i > 0 && open.to === judged[i - 1]?.date && isSame(open.cell, cell))
      open.to = date;
    else stretches.push({ from: date, to: date, cell, reason: cell.reason });
  }
  return stretches.map(({ from, to, cell, reason }) => ({
    from,
    to,
    state: cell.state,
    reason,
    why: why(reason, from, row, ground),
    mend: mend(cell.state, reason, from, row),
  }));
}

const isSame = (a: Cell, b: Cell): boolean => a.state === b.state && a.reason === b.reason;

function why(
  reason: CellReason,
  from: BillingDate,
  row: RowFacts,
  { state, complete }: CalendarGround,
): string {
  const watermark = complete.sources.find(({ source }) => source === row.source)?.watermark;
  const reach = watermark === undefined ? 'it has no usage' : `its usage ends ${watermark.slice(0, 16)}`;
  const thin = row.thin.get(from);
  const usual = thin === undefined ? '' : `, usually ${Math.round(thin.usual)}`;
  const instead = state.exclusions.find(
    (exclusion) =>
      exclusion.source === row.source &&
      exclusion.subAccountId === row.account &&
      exclusion.billingPeriod === periodOf(from),
  )?.insteadOf;
  switch (reason) {
    case 'arriving':
      return `still arriving: ${reach}`;
    case 'source-late':
      return `${row.source} is late: ${reach}`;
    case 'source-ended':
      return `${row.source} has ended: ${reach}`;
    case 'nothing-came':
      return `no line came${usual}`;
    case 'account-quiet':
      return `quiet since ${row.last}${usual}`;
    case 'below-half':
      return `${thin?.lines ?? 0} ${thin?.lines === 1 ? 'line' : 'lines'} of usage${usual}`;
    case 'new':
      return `its first line is of ${row.first}`;
    case 'closed':
      return 'the account map says that it is closed, or not there';
    case 'irregular':
      return 'no line came, and none is usual on that weekday';
    case 'counted-elsewhere':
      return `counted in ${instead ?? 'another source'}`;
  }
}

/** The one command that mends a stretch; nothing where all is as it should be or only time helps. */
function mend(
  state: Cell['state'],
  reason: CellReason,
  from: BillingDate,
  { source }: RowFacts,
): string | undefined {
  if (state !== 'late' && state !== 'missing') return undefined;
  if (reason === 'account-quiet') return 'spendlight accounts import <account map in which it is closed>';
  return `spendlight ingest <the newest delivery of ${source} for ${periodOf(from)}>`;
}
