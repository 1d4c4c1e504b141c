import { type BillingDate, billingDate, dayOf, lastDay } from '../core/calendar/billing-date.ts';
import {
  addMonths,
  type BillingPeriod,
  daysOf,
  firstDay,
  periodOf,
} from '../core/calendar/billing-period.ts';
import { dayGaps, stretches } from '../core/gaps/day-gaps.ts';
import { daysInLedger } from '../lake/archive.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import { ouBreakdownCsvKey, ouBreakdownKey } from '../lake/keys.ts';
import { openLake } from '../lake/lake.ts';
import { entriesOf, type Ledger, readLedger } from '../lake/ledger.ts';
import { pinLake } from '../lake/pin.ts';
import { runsOfDays } from '../lake/runs.ts';
import type { Clock } from '../ports/clock.ts';
import type { Asker } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { FollowingTables } from '../ports/table-catalog.ts';
import { daysWithLines } from '../sql/days-with-lines.ts';
import { usageDays } from '../sql/usage-days.ts';
import { completeDays } from './complete-days.ts';
import type { Gap, GapsReport } from './gaps-report.ts';
import { breakdownPartitions, csvDaysFrom, driftOf } from './projection/drift.ts';

export interface GapTools {
  readonly engine: Asker;
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** The tables of other engines that follow the lake; absent where none do. */
  readonly tables?: FollowingTables | undefined;
}

/** First and last day to look at, inclusive; undefined: from the first line, up to the latest complete day. */
export interface GapsRange {
  readonly from?: BillingDate | undefined;
  readonly to?: BillingDate | undefined;
}

/** Looks for what is missing in the lake as it is now; changes nothing. @throws UserError `LAKE_EMPTY` where there is none */
export async function gaps(
  { engine, store, clock, tables }: GapTools,
  range: GapsRange,
): Promise<GapsReport> {
  const lake = await openLake(store);
  const state = await lake.head();
  await pinLake(engine, lake, state);
  const { firstDay: first, completeTo } = await completeDays(engine, state, clock.now());
  const { version: lakeVersion } = state;
  if (first === undefined || completeTo === undefined) return { lakeVersion, looked: undefined, gaps: [] };
  const [from, to] = [later(first, range.from), earlier(completeTo, range.to)];
  if (from > to) return { lakeVersion, looked: undefined, gaps: [] };
  const ledger = await readLedger(store);
  const found = [
    ...(await dataGaps(engine, state, completeTo)),
    ...(await archiveGaps(engine, store, ledger, completeTo)),
    ...(tables === undefined ? [] : await partitionGaps(tables, store, ledger, dayOf(clock.now()))),
    ...(await mailGaps(store, ledger)),
    ...deliveryGaps(state),
  ].filter((gap) => (gap.kind === 'no mail' ? isWithin(gap, range) : gap.to >= from && gap.from <= to));
  return { lakeVersion, looked: { from, to }, gaps: found.sort(byDay) };
}

/** Days without lines, or with few. A month without a delivery is told as such, not day by day. */
async function dataGaps(
  engine: Asker,
  { loads }: LakeState,
  completeTo: BillingDate,
): Promise<readonly Gap[]> {
  const days = (await engine.rows(usageDays({}))).map(([source, date, lines]) => ({
    source: String(source),
    date: billingDate(String(date)),
    lines: Number(lines),
  }));
  const delivered = new Set(loads.map(({ source, billingPeriod }) => `${billingPeriod} ${source}`));
  const lacking = dayGaps(days, completeTo).filter(({ source, date }) =>
    delivered.has(`${periodOf(date)} ${source}`),
  );
  const sources = new Set(lacking.map(({ source }) => source));
  return [...sources].flatMap((source) =>
    (['missing', 'small'] as const).flatMap((kind) => {
      const ofKind = lacking.filter((gap) => gap.source === source && gap.kind === kind);
      return stretches(ofKind).map((run): Gap => {
        const [{ date: from, lines, usual }] = run;
        const to = run.at(-1)?.date ?? from;
        const what =
          kind === 'missing'
            ? `${source} has no line on ${named(from, to)}, usually about ${Math.round(usual)} a day`
            : `${source} has few lines on ${named(from, to)}: ${lines} on the first, usually ${Math.round(usual)}`;
        return { kind, source, from, to, what, command: bringIn(source, periodOf(from)) };
      });
    }),
  );
}

