import type { BillingDate } from '../core/calendar/billing-date.ts';
import { known } from '../core/errors/invariant.ts';
import { OutOfTime } from '../core/errors/out-of-time.ts';
import type { ToldCost } from '../core/query-cost/query-cost.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { RUNS_PREFIX, runKey } from './keys.ts';
import { readSelfChecked, selfChecked } from './self-checked.ts';

export type RunKind = 'daily' | 'backfill' | 'watch' | 'prune' | 'rebuild';

/** Something that makes a run "not fine": exit code 1, and told by `status`. */
export interface RunProblem {
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
}

/** `running` in the record of a run that has not ended: it is at it, or it died there. */
export type StepState = 'waiting' | 'running' | 'done' | 'failed' | 'skipped';

/** One step of a run. `inputs` and `outputs` are plain JSON; of equal inputs the outputs stand, and nothing is done again. */
export interface RunStep {
  readonly name: string;
  readonly state: StepState;
  readonly startedAt?: string | undefined;
  readonly endedAt?: string | undefined;
  /** How long it took, in milliseconds. */
  readonly ms?: number | undefined;
  readonly inputs: object;
  readonly outputs: object;
  /** Why it failed, or was skipped. */
  readonly problem?: RunProblem | undefined;
}

/** What a run did and does. Moments are ISO 8601 UTC. */
export interface RunRecord {
  /** Id of the run, as in the logs of the process that began it. */
  readonly run: string;
  readonly kind: RunKind;
  /** The run date of a daily run; of other kinds the UTC day on which they began. */
  readonly runDate: BillingDate;
  /** How many runs of its day began before it: the order of those that began at one moment. */
  readonly number: number;
  /** What was asked for: a run that died is continued by the next one that asks for the same. */
  readonly about: object;
  /** Ids of the processes that took it over after it died. */
  readonly continuedBy: readonly string[];
  readonly startedAt: string;
  /** Undefined: it has not ended; if nobody holds the lake's turn, it died. */
  readonly endedAt: string | undefined;
  /** `fine`, `not fine` (exit 1), `failed` (exit 2). */
  readonly outcome: 'running' | 'fine' | 'not fine' | 'failed';
  readonly steps: readonly RunStep[];
  readonly lakeVersion: number | undefined;
  /** Billing days that this run archived. */
  readonly archivedDays: number;
  /** Key of its digest, where it came that far. */
  readonly digest: string | undefined;
  readonly problems: readonly RunProblem[];
  /** What was asked of an engine that bills by what it reads, where there was one. */
  readonly queries?: ToldCost | undefined;
}

export interface EndedRun extends RunRecord {
  readonly endedAt: string;
  readonly outcome: 'fine' | 'not fine' | 'failed';
}

/** What is known of a run when it begins. */
export interface RunPlan extends Pick<RunRecord, 'run' | 'kind' | 'runDate'> {
  readonly about?: object;
  /** Names of the steps that are to come, in order. */
  readonly steps: readonly string[];
}

/** What is known of a run when it ends. */
export type RunEnd = Pick<RunRecord, 'lakeVersion' | 'archivedDays' | 'digest' | 'problems' | 'queries'>;

/** Work of a step. What goes wrong without ending the run is told to `failed`: the step is done again by who continues it. */
export type StepWork<T> = (failed: (problem: RunProblem) => void) => Promise<T>;

/** The record of a run that is under way, written as it goes on. One process writes it: the one that has the turn. */
export interface RunBook {
  record(): RunRecord;
  /**
   * Does a step and gives its outputs (plain JSON). If a run that died had done it with equal `inputs`, its outputs are
   * given and nothing is done. What the work throws marks the step as failed and is thrown.
   * @throws OutOfTime instead of beginning what there is no time for; the run has not ended, and is continued
   */
  step<T extends object>(name: string, inputs: object, work: StepWork<T>): Promise<T>;
  /** Says that a step is not to be done this time, and why. */
  skip(name: string, why: RunProblem): void;
  /** The last word; `failed` where the run was broken off by `problem`. */
  end(end: RunEnd, problem?: RunProblem): Promise<EndedRun>;
}

/** What has failed so far of a run that goes on all the same. */
export const failedSteps = ({ steps }: Pick<RunRecord, 'steps'>): readonly RunProblem[] =>
  steps.flatMap(({ state, problem }) => (state === 'failed' ? (problem ?? []) : []));

/** Among the runs of so many days one that died is looked for; a daily run only among those of its own day. */
const DAYS_BACK = 7;

/**
 * Begins a run, or takes over the newest of the same kind and `about` (a daily run: of the same date) that has not ended.
 * Needs the lake's turn.
 * @param isTimeUp  whether this process must not begin a step any more; asked before each
 */
