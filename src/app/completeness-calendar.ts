import { billingDate, eachDay, lastDay, type Period } from '../core/calendar/billing-date.ts';
import type { CellState } from '../core/completeness/calendar.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import { readAccounts } from '../lake/inputs.ts';
import type { Lake } from '../lake/lake.ts';
import { loadHistory } from '../lake/load-history.ts';
import { pinHistory } from '../lake/pin-history.ts';
import type { Asker, Cell, Row } from '../ports/engine.ts';
import { accountSpans, linesPerAccountDay, thinDaysWithin } from '../sql/completeness.ts';
import { lastChanges } from '../sql/restatements/last-changes.ts';
import { calendarDays } from './calendar-days.ts';
import { CELL_LETTERS, type CompletenessCalendar } from './calendar-report.ts';
import { type CalendarGround, calendarRow, type RowFacts } from './calendar-rows.ts';
import { completeDays, thinDay } from './complete-days.ts';
import { changeKey, finalityOf } from './finality.ts';
import { billsOf } from './period-bills.ts';

export type * from './calendar-report.ts';

/**
 * The completeness calendar (requirement N7) of the days of `period`, at least one, told for `now` (ms since 1970). The
 * engine has `state` pinned.
 */
export async function completenessCalendar(
  engine: Asker,
  lake: Lake,
  state: LakeState,
  period: Period,
  now: number,
): Promise<CompletenessCalendar> {
  const commits = await loadHistory(lake.store, state.version);
  await pinHistory(engine, lake, state, { days: period });
  const changes = new Map(
    (await engine.rows(lastChanges(period))).map(([source, account, day, version]) => [
      changeKey(String(source), String(account), billingDate(String(day))),
      Number(version),
    ]),
  );
  const ground: CalendarGround = {
    state,
    complete: await completeDays(engine, state, now),
    accounts: await readAccounts(lake, state.inputs.accounts),
    finality: finalityOf(commits, billsOf(commits, state.exclusions), changes, now),
    days: [...eachDay(period)],
    now,
  };
  const facts = await rowFacts(engine, period);
  const rows = facts.map((row) => calendarRow(row, ground));
  const counts = { present: 0, provisional: 0, late: 0, missing: 0, skipped: 0 };
  for (const { cells } of rows) for (const letter of cells) counts[stateOf(letter)]++;
  return {
    lakeVersion: state.version,
    moment: new Date(now).toISOString(),
    from: period.from,
    to: lastDay(period),
    days: calendarDays(facts, ground),
    rows,
    counts,
  };
}

const STATES = new Map<string, CellState>(
  (Object.keys(CELL_LETTERS) as CellState[]).map((state) => [CELL_LETTERS[state], state]),
);
const stateOf = (letter: string): CellState => STATES.get(letter) ?? 'skipped';

async function rowFacts(engine: Asker, period: Period): Promise<readonly RowFacts[]> {
  const rows = new Map<string, RowFacts>();
  for (const row of await engine.rows(accountSpans({}))) {
    const [source, account, first, last, name, ou] = row;
    rows.set(keyOf(row), {
      source: String(source),
      account: String(account),
      first: billingDate(String(first)),
      last: billingDate(String(last)),
      name: textOf(name),
      ou: textOf(ou),
      lines: new Map(),
      thin: new Map(),
    });
  }
  for (const row of await engine.rows(linesPerAccountDay(period)))
    rows.get(keyOf(row))?.lines.set(billingDate(String(row[2])), Number(row[3]));
  for (const row of await engine.rows(thinDaysWithin(period))) {
    const thin = thinDay(row);
    rows.get(keyOf(row))?.thin.set(thin.date, thin);
  }
  return [...rows.values()];
}

const keyOf = ([source, account]: Row): string => JSON.stringify([source, account]);
const textOf = (cell: Cell | undefined): string | undefined =>
  cell === null || cell === undefined ? undefined : String(cell);
