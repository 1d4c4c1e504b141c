import { addDays, type BillingDate, dayOf, eachDay } from '../core/calendar/billing-date.ts';
import { type BillingPeriod, periodOf } from '../core/calendar/billing-period.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import { ouBreakdownCsvKey, ouBreakdownKey } from '../lake/keys.ts';
import type { Lake } from '../lake/lake.ts';
import { entriesOf, readLedger } from '../lake/ledger.ts';
import { failedSteps, type RunBook, type RunEnd, type RunProblem, type RunStep } from '../lake/runs.ts';
import { archiveAgain } from './archive-days.ts';
import type { BackfillRequest } from './backfill-event.ts';
import { type CompleteDays, completeDays } from './complete-days.ts';
import { type DigestReport, sendRerun } from './daily-digest.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { dashboardStep, dashboardSteps, refreshName } from './dashboard-step.ts';
import { mailStep } from './mail-step.ts';
import { dayPartition } from './projection/drift.ts';
import { registerStep, registerSteps } from './projection/register-step.ts';
import { FIRST_STEPS, firstSteps, recordedRun } from './recorded-run.ts';
import { problemsOfRates } from './run-problems.ts';

/** One day that was made again, in the words of requirement D6. Null is what only AWS has, or what was not asked for. */
export interface BackfilledDay {
  readonly status: 'fine' | 'not fine';
  readonly date: BillingDate;
  /** Where the objects are. */
  readonly csv: string;
  readonly parquet: string;
  /** As in its statement: `year=2025/month=9/day=10`; null where no other engine follows the lake, or it failed. */
  readonly partition: string | null;
  /** Id of the dashboard's refresh that took the day in. */
  readonly ingestion: string | null;
  readonly message_id: string | null;
  /** Undefined: no mail was asked for. */
  readonly mail: DigestReport | undefined;
}

export interface BackfillReport {
  readonly run: string;
  readonly continued: boolean;
  readonly lakeVersion: number;
  /** In order; days of the range that are not complete, or lie before the first, are not among them. */
  readonly days: readonly BackfilledDay[];
  readonly problems: readonly RunProblem[];
  readonly steps: readonly RunStep[];
}

/**
 * Makes the archive of billing days again from the lake as it is now (requirement D6): CSV and Parquet become new versions,
 * the ledger says which run did it, and a mail says "Rerun of …" where one is wanted. A backfill that died is continued by
 * the next one that asks for the same; the same event never mails twice.
 * @throws UserError `DAY_NOT_COMPLETE` where no day of the range is, and those of the daily run
 */
export async function backfill(doors: RunDoors, request: BackfillRequest): Promise<BackfillReport> {
  const wanted = [...eachDay({ from: request.from, until: addDays(request.to, 1) })];
  const mails = request.mail === 'none' ? [] : wanted.map(mailStepOf);
  const months = [...new Set(wanted.map(periodOf))];
  const plan = {
    run: doors.run,
    kind: 'backfill',
    runDate: dayOf(doors.clock.now()),
    about: request,
    steps: [...FIRST_STEPS, ...months, ...registerSteps(doors), ...dashboardSteps(doors), ...mails],
  } as const;
  const done = await recordedRun(doors, 'backfill', plan, (held, book, lake) =>
    allSteps({ doors: held, book, lake, request, months, wanted }),
  );
  return done.report;
}

interface Backfilling {
  readonly doors: RunDoors;
  readonly book: RunBook;
  readonly lake: Lake;
  readonly request: BackfillRequest;
  readonly months: readonly BillingPeriod[];
  readonly wanted: readonly BillingDate[];
}

const mailStepOf = (day: BillingDate): string => `mail ${day}`;

async function allSteps(of: Backfilling): Promise<RunEnd & { readonly report: BackfillReport }> {
  const { doors, book, lake, request } = of;
  const { engine, clock, progress, log } = doors;
  const state = await firstSteps(doors, book, lake);
  const complete = await completeDays(engine, state, clock.now());
  const days = backfillable(of.wanted, complete);
  await writeMonths(of, state, days);
  const registered = await registerStep(doors, book, { lakeVersion: state.version, days });
  const refreshed = await dashboardStep(doors, book, {
    name: refreshName('backfill', request.from, request.to),
    inputs: { lakeVersion: state.version },
    hasWritten: true,
  });
  log.info('archive.written-again', { days: days.length, from: days[0], to: days.at(-1) });

  const mails = request.mail === 'none' ? new Map() : await mailDays(of, state, complete, days);
  progress.end();
  const { run, steps, continuedBy } = book.record();
  const problems = [...(await problemsOfRates(engine)), ...failedSteps(book.record())];
  const messages = await messageIds(lake);
  const shown = days.map((date) =>
    backfilledDay(of, date, mails.get(date), {
      messages,
      ingestion: refreshed?.id,
      isRegistered: registered !== undefined,
    }),
  );
  const { version: lakeVersion } = state;
  return {
    lakeVersion,
    archivedDays: days.length,
    digest: shown.at(-1)?.mail?.key,
    problems,
    report: { run, continued: continuedBy.length > 0, lakeVersion, days: shown, problems, steps },
  };
}