export async function beginRun(
  store: ObjectStore,
  clock: Clock,
  plan: RunPlan,
  isTimeUp: () => boolean = () => false,
): Promise<RunBook> {
  const { run, kind, runDate, about = {} } = plan;
  const keys = await keysOf(store, RUNS_PREFIX);
  const ofDay = await readRuns(store, keysOfDay(keys, runDate));
  const earlier = kind === 'daily' ? [] : daysOf(keys.filter((key) => !key.includes(`/${runDate}/`)));
  const ofDaysBefore = await Promise.all(
    earlier.slice(0, DAYS_BACK).map((day) => readRuns(store, keysOfDay(keys, day))),
  );
  const died = [...ofDaysBefore.reverse().flat(), ...ofDay].filter(
    (record) => record.kind === kind && record.endedAt === undefined && text(record.about) === text(about),
  );
  const before = died.at(-1);
  const record = {
    ...(before ?? newRecord(clock, { run, kind, runDate, about }, ofDay.length)),
    ...(before === undefined ? {} : { continuedBy: [...before.continuedBy, run] }),
    steps: stepsOf(plan.steps, before?.steps ?? []),
  };
  const book = new Book(store, clock, record, isTimeUp);
  await book.write();
  return book;
}

/** Keeps that a run failed before it could begin. Reads nothing: a lake that cannot be read can perhaps be written. */
export async function keepFailedRun(
  store: ObjectStore,
  clock: Clock,
  { steps, ...plan }: RunPlan,
  problem: RunProblem,
): Promise<void> {
  const none = { lakeVersion: undefined, archivedDays: 0, digest: undefined, problems: [] };
  const record = { ...newRecord(clock, plan, 0), steps: stepsOf(steps, []) };
  await new Book(store, clock, record, () => false).end(none, problem);
}

/** The daily run that ended last, of those with the newest run date; undefined where none did. @throws UserError `LAKE_DAMAGED` */
export async function lastRun(store: ObjectStore): Promise<EndedRun | undefined> {
  const keys = await keysOf(store, RUNS_PREFIX);
  for (const day of daysOf(keys)) {
    const ended = (await readRuns(store, keysOfDay(keys, day))).filter(
      (run): run is EndedRun => run.kind === 'daily' && run.endedAt !== undefined,
    );
    const last = ended.sort(by(({ endedAt, number }) => [endedAt, number])).at(-1);
    if (last !== undefined) return last;
  }
  return undefined;
}

/** The newest runs of all kinds, newest first: by run date, then by when they began. @throws UserError `LAKE_DAMAGED` */
export async function recentRuns(store: ObjectStore, limit: number): Promise<readonly RunRecord[]> {
  const keys = await keysOf(store, RUNS_PREFIX);
  const found: RunRecord[] = [];
  for (const day of daysOf(keys)) {
    if (found.length >= limit) break;
    found.push(...(await readRuns(store, keysOfDay(keys, day))).reverse());
  }
  return found.slice(0, limit);
}

/** The runs of all days but `known`, oldest first. Of `known` nothing is read: they are many. @throws UserError `LAKE_DAMAGED` */
export async function runsOfDays(
  store: ObjectStore,
  known: ReadonlySet<string>,
): Promise<readonly RunRecord[]> {
  const keys = await keysOf(store, RUNS_PREFIX);
  const days = daysOf(keys).filter((day) => !known.has(day));
  const read = await Promise.all(days.map((day) => readRuns(store, keysOfDay(keys, day))));
  return read.reverse().flat();
}

class Book implements RunBook {
  readonly #store: ObjectStore;
  readonly #clock: Clock;
  readonly #isTimeUp: () => boolean;
  #record: RunRecord;

  constructor(store: ObjectStore, clock: Clock, record: RunRecord, isTimeUp: () => boolean) {
    this.#store = store;
    this.#clock = clock;
    this.#isTimeUp = isTimeUp;
    this.#record = record;
  }

  record = (): RunRecord => this.#record;

