import { type BillingDate, billingDate, dayOf } from '../core/calendar/billing-date.ts';
import { daysInLedger } from '../lake/archive.ts';
import type { Lake } from '../lake/lake.ts';
import { readLedger } from '../lake/ledger.ts';
import { failedSteps, type RunBook, type RunEnd, type RunProblem, type RunStep } from '../lake/runs.ts';
import { daysWithLines } from '../sql/days-with-lines.ts';
import { archiveAgain, archiveDays } from './archive-days.ts';
import { type CompleteDays, completeDays } from './complete-days.ts';
import { type DigestReport, sendDigest } from './daily-digest.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { dashboardStep, dashboardSteps, refreshName } from './dashboard-step.ts';
import { mailStep } from './mail-step.ts';
import { dayPartition } from './projection/drift.ts';
import { registerStep, registerSteps } from './projection/register-step.ts';
import { FIRST_STEPS, firstSteps, recordedRun } from './recorded-run.ts';
import { restatedDays } from './restated-days.ts';
import { problemsOfRates } from './run-problems.ts';
import { sendExecutive } from './snapshot.ts';

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
  /** Billing days that were archived before and have changed since: this run wrote their Parquet again, in order. */
  readonly restated: readonly BillingDate[];
  /** Partition of the headline day, `year=2026/month=11/day=18`; undefined where no other engine follows the lake, or it failed. */
  readonly partition: string | undefined;
  /** Id of the dashboard's refresh; undefined where there is none, or it failed. */
  readonly ingestion: string | undefined;
  readonly digest: DigestReport;
  /** The executives' edition; undefined where nobody is set to get it. */
  readonly executive: DigestReport | undefined;
  readonly problems: readonly RunProblem[];
  readonly steps: readonly RunStep[];
}

/** What a daily run does, in order. */
const stepsOf = (doors: RunDoors): readonly string[] => [
  ...FIRST_STEPS,
  'archive',
  'restated',
  ...registerSteps(doors),
  ...dashboardSteps(doors),
  'digest',
  'executive',
];

/**
 * The daily run (requirement D1): judges the complete days, archives each that no run has archived, and sends one digest.
 * A run of that date that died is continued: a step that it had done from the same inputs is not done again. A failure
 * is mailed to ALERT_RECIPIENTS_FAILURE and thrown. @throws UserError `LAKE_EMPTY`, `LAKE_BUSY`, `LAKE_DAMAGED` …
 */
export async function dailyRun(doors: RunDoors, request: RunRequest): Promise<RunReport> {
  const runDate = request.date ?? dayOf(doors.clock.now());
  const plan = { run: doors.run, kind: 'daily', runDate, steps: stepsOf(doors) } as const;
  const done = await recordedRun(doors, 'run', plan, (held, book, lake) =>
    allSteps(held, book, lake, { ...request, runDate }),
  );
  return done.report;
}

type Asked = RunRequest & { readonly runDate: BillingDate };

async function allSteps(
  doors: RunDoors,
  book: RunBook,
  lake: Lake,
  { runDate, resend }: Asked,
): Promise<RunEnd & { readonly report: RunReport }> {
  const { engine, clock, progress, log, scratch, isTimeUp } = doors;
  const state = await firstSteps(doors, book, lake);
  const { version: lakeVersion } = state;
  const complete = await completeDays(engine, state, clock.now());
  const { completeTo } = complete;
  const archive = { lake, engine, clock, progress, scratch, isTimeUp };
  const { days: archived } = await book.step('archive', { lakeVersion, completeTo }, async () => ({
    days: await archiveDays(archive, state, await daysToArchive(doors, complete)),
  }));
  if (archived.length > 0) log.info('archive.written', { days: archived.length, to: archived.at(-1) });
  const { days: restated } = await book.step('restated', { lakeVersion }, async () => {
    const days = await restatedDays({ engine, lake, state, ledger: await readLedger(lake.store) });
    await archiveAgain(archive, state, days, { why: 'restated', run: doors.run, what: 'parquet' });
    return { days };
  });
  if (restated.length > 0) log.info('archive.restated', { days: restated.length, to: restated.at(-1) });

  const registered = await registerStep(doors, book, { lakeVersion, days: [...archived, ...restated] });
  const refreshed = await dashboardStep(doors, book, {
    name: refreshName('daily', runDate, runDate),
    inputs: { lakeVersion },
    // What a partition did not show before, the dashboard did not take in.
    hasWritten: archived.length + restated.length + (registered?.added ?? 0) + (registered?.dropped ?? 0) > 0,
  });

  progress.step('run', 0, 0, 'writing the digest');
  const withoutRate = await problemsOfRates(engine);
  const asked = { lake, state, complete, runDate, resend, failures: failedSteps(book.record()) };
  // Who asks for the mail again gets it again: no other process can have sent that one.
  const inputs = { lakeVersion, completeTo, ...(resend ? { resend: doors.run } : {}) };
  const mailing = { book, doors, runDate, inputs };
  const digest = await mailStep(mailing, 'digest', () => sendDigest(doors, asked));
  const executive = await mailStep(mailing, 'executive', () => sendExecutive(doors, asked));
  progress.end();
  const { run, steps, continuedBy } = book.record();
  log.info('run.ended', { runDate, lakeVersion, archived: archived.length, mail: digest.state });
  const problems = [...withoutRate, ...steps.flatMap(({ problem }) => problem ?? [])];
  const continued = continuedBy.length > 0;
  return {
    lakeVersion,
    archivedDays: archived.length,
    digest: digest.key,
    problems,
    report: {
      ...{ run, runDate, continued, lakeVersion, completeTo, archived, restated },
      ...{
        partition: registered && digest.headline && dayPartition(digest.headline),
        ingestion: refreshed?.id,
      },
      ...{ digest, executive, problems, steps },
    },
  };
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