/** Complete days with lines that the ledger does not name, or whose objects are gone. */
async function archiveGaps(
  engine: Asker,
  store: ObjectStore,
  ledger: Ledger,
  completeTo: BillingDate,
): Promise<readonly Gap[]> {
  const lists = await Promise.all(
    ['ou-breakdowns/', 'ou-breakdowns-csv/'].map((prefix) => store.list(prefix)),
  );
  const there = new Set(lists.flat().map(({ key }) => key));
  const archived = daysInLedger(ledger);
  const rows = await engine.rows(daysWithLines({ until: completeTo }));
  const lacking = rows
    .map(([day]) => ({ date: billingDate(String(day)) }))
    .filter(
      ({ date }) =>
        !archived.has(date) || !there.has(ouBreakdownKey(date)) || !there.has(ouBreakdownCsvKey(date)),
    );
  return stretches(lacking).map((run): Gap => {
    const from = run[0].date;
    const to = run.at(-1)?.date ?? from;
    const isKnown = run.some(({ date }) => archived.has(date));
    return {
      kind: 'no archive',
      source: undefined,
      from,
      to,
      what: isKnown
        ? `The archive of ${named(from, to)} is gone`
        : `${named(from, to)} ${from === to ? 'is' : 'are'} complete and not archived`,
      command: isKnown ? `spendlight backfill --from ${from} --to ${to}` : 'spendlight run',
    };
  });
}

/** Archived days that other engines do not find, or find elsewhere. @throws UserError `TABLES_*` where the tables cannot be asked */
async function partitionGaps(
  tables: FollowingTables,
  store: ObjectStore,
  ledger: Ledger,
  today: BillingDate,
): Promise<readonly Gap[]> {
  const found: Gap[] = [];
  for (const [table, wanted] of breakdownPartitions(store, ledger, csvDaysFrom(tables, today))) {
    const { missing } = driftOf(table, wanted, await tables.catalog.partitions(table));
    const lacking = missing.map(({ values: [year = '', month = '', day = ''] }) => ({
      date: billingDate(`${year}-${month.padStart(2, '0')}-${day.padStart(2, '0')}`),
    }));
    for (const run of stretches(lacking)) {
      const from = run[0].date;
      const to = run.at(-1)?.date ?? from;
      const what = `${named(from, to)} ${from === to ? 'is' : 'are'} not registered in ${tables.catalog.database}.${table}`;
      found.push({
        kind: 'no partition',
        source: undefined,
        from,
        to,
        what,
        command: 'spendlight verify --repair',
      });
    }
  }
  return found;
}

/** Run dates on which a daily run was begun and no digest went out. */
async function mailGaps(store: ObjectStore, ledger: Ledger): Promise<readonly Gap[]> {
  const digests = entriesOf(ledger, 'digest').filter(({ key }) => key.endsWith('daily/finops')); // no reruns
  const mailed = new Set(digests.map(({ runDate }) => runDate));
  const runs = (await runsOfDays(store, mailed)).filter(({ kind }) => kind === 'daily');
  const dates = [...new Set(runs.map(({ runDate }) => runDate))].sort();
  return stretches(dates.map((date) => ({ date }))).map((run): Gap => {
    const from = run[0].date;
    const to = run.at(-1)?.date ?? from;
    return {
      kind: 'no mail',
      source: undefined,
      from,
      to,
      what: `No digest went out for the run of ${named(from, to)}`,
      command: `spendlight run --date ${to}`,
    };
  });
}

/** Months between the first and the last of a source without a delivery. */
function deliveryGaps({ loads }: LakeState): readonly Gap[] {
  const sources = [...new Set(loads.map(({ source }) => source))].sort();
  return sources.flatMap((source) => {
    const months = new Set(loads.filter((load) => load.source === source).map((load) => load.billingPeriod));
    const [first, last] = [[...months].sort()[0], [...months].sort().at(-1)];
    const gone: Gap[] = [];
    for (
      let month = first;
      month !== undefined && last !== undefined && month < last;
      month = addMonths(month, 1)
    ) {
      if (months.has(month)) continue;
      const to = lastDay(daysOf(month));
      const what = `${source} has no delivery of ${month}, and has them before and after`;
      gone.push({
        kind: 'no delivery',
        source,
        from: firstDay(month),
        to,
        what,
        command: bringIn(source, month),
      });
    }
    return gone;
  });
}

const named = (from: BillingDate, to: BillingDate): string => (from === to ? from : `${from} to ${to}`);

const bringIn = (source: string, month: BillingPeriod): string =>
  `spendlight ingest <the delivery of ${month}> --source ${source}`;

const isWithin = ({ from, to }: Gap, range: GapsRange): boolean =>
  (range.from === undefined || to >= range.from) && (range.to === undefined || from <= range.to);

const later = (a: BillingDate, b: BillingDate | undefined): BillingDate => (b !== undefined && b > a ? b : a);
const earlier = (a: BillingDate, b: BillingDate | undefined): BillingDate =>
  b !== undefined && b < a ? b : a;

const byDay = (a: Gap, b: Gap): number => {
  const [keyA, keyB] = [a, b].map(({ from, kind, source }) => `${from} ${kind} ${source ?? ''}`);
  return (keyA ?? '') < (keyB ?? '') ? -1 : 1;
};
