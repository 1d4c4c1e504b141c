import { type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import { byMonth, csvOf } from '../lake/archive.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import type { Lake } from '../lake/lake.ts';
import { type ArchivedDay, entriesOf, type Ledger } from '../lake/ledger.ts';
import { pinHistory } from '../lake/pin-history.ts';
import type { Engine } from '../ports/engine.ts';
import { breakdownDays, changedDays } from '../sql/restatements/changed-days.ts';

export interface RestatedDaysOf {
  /** Has `state` pinned; relations of its history are made. */
  readonly engine: Engine;
  readonly lake: Lake;
  readonly state: LakeState;
  readonly ledger: Ledger;
}

/**
 * Archived days whose breakdown is another one now than the Parquet that was written last, in order. Looked for where
 * rows or sum differ, and where commits since the last daily run changed something (an account that moved to another OU
 * changes neither); what decides are the bytes of the day's CSV.
 */
export async function restatedDays({
  engine,
  lake,
  state,
  ledger,
}: RestatedDaysOf): Promise<readonly BillingDate[]> {
  const archived = lastArchived(ledger);
  if (archived.size === 0) return [];
  const now = new Map(
    (await engine.rows(breakdownDays({}))).map(([day, rows, total]) => [String(day), `${rows} ${total}`]),
  );
  const differs = [...archived.values()].filter(
    ({ date, rows, total }) => (now.get(date) ?? NOTHING) !== `${rows} ${total}`,
  );
  await pinHistory(engine, lake, state, { since: lastRunVersion(ledger) });
  const changed = (await engine.rows(changedDays({}))).map(([day]) => billingDate(String(day)));
  const candidates = new Set([
    ...differs.map(({ date }) => date),
    ...changed.filter((day) => archived.has(day)),
  ]);
  const restated: BillingDate[] = [];
  for (const month of byMonth([...candidates])) {
    const days = await csvOf(engine, month);
    restated.push(...days.filter(({ date, csv }) => archived.get(date)?.csv !== csv).map(({ date }) => date));
  }
  return restated;
}

const NOTHING = '0 0.000000000000000';

/** What the ledger says of each day as it was archived last. */
function lastArchived(ledger: Ledger): ReadonlyMap<BillingDate, ArchivedDay> {
  return new Map(
    entriesOf(ledger, 'archive.planned').flatMap(({ days }) => days.map((day) => [day.date, day])),
  );
}

/** A daily run enters its digest when all its days are archived: nothing before that version is left to be looked for. */
const lastRunVersion = (ledger: Ledger): number =>
  entriesOf(ledger, 'digest').findLast(({ key }) => key.endsWith('daily/finops'))?.lakeVersion ?? 0;
