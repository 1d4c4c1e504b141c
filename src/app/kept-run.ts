import { dayOf } from '../core/calendar/billing-date.ts';
import { beginRun, type RunKind, type RunProblem } from '../lake/runs.ts';
import type { Clock, Log } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { problemOf } from './run-problems.ts';

/** Where a run is recorded. */
export interface KeptRunDoors {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly log: Log;
  /** Id of this process's run. */
  readonly run: string;
}

/** What becomes of a run whose work is one step. */
export interface KeptRunOf<T> {
  readonly kind: RunKind;
  readonly step: string;
  readonly work: () => Promise<T>;
  /** What its record tells of it. */
  readonly told: (report: T) => {
    readonly lakeVersion: number;
    readonly outputs: object;
    readonly problems: readonly RunProblem[];
  };
}

/**
 * Does the work and keeps its record among the runs. The work is what mends a lake: it is done even where the records of
 * earlier runs cannot be read.
 */
export async function keptRun<T>(
  { store, clock, log, run }: KeptRunDoors,
  { kind, step, work, told }: KeptRunOf<T>,
): Promise<T> {
  const plan = { run, kind, runDate: dayOf(clock.now()), steps: [step] };
  const unkept = (error: unknown): undefined => {
    log.warn('run.not-recorded', { what: String(error) });
  };
  const book = await beginRun(store, clock, plan).catch(unkept);
  if (book === undefined) return work();
  try {
    const done: T[] = [];
    await book.step(step, { run }, async () => {
      const report = await work();
      done.push(report);
      return told(report).outputs;
    });
    const [report] = done as [T]; // the run's id is among the inputs: what died is looked at anew
    const { lakeVersion, problems } = told(report);
    await book.end({ lakeVersion, archivedDays: 0, digest: undefined, problems }).catch(unkept);
    return report;
  } catch (error) {
    await book.end(book.record(), problemOf(error)).catch(unkept);
    throw error;
  }
}
