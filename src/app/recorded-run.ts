import { OutOfTime } from '../core/errors/out-of-time.ts';
import { UserError } from '../core/errors/user-error.ts';
import { toldCost } from '../core/query-cost/query-cost.ts';
import { owedDays } from '../lake/archive.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import { type Lake, openLake } from '../lake/lake.ts';
import { readLedger } from '../lake/ledger.ts';
import { pinLake } from '../lake/pin.ts';
import { beginRun, keepFailedRun, type RunBook, type RunEnd, type RunPlan } from '../lake/runs.ts';
import { enterDeliveries, finishOwedDays } from './archive-days.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { beatQuietly } from './heart.ts';
import { alarm } from './run-alarm.ts';
import { problemOf } from './run-problems.ts';
import { judge } from './verdicts.ts';

/** What a run does with its book, its lake and the turn to write to it. */
export type RunWork<T extends RunEnd> = (doors: RunDoors, book: RunBook, lake: Lake) => Promise<T>;

/** The first steps of a run that archives days. */
export const FIRST_STEPS = ['finish', 'verdicts', 'deliveries'] as const;

/** Who lost its turn says nothing: the process that took it over does the run. Who asked for a wrong day reads the answer. */
const NOT_TOLD = new Set(['LEASE_LOST', 'DAY_NOT_COMPLETE']);

/** Failures of which people have heard, or need not hear. */
const told = new WeakSet<Error>();

/** Whether a run has told people of `error` already. */
export const wasTold = (error: unknown): boolean => error instanceof Error && told.has(error);

const DAILY_RUN = { kind: 'schedule', name: 'daily-run', everyHours: 26 } as const;

/** How often the lake may move on under a run before it gives up. */
const TRIES = 5;

/**
 * Does a run when it has the turn, and keeps its record from the first moment to the last word. A failure is told to
 * ALERT_RECIPIENTS_FAILURE and thrown. @throws UserError `LAKE_EMPTY`, `LAKE_BUSY`, `LEASE_LOST`, `LAKE_DAMAGED` …;
 * OutOfTime where the process was not given enough: the run has not ended, and whoever asks for the same goes on with it
 * @param command  as typed, for whoever waits for its turn
 */
export async function recordedRun<T extends RunEnd>(
  doors: RunDoors,
  command: string,
  plan: RunPlan,
  work: RunWork<T>,
): Promise<T> {
  try {
    // Whether there is a lake is asked before the turn: where there is none, a turn must not make its folder.
    await openLake(doors.store);
    return await doors.turn(doors.store, command, (store) => recorded({ ...doors, store }, plan, work));
  } catch (error) {
    if (error instanceof OutOfTime) throw error;
    const problem = problemOf(error);
    doors.log.error('run.failed', { code: problem.code, what: problem.what });
    if (!NOT_TOLD.has(problem.code)) await alarm(doors, { runDate: plan.runDate, ...problem });
    if (error instanceof Error) told.add(error);
    throw error;
  }
}

async function recorded<T extends RunEnd>(doors: RunDoors, plan: RunPlan, work: RunWork<T>): Promise<T> {
  const { store, clock, log } = doors;
  let book: RunBook | undefined;
  try {
    book = await beginRun(store, clock, plan, doors.isTimeUp);
    const report = await work(doors, book, await openLake(store));
    const { lakeVersion, archivedDays, digest, problems } = report;
    await book.end({ lakeVersion, archivedDays, digest, problems, ...spentBy(doors) });
    if (plan.kind === 'daily') await beatQuietly(doors, DAILY_RUN);
    await beatQuietly(doors, { kind: 'engine', name: doors.engine.kind });
    return report;
  } catch (error) {
    if (error instanceof OutOfTime) throw error;
    const problem = problemOf(error);
    const kept =
      book?.end({ ...book.record(), ...spentBy(doors) }, problem) ??
      keepFailedRun(store, clock, plan, problem);
    // A lake that cannot be written cannot keep the record either; the alarm goes out all the same.
    await kept.catch((why: unknown) => log.error('run.not-recorded', { what: String(why) }));
    if (plan.kind === 'daily' && problem.code !== 'LEASE_LOST')
      await beatQuietly(doors, { ...DAILY_RUN, problem });
    if (problem.code.startsWith('ENGINE_'))
      await beatQuietly(doors, { kind: 'engine', name: doors.engine.kind, problem });
    throw error;
  }
}

/** What the run's questions cost, where somebody bills them. */
function spentBy({ engine }: RunDoors): Pick<RunEnd, 'queries'> {
  const cost = engine.cost();
  return cost === undefined ? {} : { queries: toldCost(cost) };
}

/**
 * The steps FIRST_STEPS: finishes the days that a killed run promised, judges the newest version and pins it, and enters
 * its deliveries in the ledger.
 */
export async function firstSteps(doors: RunDoors, book: RunBook, lake: Lake): Promise<LakeState> {
  const { engine, clock, progress, log, scratch, isTimeUp } = doors;
  const archive = { lake, engine, clock, progress, scratch, isTimeUp };
  const owed = owedDays(await readLedger(lake.store)).map(({ number }) => number);
  const finished = await book.step('finish', { owed }, async () => ({ days: await finishOwedDays(archive) }));
  if (finished.days > 0) log.info('archive.finished', finished);
  progress.step('run', 0, 0, 'judging days');
  const state = await judgedState(doors, book, lake);
  await book.step('deliveries', { lakeVersion: state.version }, async () => {
    await enterDeliveries(archive, state);
    return {};
  });
  return state;
}

/** The newest version with its verdicts, pinned in the engine. */
async function judgedState(doors: RunDoors, book: RunBook, lake: Lake): Promise<LakeState> {
  const { version } = await lake.head();
  let state: LakeState | undefined;
  const judged = await book.step('verdicts', { lakeVersion: version }, async () => {
    state = await judgedHead(doors, lake);
    return { lakeVersion: state.version };
  });
  if (state === undefined) {
    state = await lake.at(judged.lakeVersion);
    await pinLake(doors.engine, lake, state);
  }
  return state;
}

/** Whoever loses a race to another writer looks again. */
async function judgedHead({ engine, clock, random, settings }: RunDoors, lake: Lake): Promise<LakeState> {
  for (let tries = 0; tries < TRIES; tries++) {
    const head = await lake.head();
    await pinLake(engine, lake, head);
    const judged = await judge(engine, lake, head, settings, clock, random);
    if (judged === undefined) continue;
    if (judged.version !== head.version) await pinLake(engine, lake, judged);
    return judged;
  }
  throw new UserError('LAKE_BUSY', {
    what: `Other processes committed to the lake ${TRIES} times while the run judged its days`,
    remedy: 'Run again when they are done; nothing was lost.',
  });
}
