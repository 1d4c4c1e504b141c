import { type BillingDate, billingDate, dayOf } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import { daysInLedger, owedDays } from '../lake/archive.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import { type Lake, openLake } from '../lake/lake.ts';
import { readLedger } from '../lake/ledger.ts';
import { pinLake } from '../lake/pin.ts';
import { beginRun, keepFailedRun, type RunBook, type RunProblem, type RunStep } from '../lake/runs.ts';
import { daysWithLines } from '../sql/days-with-lines.ts';
import { archiveDays, enterDeliveries, finishOwedDays } from './archive-days.ts';
import { type CompleteDays, completeDays } from './complete-days.ts';
import { type DigestReport, sendDigest } from './daily-digest.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { alarm } from './run-alarm.ts';
import { problemOf, problemOfMail, problemsOfRates } from './run-problems.ts';
import { sendExecutive } from './snapshot.ts';
import { judge } from './verdicts.ts';

export interface RunRequest {
  /** The run date, UTC; today's by default. */
  readonly date?: BillingDate | undefined;
  /** Mails the digest of this run date again, also where the outcome of the first mail is unknown. */
  readonly resend: boolean;
}

export interface RunReport {
  /** Id of the run's record: that of the process that began it. */
  readonly run: string;
  readonly runDate: BillingDate;
  /** An earlier process began this run and died; what it had done was not done again. */
  readonly continued: boolean;
  readonly lakeVersion: number;
  readonly completeTo: BillingDate | undefined;
  /** Billing days that this run archived, in order. */
  readonly archived: readonly BillingDate[];
  readonly digest: DigestReport;
  /** The executives' edition; undefined where nobody is set to get it. */
  readonly executive: DigestReport | undefined;
  readonly problems: readonly RunProblem[];
  readonly steps: readonly RunStep[];
}

/** What a daily run does, in order. */
const STEPS = ['finish', 'verdicts', 'deliveries', 'archive', 'digest', 'executive'] as const;

/** How often the lake may move on under a run before it gives up. */
const TRIES = 5;

/**
 * The daily run (requirement D1): judges the complete days, archives each that no run has archived, and sends one digest.
 * A run of that date that died is continued: a step that it had done from the same inputs is not done again. A failure
 * is mailed to ALERT_RECIPIENTS_FAILURE and thrown. @throws UserError `LAKE_EMPTY`, `LAKE_BUSY`, `LAKE_DAMAGED` …
 */
export async function dailyRun(doors: RunDoors, request: RunRequest): Promise<RunReport> {
  const runDate = request.date ?? dayOf(doors.clock.now());
  const asked = { ...request, runDate };
  try {
    // Whether there is a lake is asked before the turn: where there is none, a turn must not make its folder.
    await openLake(doors.store);
    return await doors.turn(doors.store, 'run', (store) => recorded({ ...doors, store }, asked));
  } catch (error) {
    const problem = problemOf(error);
    doors.log.error('run.failed', { code: problem.code, what: problem.what });
    // Who lost its turn says nothing: the process that took it over does the run.
    if (problem.code !== 'LEASE_LOST') await alarm(doors, { runDate, ...problem });
    throw error;
  }
}

type Asked = RunRequest & { readonly runDate: BillingDate };

/** The run with its record, from the first step to the last word. */
async function recorded(doors: RunDoors, request: Asked): Promise<RunReport> {
  const { store, clock, log } = doors;
  const plan = { run: doors.run, kind: 'daily', runDate: request.runDate, steps: STEPS } as const;
  let book: RunBook | undefined;
  try {
    book = await beginRun(store, clock, plan);
    const report = await allSteps(doors, book, await openLake(store), request);
    await book.end({
      lakeVersion: report.lakeVersion,
      archivedDays: report.archived.length,
      digest: report.digest.key,
      problems: report.problems,
    });
    return report;
  } catch (error) {
    const problem = problemOf(error);
    const kept = book?.end(book.record(), problem) ?? keepFailedRun(store, clock, plan, problem);
    // A lake that cannot be written cannot keep the record either; the alarm goes out all the same.
    await kept.catch((why: unknown) => log.error('run.not-recorded', { what: String(why) }));
    throw error;
  }
}

