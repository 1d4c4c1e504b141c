import { type BackfillReport, backfill } from '../app/backfill.ts';
import type { BackfillRequest } from '../app/backfill-event.ts';
import type { DigestReport } from '../app/daily-digest.ts';
import { dailyRun, type RunReport } from '../app/daily-run.ts';
import type { RunDoors } from '../app/daily-run-doors.ts';
import type { BillingDate } from '../core/calendar/billing-date.ts';
import { ouBreakdownCsvKey, ouBreakdownKey } from '../lake/keys.ts';
import { entriesOf, readLedger } from '../lake/ledger.ts';
import type { RunProblem } from '../lake/runs.ts';
import type { Metrics } from '../ports/metrics.ts';
import type { Invocation } from './invocation.ts';

/** One billing day in the words of requirement D6. What is null says why in `notes`. */
export interface DayAnswer {
  readonly status: 'fine' | 'not fine';
  readonly date: BillingDate | null;
  readonly csv: string | null;
  readonly parquet: string | null;
  readonly partition: string | null;
  readonly ingestion: string | null;
  readonly message_id: string | null;
  /** What became of the mail; null where none was wanted. */
  readonly mail: DigestReport['state'] | null;
  /** An earlier process had sent it: nothing was mailed now. */
  readonly already_mailed: boolean;
  readonly notes: Readonly<Record<string, string>>;
}

/** What the function did. */
interface RunAnswer {
  readonly run: string;
  /** It went on where an earlier process had broken off. */
  readonly continued: boolean;
  readonly lake_version: number;
  readonly problems: readonly RunProblem[];
}

export interface TodayAnswer extends DayAnswer, RunAnswer {
  readonly run_date: BillingDate;
  readonly archived: readonly BillingDate[];
  readonly restated: readonly BillingDate[];
}

export type RerunAnswer =
  | (DayAnswer & RunAnswer)
  | (RunAnswer & {
      readonly status: 'fine' | 'not fine';
      readonly from: BillingDate;
      readonly to: BillingDate;
      readonly days: readonly DayAnswer[];
    });

/** The daily run of `runDate`, or of today; its day is the headline day. */
export async function today(
  runDate: BillingDate | undefined,
  { runDoors, metrics }: Invocation,
): Promise<TodayAnswer> {
  const doors = await runDoors();
  const report = await dailyRun(doors, { date: runDate, resend: false });
  const { run, continued, lakeVersion, problems, archived, restated, digest, executive } = report;
  counted(metrics, {
    problems,
    days: archived.length + restated.length,
    mails: [digest, executive],
  });
  return {
    ...(await headlineOf(doors, report)),
    ...{ run, continued, lake_version: lakeVersion, problems },
    ...{ run_date: report.runDate, archived, restated },
  };
}

/** Billing days made again as `request` says. */
export async function rerun(
  request: BackfillRequest,
  { runDoors, metrics }: Invocation,
): Promise<RerunAnswer> {
  const doors = await runDoors();
  const report = await backfill(doors, request);
  const { run, continued, lakeVersion, problems } = report;
  counted(metrics, { problems, days: report.days.length, mails: report.days.map(({ mail }) => mail) });
  const answer = { run, continued, lake_version: lakeVersion, problems };
  const status = problems.length === 0 ? 'fine' : 'not fine';
  const days = report.days.map((day) => rerunDay(doors, day));
  const [only] = days;
  if (request.from === request.to && only !== undefined) return { ...only, status, ...answer };
  return { status, from: request.from, to: request.to, days, ...answer };
}

function rerunDay(doors: RunDoors, { mail, ...day }: BackfillReport['days'][number]): DayAnswer {
  const answer = { ...day, mail: mail?.state ?? null, already_mailed: mail?.already ?? false };
  return { ...answer, notes: notesOf(doors, answer) };
}

async function headlineOf(
  doors: RunDoors,
  { digest, problems, partition, ingestion }: RunReport,
): Promise<DayAnswer> {
  const { store } = doors;
  const date = digest.headline ?? null;
  const mailed = entriesOf(await readLedger(store), 'digest').filter(({ key }) => key === digest.key);
  const answer = {
    status: problems.length === 0 ? ('fine' as const) : ('not fine' as const),
    date,
    csv: date === null ? null : store.uri(ouBreakdownCsvKey(date)),
    parquet: date === null ? null : store.uri(ouBreakdownKey(date)),
    partition: partition ?? null,
    ingestion: ingestion ?? null,
    message_id: mailed.at(-1)?.messageId ?? null,
    mail: digest.state,
    already_mailed: digest.already,
  };
  return { ...answer, notes: notesOf(doors, answer) };
}

/** Why something is not there. */
function notesOf(
  { dashboard, tables }: RunDoors,
  { date, partition, ingestion, mail, message_id }: Omit<DayAnswer, 'notes'>,
): DayAnswer['notes'] {
  const failed = 'The step failed: problems say why.';
  return Object.fromEntries(
    [
      ['date', date === null, 'No day is complete yet.'],
      ['partition', partition === null, tables === undefined ? 'GLUE_DATABASE names no database.' : failed],
      [
        'ingestion',
        ingestion === null,
        dashboard === undefined ? 'QUICKSIGHT_DATASET_ID names no data set.' : failed,
      ],
      [
        'message_id',
        message_id === null,
        mail === null ? 'No mail was asked for.' : 'The mail was not sent.',
      ],
    ].flatMap(([name, isAbsent, why]) => (isAbsent ? [[name, why]] : [])),
  );
}

function counted(
  metrics: Metrics,
  of: {
    readonly problems: readonly RunProblem[];
    readonly days: number;
    readonly mails: readonly (DigestReport | undefined)[];
  },
): void {
  metrics.add('Runs', 1);
  metrics.add('RunsNotFine', of.problems.length === 0 ? 0 : 1);
  metrics.add('DaysArchived', of.days);
  metrics.add('MailsSent', of.mails.filter((mail) => mail?.state === 'sent' && !mail.already).length);
}
