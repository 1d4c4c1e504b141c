import { type BillingDate, billingDate, dayOf } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import { daysInLedger } from '../lake/archive.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import { type Lake, openLake } from '../lake/lake.ts';
import { readLedger } from '../lake/ledger.ts';
import { pinLake } from '../lake/pin.ts';
import { keepRun, type RunRecord } from '../lake/runs.ts';
import { daysWithLines } from '../sql/days-with-lines.ts';
import { linesWithoutRate } from '../sql/status.ts';
import { archiveDays, enterDeliveries, finishOwedDays } from './archive-days.ts';
import { type CompleteDays, completeDays } from './complete-days.ts';
import { type DigestReport, sendDigest } from './daily-digest.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { alarm } from './run-alarm.ts';
import { sendExecutive } from './snapshot.ts';
import { judge } from './verdicts.ts';

export interface RunRequest {
  /** The run date, UTC; today's by default. */
  readonly date?: BillingDate | undefined;
  /** Mails the digest of this run date again, also where the outcome of the first mail is unknown. */
  readonly resend: boolean;
}

/** Something that makes a run "not fine": exit code 1, and told by `status`. */
export type RunProblem = RunRecord['problems'][number];

export interface RunReport {
  readonly run: string;
  readonly runDate: BillingDate;
  readonly lakeVersion: number;
  readonly completeTo: BillingDate | undefined;
  /** Billing days that this run archived, in order. */
  readonly archived: readonly BillingDate[];
  readonly digest: DigestReport;
  /** The executives' edition; undefined where nobody is set to get it. */
  readonly executive: DigestReport | undefined;
  readonly problems: readonly RunProblem[];
}

/** How often the lake may move on under a run before it gives up. */
const TRIES = 5;

/**
 * The daily run (requirement D1): judges the complete days, archives each that no run has archived, and sends one digest.
 * What a killed run left is finished first; nothing is done twice. A failure is mailed to ALERT_RECIPIENTS_FAILURE and
 * thrown. @throws UserError `LAKE_EMPTY`, `LAKE_BUSY`, `LAKE_DAMAGED` …
 */
export async function dailyRun(doors: RunDoors, request: RunRequest): Promise<RunReport> {
  const startedAt = new Date(doors.clock.now()).toISOString();
  const runDate = request.date ?? dayOf(doors.clock.now());
  const record = { run: doors.run, runDate, startedAt };
  try {
    const report = await allSteps(doors, runDate, request);
    await keepRun(doors.store, {
      ...record,
      endedAt: new Date(doors.clock.now()).toISOString(),
      outcome: report.problems.length === 0 ? 'fine' : 'not fine',
      lakeVersion: report.lakeVersion,
      archivedDays: report.archived.length,
      digest: report.digest.key,
      problems: report.problems,
    });
    return report;
  } catch (error) {
    const problem = problemOf(error);
    doors.log.error('run.failed', { code: problem.code, what: problem.what });
    await alarm(doors, { runDate, ...problem });
    await keepFailure(doors, { ...record, problem });
    throw error;
  }
}

async function allSteps(doors: RunDoors, runDate: BillingDate, request: RunRequest): Promise<RunReport> {
  const { store, engine, clock, progress, log } = doors;
  const lake = await openLake(store);
  const archive = { lake, engine, clock, progress, scratch: doors.scratch };
  const finished = await finishOwedDays(archive);
  if (finished > 0) log.info('archive.finished', { days: finished });

  progress.step('run', 0, 0, 'judging days');
  const state = await judgedHead(doors, lake);
  await enterDeliveries(archive, state);
  const complete = await completeDays(engine, state, clock.now());
  const due = await daysToArchive(doors, complete);
  const archived = await archiveDays(archive, state, due);
  if (archived.length > 0) log.info('archive.written', { days: archived.length, to: archived.at(-1) });

  progress.step('run', 0, 0, 'writing the digest');
  const withoutRate = await problemsOfRates(doors);
  const digest = await sendDigest(doors, { lake, state, complete, runDate, resend: request.resend });
  const executive = await sendExecutive(doors, { lake, state, complete, runDate, resend: request.resend });
  progress.end();
  const problems = [
    ...withoutRate,
    ...(await problemsOfMail(doors, runDate, digest)),
    ...(executive === undefined ? [] : await problemsOfMail(doors, runDate, executive)),
  ];
  log.info('run.ended', {
    runDate,
    lakeVersion: state.version,
    archived: archived.length,
    mail: digest.state,
  });
  return {
    run: doors.run,
    runDate,
    lakeVersion: state.version,
    completeTo: complete.completeTo,
    archived,
    digest,
    executive,
    problems,
  };
}

/** The newest version with its verdicts, pinned in the engine. Whoever loses a race to another writer looks again. */
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

async function problemsOfRates({ engine }: RunDoors): Promise<readonly RunProblem[]> {
  const missing = await engine.rows(linesWithoutRate({}));
  return missing.map(([currency, lines]) => ({
    code: 'RATE_MISSING',
    what: `${lines} ${lines === 1 ? 'line' : 'lines'} in ${currency} have no rate and are in no total`,
    remedy: 'Bring in the rate: spendlight rates import <file>',
  }));
}

/** A mail that nobody can be sure of is told through another channel than the one that failed. */
async function problemsOfMail(
  doors: RunDoors,
  runDate: BillingDate,
  { key, state, refused }: DigestReport,
): Promise<readonly RunProblem[]> {
  if (state !== 'unknown' && state !== 'refused' && refused.length === 0) return [];
  const problem: RunProblem =
    state === 'unknown'
      ? {
          code: 'MAIL_OUTCOME_UNKNOWN',
          what: `The digest ${key} may or may not have gone out: the connection or the process broke off`,
          remedy: 'Ask a recipient; to send it again: spendlight run --resend',
        }
      : {
          code: 'MAIL_NOT_SENT',
          what: `The mail server refused the digest ${key}: ${refused.join('; ')}`,
          remedy: 'Mend SMTP_URL or the recipients, then: spendlight run --resend',
        };
  await alarm(doors, { runDate, ...problem, mailIsBroken: true });
  return [problem];
}

function problemOf(error: unknown): RunProblem {
  if (error instanceof UserError) {
    const { code, what, place, remedy } = error;
    return { code, what: place.file === undefined ? what : `${what} (${place.file})`, remedy };
  }
  const what = error instanceof Error ? (error.message.split('\n', 1)[0] ?? error.message) : String(error);
  return { code: 'UNEXPECTED', what, remedy: 'Run again with LOG_LEVEL=DEBUG and report what it prints.' };
}

/** A lake that cannot be written cannot keep the record either; the alarm has gone out by then. */
async function keepFailure(
  { store, clock, log }: RunDoors,
  { problem, ...record }: Pick<RunRecord, 'run' | 'runDate' | 'startedAt'> & { readonly problem: RunProblem },
): Promise<void> {
  const endedAt = new Date(clock.now()).toISOString();
  const rest = { lakeVersion: undefined, archivedDays: 0, digest: undefined, problems: [problem] };
  if (problem.code === 'LAKE_EMPTY') return; // keeping it would make a lake where there is none
  await keepRun(store, { ...record, endedAt, outcome: 'failed', ...rest }).catch((error: unknown) =>
    log.error('run.not-recorded', { what: String(error) }),
  );
}