async function allSteps(
  doors: RunDoors,
  book: RunBook,
  lake: Lake,
  { runDate, resend }: Asked,
): Promise<RunReport> {
  const { engine, clock, progress, log } = doors;
  const archive = { lake, engine, clock, progress, scratch: doors.scratch };
  const owed = owedDays(await readLedger(lake.store)).map(({ number }) => number);
  const finished = await book.step('finish', { owed }, async () => ({ days: await finishOwedDays(archive) }));
  if (finished.days > 0) log.info('archive.finished', finished);

  progress.step('run', 0, 0, 'judging days');
  const state = await judgedState(doors, book, lake);
  const { version: lakeVersion } = state;
  await book.step('deliveries', { lakeVersion }, async () => {
    await enterDeliveries(archive, state);
    return {};
  });
  const complete = await completeDays(engine, state, clock.now());
  const { completeTo } = complete;
  const { days: archived } = await book.step('archive', { lakeVersion, completeTo }, async () => ({
    days: await archiveDays(archive, state, await daysToArchive(doors, complete)),
  }));
  if (archived.length > 0) log.info('archive.written', { days: archived.length, to: archived.at(-1) });

  progress.step('run', 0, 0, 'writing the digest');
  const withoutRate = await problemsOfRates(engine);
  const asked = { lake, state, complete, runDate, resend };
  // Who asks for the mail again gets it again: no other process can have sent that one.
  const inputs = { lakeVersion, completeTo, ...(resend ? { resend: doors.run } : {}) };
  const mailed = { book, doors, runDate, inputs };
  const digest = await mailedOnce(mailed, 'digest', () => sendDigest(doors, asked));
  const executive = await mailedOnce(mailed, 'executive', () => sendExecutive(doors, asked));
  progress.end();
  const { run, steps, continuedBy } = book.record();
  log.info('run.ended', { runDate, lakeVersion, archived: archived.length, mail: digest?.state });
  return {
    run,
    runDate,
    continued: continuedBy.length > 0,
    lakeVersion,
    completeTo,
    archived,
    digest,
    executive,
    problems: [...withoutRate, ...steps.flatMap(({ problem }) => problem ?? [])],
    steps,
  };
}

interface Mailing {
  readonly book: RunBook;
  readonly doors: RunDoors;
  readonly runDate: BillingDate;
  readonly inputs: object;
}

/** A step that mails. One whose mail nobody can be sure of has failed: who continues the run looks again. */
async function mailedOnce<T extends DigestReport | undefined>(
  { book, doors, runDate, inputs }: Mailing,
  name: string,
  send: () => Promise<T>,
): Promise<T> {
  let fresh: T | undefined;
  const { report } = await book.step(name, inputs, async (failed): Promise<{ readonly report: T }> => {
    fresh = await send();
    const problem = fresh === undefined ? undefined : await problemOfMail(doors, runDate, fresh);
    if (problem !== undefined) failed(problem);
    // The text stands in the archive; the record is for what became of it.
    return { report: fresh === undefined ? fresh : { ...fresh, text: undefined } };
  });
  return fresh ?? report;
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

/** Complete days with lines, and the headline day itself, that the ledger does not name yet. */
async function daysToArchive(
  { engine, store }: RunDoors,
  { completeTo }: CompleteDays,
): Promise<readonly BillingDate[]> {
  if (completeTo === undefined) return [];
  const taken = daysInLedger(await readLedger(store));
  const rows = await engine.rows(daysWithLines({ until: completeTo }));
  const days = new Set([...rows.map(([day]) => billingDate(String(day))), completeTo]);
  return [...days].filter((day) => !taken.has(day)).sort();
}