  async step<T extends object>(name: string, inputs: object, work: StepWork<T>): Promise<T> {
    const before = known(
      this.#record.steps.find((step) => step.name === name),
      `the planned step ${name}`,
    );
    if (before.state === 'done' && text(before.inputs) === text(inputs)) return before.outputs as T;
    if (this.#isTimeUp()) return this.#broken(name, new OutOfTime(name));
    const [startedAt, began] = [isoOf(this.#clock), this.#clock.monotonic()];
    this.#set({ name, state: 'running', startedAt, inputs, outputs: {} });
    await this.write(); // tells of the step before, too: between two steps nothing happens
    const ended = (): Pick<RunStep, 'name' | 'startedAt' | 'endedAt' | 'ms' | 'inputs'> => {
      const ms = Math.round(this.#clock.monotonic() - began);
      return { name, startedAt, endedAt: isoOf(this.#clock), ms, inputs };
    };
    let problem: RunProblem | undefined;
    try {
      const outputs = await work((of) => {
        problem = of;
      });
      this.#set({ ...ended(), state: problem === undefined ? 'done' : 'failed', outputs, problem });
      return outputs;
    } catch (error) {
      if (error instanceof OutOfTime) return this.#broken(name, error);
      this.#set({ ...ended(), state: 'failed', outputs: {} });
      throw error;
    }
  }

  /** The step waits for the process that continues the run; the record, which tells of the steps before it, is written. */
  async #broken(name: string, why: OutOfTime): Promise<never> {
    this.#set({ name, state: 'waiting', inputs: {}, outputs: {} });
    await this.write();
    throw why;
  }

  skip(name: string, problem: RunProblem): void {
    this.#set({ name, state: 'skipped', inputs: {}, outputs: {}, problem });
  }

  async end(end: RunEnd, problem?: RunProblem): Promise<EndedRun> {
    const endedAt = isoOf(this.#clock);
    const isFine = end.problems.length === 0;
    const outcome = problem !== undefined ? 'failed' : isFine ? 'fine' : 'not fine';
    const steps = this.#record.steps.map((step) =>
      step.state === 'failed' && step.problem === undefined ? { ...step, problem } : step,
    );
    const problems = problem === undefined ? end.problems : [...end.problems, problem];
    const ended: EndedRun = { ...this.#record, ...end, steps, endedAt, outcome, problems };
    this.#record = ended;
    await this.write();
    return ended;
  }

  async write(): Promise<void> {
    await this.#store.put(runKey(this.#record.runDate, this.#record.run), selfChecked(this.#record));
  }

  #set(step: RunStep): void {
    const steps = this.#record.steps.map((one) => (one.name === step.name ? step : one));
    this.#record = { ...this.#record, steps };
  }
}

const newRecord = (
  clock: Clock,
  { about = {}, ...plan }: Omit<RunPlan, 'steps'>,
  number: number,
): Omit<RunRecord, 'steps'> => ({
  ...plan,
  about,
  number,
  continuedBy: [],
  startedAt: isoOf(clock),
  endedAt: undefined,
  outcome: 'running',
  lakeVersion: undefined,
  archivedDays: 0,
  digest: undefined,
  problems: [],
});

/** The steps as planned; of a run that died what it had done, and what it was at is to be done. */
function stepsOf(names: readonly string[], before: readonly RunStep[]): readonly RunStep[] {
  return names.map((name) => {
    const known = before.find((step) => step.name === name);
    return known?.state === 'done' ? known : { name, state: 'waiting', inputs: {}, outputs: {} };
  });
}

const keysOf = async (store: ObjectStore, prefix: string): Promise<readonly string[]> =>
  (await store.list(prefix)).map(({ key }) => key);

/** Days of the keys, newest first. */
const daysOf = (keys: readonly string[]): readonly string[] =>
  [...new Set(keys.map((key) => key.slice(RUNS_PREFIX.length, RUNS_PREFIX.length + 'YYYY-MM-DD'.length)))]
    .sort()
    .reverse();

const keysOfDay = (keys: readonly string[], day: string): readonly string[] =>
  keys.filter((key) => key.startsWith(`${RUNS_PREFIX}${day}/`));

/** In the order in which they began. What older versions wrote was a daily run without steps. */
async function readRuns(store: ObjectStore, keys: readonly string[]): Promise<RunRecord[]> {
  const read = await Promise.all(
    keys.map(async (key) => {
      const bytes = await store.get(key);
      return bytes === undefined ? [] : [readSelfChecked<RunRecord>(bytes, key)];
    }),
  );
  return read
    .flat()
    .map((run): RunRecord => ({ ...BEFORE_STEPS, ...run }))
    .sort(by(({ startedAt, number }) => [startedAt, number]));
}

const BEFORE_STEPS = { kind: 'daily', number: 0, about: {}, continuedBy: [], steps: [] } as const;

const by =
  <T>(order: (of: T) => readonly [string, number]) =>
  (a: T, b: T): number => {
    const [[momentA, numberA], [momentB, numberB]] = [order(a), order(b)];
    return momentA === momentB ? numberA - numberB : momentA < momentB ? -1 : 1;
  };

const text = (value: unknown): string => JSON.stringify(value);
const isoOf = (clock: Clock): string => new Date(clock.now()).toISOString();
