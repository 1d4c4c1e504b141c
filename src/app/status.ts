import { addDays, dayOf, eachDay } from '../core/calendar/billing-date.ts';
import { momentOfStamp } from '../core/calendar/moment.ts';
import { daysInLedger } from '../lake/archive.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import { heartbeats } from '../lake/heartbeats.ts';
import { openLake } from '../lake/lake.ts';
import { currentHolder, isGone } from '../lake/lease.ts';
import { entriesOf, type Ledger, readLedger } from '../lake/ledger.ts';
import { recipientFates } from '../lake/mail-feedback.ts';
import { pinLake } from '../lake/pin.ts';
import { type EndedRun, lastRun, recentRuns } from '../lake/runs.ts';
import type { Clock } from '../ports/clock.ts';
import type { Asker } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { ThisProcess } from '../ports/this-process.ts';
import { accountReach, linesWithoutRate, namesOutsideTable, unmappedAccounts } from '../sql/status.ts';
import { covers } from './archive-days.ts';
import { type CompleteDays, completeDays } from './complete-days.ts';
import { reopenedBills } from './period-ledger.ts';
import { lookUpDelivery } from './send-once.ts';
import type { DayStatus, LoadStatus, SourceStatus, Status } from './status-report.ts';
import { troubles } from './status-troubles.ts';

/** How many of the latest days `status` tells of one by one. */
const DAYS_SHOWN = 7;
const RUNS_SHOWN = 10;
/** The daily run's hour, UTC (requirement D1). */
const RUN_HOUR = 'T07:00:00Z';

export interface StatusTools {
  readonly engine: Asker;
  readonly store: ObjectStore;
  readonly clock: Clock;
  /** Undefined: whether who writes now still lives cannot be told. */
  readonly process?: ThisProcess | undefined;
}

/** Looks at the lake as it is now; changes nothing. @throws UserError `LAKE_EMPTY` where there is none */
export async function lakeStatus({ engine, store, clock, process }: StatusTools): Promise<Status> {
  const lake = await openLake(store);
  const state = await lake.head();
  await pinLake(engine, lake, state);
  const complete = await completeDays(engine, state, clock.now());
  const ledger = await readLedger(store);
  const latest = await lastRun(store);
  const digests = entriesOf(ledger, 'digest').filter(({ key }) => key.endsWith('daily/finops'));
  const sent = digests.at(-1)?.key ?? latest?.digest;
  const mailedOn = digests.at(-1)?.runDate ?? latest?.runDate;
  const known = {
    lake: {
      location: store.location,
      version: state.version,
      committedAt: state.committedAt,
      ...lake.identity,
    },
    sources: await sourceStates(engine, complete, clock.now()),
    accounts: { seen: accountsIn(state), quiet: complete.quiet },
    completeTo: complete.completeTo,
    days: dayStates(state, complete, ledger),
    loads: state.loads.map(loadStatus),
    inputs: state.inputs,
    lastRun: latest,
    runs: await recentRuns(store, RUNS_SHOWN),
    nextRunDue: nextRunDue(clock.now(), latest),
    writing: await writingNow(store, process),
    heartbeats: await heartbeats(store),
    mail: sent === undefined ? undefined : { key: sent, delivery: await lookUpDelivery(store, sent) },
    recipients: mailedOn === undefined ? [] : await recipientFates(store, mailedOn),
    ledger: { entries: ledger.entries.length, head: ledger.head, archivedDays: daysInLedger(ledger).size },
    namesOutsideTable: (await engine.rows(namesOutsideTable({}))).map(([name]) => String(name)),
    unmapped: (await engine.rows(unmappedAccounts({}))).map(([account]) => String(account)),
    reopened: await reopenedBills(lake, state, clock.now()),
    withoutRate: (await engine.rows(linesWithoutRate({}))).map(([currency, lines]) => ({
      currency: String(currency),
      lines: Number(lines),
    })),
  };
  return { ...known, troubles: troubles(known, complete, clock.now()) };
}

async function sourceStates(
  engine: Asker,
  complete: CompleteDays,
  now: number,
): Promise<readonly SourceStatus[]> {
  const reach = await engine.rows(accountReach({}));
  return complete.sources.map(({ source, watermark, deliveredAt }) => ({
    source,
    watermark,
    ageHours: watermark === undefined ? undefined : Math.round((now - momentOfStamp(watermark)) / 3_600_000),
    lastDelivery: deliveredAt,
    state: complete.late.includes(source) ? 'late' : complete.ended.includes(source) ? 'ended' : 'on time',
    accounts: reach
      .filter(([of]) => of === source)
      .map(([, account, end]) => ({
        account: String(account),
        watermark: end === null ? undefined : String(end),
      })),
  }));
}

/** The latest days, from the last that is complete on backwards, and everything after it up to the newest line. */
function dayStates(
  state: LakeState,
  { completeTo, newestDay, firstDay }: CompleteDays,
  ledger: Ledger,
): readonly DayStatus[] {
  if (firstDay === undefined || newestDay === undefined) return [];
  const from = addDays(completeTo ?? firstDay, 1 - DAYS_SHOWN);
  const archived = daysInLedger(ledger);
  return [...eachDay({ from: from < firstDay ? firstDay : from, until: addDays(newestDay, 1) })]
    .slice(0, 2 * DAYS_SHOWN)
    .map((date) => ({
      date,
      state: !state.loads.some((load) => covers(load, date))
        ? 'missing'
        : completeTo !== undefined && date <= completeTo
          ? 'complete'
          : 'arriving',
      archived: archived.has(date),
    }));
}

const loadStatus = ({
  source,
  billingPeriod,
  format,
  delivery,
  totals,
  watermark,
}: LakeState['loads'][number]): LoadStatus => ({
  source,
  billingPeriod,
  format,
  deliveredAt: delivery.deliveredAt,
  lines: loadedLines(totals),
  watermark,
});

/** Totals are kept per metric; each metric counts every line once. */
const loadedLines = (totals: LakeState['loads'][number]['totals']): number =>
  totals.filter(({ metric }) => metric === 'BilledCost').reduce((lines, { rows }) => lines + rows.loaded, 0);

const accountsIn = (state: LakeState): number =>
  new Set(state.loads.flatMap(({ accounts }) => accounts.map(({ subAccountId }) => subAccountId))).size;

async function writingNow(store: ObjectStore, process: ThisProcess | undefined): Promise<Status['writing']> {
  const holder = await currentHolder(store);
  return holder && { ...holder, isGone: process !== undefined && isGone(holder, process) };
}

/** Tomorrow's run, or today's where none was done for today yet. */
function nextRunDue(now: number, latest: EndedRun | undefined): string {
  const today = dayOf(now);
  const day = latest !== undefined && latest.runDate >= today ? addDays(today, 1) : today;
  return `${day}${RUN_HOUR}`;
}