/** A month at a time, so that memory stays bounded and a killed backfill has little to do again. */
async function writeMonths(
  { doors, book, lake, months }: Backfilling,
  state: LakeState,
  days: readonly BillingDate[],
): Promise<void> {
  const { engine, clock, progress, scratch, isTimeUp } = doors;
  const archive = { lake, engine, clock, progress, scratch, isTimeUp };
  let done = 0;
  for (const month of months) {
    const ofMonth = days.filter((day) => periodOf(day) === month);
    if (ofMonth.length === 0) {
      book.skip(month, nothingComplete(month));
      continue;
    }
    await book.step(month, { lakeVersion: state.version, days: ofMonth }, async () => {
      const again = { why: 'backfill', run: book.record().run, what: 'csv and parquet' } as const;
      await archiveAgain(archive, state, ofMonth, again);
      return {};
    });
    done += ofMonth.length;
    progress.step('backfill', done, days.length, month);
  }
}

async function mailDays(
  { doors, book, lake, request, wanted }: Backfilling,
  state: LakeState,
  complete: CompleteDays,
  days: readonly BillingDate[],
): Promise<ReadonlyMap<BillingDate, DigestReport>> {
  const { runDate } = book.record();
  const resend = request.mail === 'again';
  const mails = new Map<BillingDate, DigestReport>();
  for (const day of wanted) {
    if (!days.includes(day)) {
      book.skip(mailStepOf(day), nothingComplete(day));
      continue;
    }
    const failures = failedSteps(book.record());
    const of = { lake, state, complete, runDate, resend, failures, day, askedBy: request.event ?? runDate };
    // Not the lake's version: a retry mails nothing again, whatever came in between.
    const inputs = resend ? { resend: doors.run } : {};
    const mailing = { book, doors, runDate, inputs };
    mails.set(day, await mailStep(mailing, mailStepOf(day), () => sendRerun(doors, of)));
    doors.progress.step('mail', mails.size, days.length, day);
  }
  return mails;
}

function backfilledDay(
  { lake: { store } }: Backfilling,
  date: BillingDate,
  mail: DigestReport | undefined,
  {
    messages,
    ingestion,
    isRegistered,
  }: {
    readonly messages: ReadonlyMap<string, string>;
    readonly ingestion: string | undefined;
    readonly isRegistered: boolean;
  },
): BackfilledDay {
  const isFine =
    mail === undefined || (['sent', 'to nobody'].includes(mail.state) && mail.refused.length === 0);
  return {
    status: isFine ? 'fine' : 'not fine',
    date,
    csv: store.uri(ouBreakdownCsvKey(date)),
    parquet: store.uri(ouBreakdownKey(date)),
    partition: isRegistered ? dayPartition(date) : null,
    ingestion: ingestion ?? null,
    message_id: (mail && messages.get(mail.key)) ?? null,
    mail,
  };
}

/** Message-ID of every digest, by its key. */
const messageIds = async ({ store }: Lake): Promise<ReadonlyMap<string, string>> =>
  new Map(entriesOf(await readLedger(store), 'digest').map(({ key, messageId }) => [key, messageId]));

/** Those of `wanted` that are complete. */
function backfillable(
  wanted: readonly BillingDate[],
  { firstDay, completeTo }: CompleteDays,
): readonly BillingDate[] {
  const days = wanted.filter(
    (day) => firstDay !== undefined && completeTo !== undefined && day >= firstDay && day <= completeTo,
  );
  if (days.length > 0) return days;
  const range = wanted.length === 1 ? `${wanted[0]} is not a` : `${wanted[0]} to ${wanted.at(-1)} holds no`;
  throw new UserError('DAY_NOT_COMPLETE', {
    what: `${range} complete day of this lake`,
    remedy:
      completeTo === undefined
        ? 'No day is complete yet: spendlight status says what is missing.'
        : `Ask for days from ${firstDay} to ${completeTo}.`,
  });
}

const nothingComplete = (what: string): RunProblem => ({
  code: 'DAY_NOT_COMPLETE',
  what: `${what} has no complete day of the range`,
  remedy: 'It is archived by the daily run once it is complete.',
});
