import { addDays, type BillingDate } from '../core/calendar/billing-date.ts';
import { firstDay, periodOf } from '../core/calendar/billing-period.ts';
import { UserError } from '../core/errors/user-error.ts';
import { simulatedKey } from '../lake/keys.ts';
import { openLakeIfAny } from '../lake/lake.ts';
import { enterKept } from '../lake/ledger.ts';
import { readSelfChecked, selfChecked } from '../lake/self-checked.ts';
import { sha256Of } from '../lake/sha256.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { accountsCsv, budgetsCsv, labelsCsv } from '../simulator/decided.ts';
import { type Plan, simulate } from '../simulator/plan.ts';
import { loadPlan, PLAN_RELATIONS } from '../simulator/relations.ts';
import { arrivingDay, newestSlot, scheduleOf } from '../simulator/schedule.ts';
import { writeDelivery } from '../simulator/write-export.ts';
import { importAccounts, importBudgets } from './import-files.ts';
import { ingest } from './ingest.ts';
import type { IngestDoors } from './ingest-doors.ts';
import { lakeFor } from './lake-settings.ts';

export interface DemoDoors extends IngestDoors {
  /** Where the export is written before it is ingested like any other: a folder of its own. */
  readonly exports: ObjectStore;
}

export interface DemoRequest {
  /** At least so many days up to the newest complete one; the export begins on the first of a month. */
  readonly days: number;
  readonly seed: number;
  readonly accounts?: number | undefined;
  readonly linesPerDay?: number | undefined;
  readonly table: 'focus' | 'cur2';
  readonly deliveriesPerDay?: 1 | 3 | undefined;
}

export interface DemoReport {
  readonly lakeVersion: number;
  readonly from: BillingDate;
  readonly newestComplete: BillingDate;
  readonly accounts: number;
  readonly deliveries: number;
  /** Lines written, every delivery counted. */
  readonly lines: number;
  readonly incidents: number;
  /** Where the truth lies: which incidents were made, in CSV. */
  readonly labels: string;
}

/** What a demo lake is made from: written first, so that a demo that was killed goes on as it began. */
interface DemoPlan extends DemoRequest {
  readonly newest: string;
}

const PLAN_KEY = simulatedKey('plan.json');
const LABELS_KEY = simulatedKey('labels.csv');
/** `nothing` yet, `begun` and not ended (it was killed: make it again and it goes on), or `made`. */
export async function demoState(store: ObjectStore): Promise<'nothing' | 'begun' | 'made'> {
  if ((await store.head(LABELS_KEY)) !== undefined) return 'made';
  return (await store.head(PLAN_KEY)) === undefined ? 'nothing' : 'begun';
}

/**
 * Writes a simulated organisation's exports and brings them in through the same door as real ones, with account map and
 * budgets. @throws UserError `USAGE` where the lake holds something else already
 */
export async function makeDemo(doors: DemoDoors, request: DemoRequest): Promise<DemoReport> {
  const { engine, store, exports, progress, settings, clock } = doors;
  const asked = await begun(doors, request);
  const newestComplete = addDays(arrivingDay(asked.newest), -1);
  const from = firstDay(periodOf(addDays(newestComplete, 1 - asked.days)));
  progress.step('simulate', 0, 0, 'planning');
  const plan = simulate({
    seed: asked.seed,
    from,
    until: addDays(newestComplete, 2),
    ...(asked.accounts === undefined ? {} : { accounts: asked.accounts }),
    ...(asked.linesPerDay === undefined ? {} : { linesPerDay: asked.linesPerDay }),
  });
  await lakeFor(store, settings, { simulated: true, currency: 'USD' }, clock);
  await imported(doors, plan);
  const { manifests, lines } = await written(doors, plan, asked);
  const report = await ingest(doors, {
    paths: manifests.map((key) => exports.uri(key)),
    format: 'auto',
    allow: { shrink: false },
    maxRejects: 0,
  });
  // Where a killed demo goes on, newer deliveries than these are in the lake already.
  for (const { error } of report.refused) if (error.code !== 'DELIVERY_OLDER') throw error;
  for (const name of PLAN_RELATIONS) await engine.drop(name);
  const labels = new TextEncoder().encode(labelsCsv(plan.labels));
  await store.put(LABELS_KEY, labels);
  await enterKept(store, clock, [{ key: LABELS_KEY, sha256: sha256Of(labels) }]);
  return {
    lakeVersion: report.lakeVersion,
    from,
    newestComplete,
    accounts: plan.accounts.length,
    deliveries: manifests.length,
    lines,
    incidents: plan.labels.length,
    labels: store.uri(LABELS_KEY),
  };
}

/** What to make: as the lake was begun, else as asked now. */
async function begun({ store, clock }: DemoDoors, request: DemoRequest): Promise<DemoPlan> {
  const before = await store.get(PLAN_KEY);
  if (before !== undefined) {
    if ((await demoState(store)) === 'made') throw taken(store, 'holds a demo already');
    return readSelfChecked<DemoPlan>(before, PLAN_KEY);
  }
  if ((await openLakeIfAny(store)) !== undefined) throw taken(store, 'holds something else');
  const plan = { ...request, newest: newestSlot(clock.now(), request.deliveriesPerDay) };
  await store.putIfAbsent(PLAN_KEY, selfChecked(plan));
  return plan;
}

/** Account map and budgets go the way that people's files go; before the lines, so that each month is rolled up once. */
async function imported(doors: DemoDoors, plan: Plan): Promise<void> {
  const file = async (name: string, text: string): Promise<string> => {
    await doors.exports.put(name, new TextEncoder().encode(text));
    return doors.exports.uri(name);
  };
  await importAccounts(doors, await file('accounts.csv', accountsCsv(plan)));
  await importBudgets(doors, await file('budgets.csv', budgetsCsv(plan)));
}

async function written({ engine, exports, progress }: DemoDoors, plan: Plan, asked: DemoPlan) {
  await loadPlan(engine, plan);
  const schedule = scheduleOf({
    seed: asked.seed,
    from: plan.period.from,
    newest: asked.newest,
    perDay: asked.deliveriesPerDay,
  });
  const manifests: string[] = [];
  let lines = 0;
  for (const [done, delivery] of schedule.entries()) {
    progress.step('simulate', done, schedule.length, `${delivery.period}, ${lines} lines`);
    const one = await writeDelivery(engine, exports, delivery, { table: asked.table, format: 'parquet' });
    manifests.push(one.manifest);
    lines += one.lines;
  }
  progress.step('simulate', schedule.length, schedule.length, `${lines} lines`);
  progress.end();
  return { manifests, lines };
}

const taken = (store: ObjectStore, what: string): UserError =>
  new UserError('USAGE', {
    what: `${store.location} ${what}`,
    remedy: 'Name another folder with --lake, or remove that one first.',
  });
