import type { BillingDate } from '../core/calendar/billing-date.ts';
import { OutOfTime } from '../core/errors/out-of-time.ts';
import { UserError } from '../core/errors/user-error.ts';
import { byMonth, csvOf, daysInLedger, owedDays, type PlannedDays, writeDays } from '../lake/archive.ts';
import type { LakeState, Load } from '../lake/catalog-types.ts';
import type { Lake } from '../lake/lake.ts';
import {
  appendToLedger,
  entriesOf,
  type LedgerDelivery,
  readLedger,
  type WrittenAgain,
} from '../lake/ledger.ts';
import { pinLake } from '../lake/pin.ts';
import type { Clock, Progress } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';

export interface ArchiveTools {
  readonly lake: Lake;
  readonly engine: Engine;
  readonly clock: Clock;
  readonly progress: Progress;
  /** A folder outside the lake, for drafts. */
  readonly scratch: () => Promise<string>;
  /** Whether no further month must be begun; a month takes a while. */
  readonly isTimeUp?: (() => boolean) | undefined;
}

/**
 * Finishes the days that a killed run promised and did not write, each from the lake version that the ledger names.
 * Afterwards the engine has other versions pinned: pin yours anew. Gives how many days were finished.
 */
export async function finishOwedDays(tools: ArchiveTools): Promise<number> {
  const { lake, engine } = tools;
  const owed = owedDays(await readLedger(lake.store));
  for (const plan of owed) {
    refuseLate(tools, plan.days[0]?.date);
    await pinLake(engine, lake, await lake.at(plan.lakeVersion));
    await writePlanned(tools, plan);
  }
  return owed.reduce((count, { days }) => count + days.length, 0);
}

/**
 * Archives those of `days` that no run has archived: first the ledger names them with the hashes of their CSVs, then
 * the objects are written. The engine has `state` pinned. Gives the days that this call archived, in order.
 */
export async function archiveDays(
  tools: ArchiveTools,
  state: LakeState,
  days: readonly BillingDate[],
): Promise<readonly BillingDate[]> {
  const archived: BillingDate[] = [];
  for (const month of byMonth(days)) {
    refuseLate(tools, month[0]);
    const plan = await planned(tools, state, month);
    if (plan === undefined) continue;
    await writePlanned(tools, plan);
    archived.push(...plan.days.map(({ date }) => date));
    tools.progress.step('archive', archived.length, days.length, `${month[0]?.slice(0, 7)}`);
  }
  return archived;
}

/**
 * Archives `days` once more from `state`, which the engine has pinned: as `archiveDays`, but for days that are archived,
 * too. Their objects get new versions; the ledger says which run did it and why.
 */
export async function archiveAgain(
  tools: ArchiveTools,
  state: LakeState,
  days: readonly BillingDate[],
  again: WrittenAgain,
): Promise<void> {
  for (const month of byMonth(days)) {
    refuseLate(tools, month[0]);
    const plan = await planned(tools, state, month, again);
    if (plan !== undefined) await writePlanned(tools, plan);
  }
}

function refuseLate({ isTimeUp }: ArchiveTools, day: BillingDate | undefined): void {
  if (isTimeUp?.() === true) throw new OutOfTime(`the archive of ${day}`);
}

/** The deliveries whose loads make up `state`, as the ledger names them. */
const deliveriesOf = (loads: readonly Load[]): readonly LedgerDelivery[] =>
  loads.map(({ id, source, billingPeriod, delivery }) => ({
    load: id,
    source,
    billingPeriod,
    delivery: delivery.id,
    deliveredAt: delivery.deliveredAt,
    content: delivery.content,
  }));

/** Enters the deliveries that became current since the ledger's last word on them; nothing where there are none. */
export async function enterDeliveries(
  { lake, clock }: Pick<ArchiveTools, 'lake' | 'clock'>,
  state: LakeState,
): Promise<void> {
  await appendToLedger(lake.store, clock, (ledger) => {
    const known = new Set(
      entriesOf(ledger, 'deliveries').flatMap((entry) => entry.deliveries.map(({ load }) => load)),
    );
    const deliveries = deliveriesOf(state.loads.filter(({ id }) => !known.has(id)));
    return deliveries.length === 0
      ? undefined
      : { kind: 'deliveries', lakeVersion: state.version, deliveries };
  });
}

async function planned(
  { lake, engine, clock }: ArchiveTools,
  state: LakeState,
  days: readonly BillingDate[],
  again?: WrittenAgain,
): Promise<PlannedDays | undefined> {
  const csv = await csvOf(engine, days);
  const touching = state.loads.filter((load) => days.some((day) => covers(load, day)));
  return appendToLedger(lake.store, clock, (ledger) => {
    const taken = daysInLedger(ledger);
    const mine = again === undefined ? csv.filter(({ date }) => !taken.has(date)) : csv;
    if (mine.length === 0) return undefined;
    return {
      kind: 'archive.planned',
      lakeVersion: state.version,
      versions: state.inputs,
      deliveries: deliveriesOf(touching),
      days: mine.map(({ date, rows, total, csv: hash }) => ({ date, rows, total, csv: hash })),
      ...(again === undefined ? {} : { again }),
    };
  });
}

/** Writes what `plan` promised, from the lake version that the engine has pinned, and says so in the ledger. */
async function writePlanned(
  { lake, engine, clock, scratch }: ArchiveTools,
  plan: PlannedDays,
): Promise<void> {
  const csv = await csvOf(
    engine,
    plan.days.map(({ date }) => date),
  );
  for (const [i, day] of plan.days.entries()) {
    if (csv[i]?.csv !== day.csv) throw notReproduced(day.date, plan);
  }
  const workshop = { engine, store: lake.store, folder: await scratch() };
  const parquet = await writeDays(workshop, csv, plan.again);
  await appendToLedger(lake.store, clock, (ledger) => {
    const done = entriesOf(ledger, 'archive.written').some((entry) => entry.planned === plan.number);
    return done ? undefined : { kind: 'archive.written', planned: plan.number, parquet };
  });
}

/** Whether the load has a line on `day`, or could have: a day inside its span. */
export const covers = ({ firstDate, lastDate }: Load, day: BillingDate): boolean =>
  firstDate !== undefined && lastDate !== undefined && firstDate <= day && day <= lastDate;

function notReproduced(day: BillingDate, { number, lakeVersion }: PlannedDays): UserError {
  return new UserError('LAKE_DAMAGED', {
    what: `The CSV of ${day} cannot be made again from lake version ${lakeVersion} as entry ${number} of the ledger promised`,
    remedy: 'Bring back daily-costs/ and state/ from a backup: a file that this version names has changed.',
  });
}
