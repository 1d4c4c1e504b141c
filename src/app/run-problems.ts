import type { BillingDate } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { RunProblem } from '../lake/runs.ts';
import type { Asker } from '../ports/engine.ts';
import type { Mailer } from '../ports/mailer.ts';
import { linesWithoutRate } from '../sql/status.ts';
import type { DigestReport } from './daily-digest.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { beatQuietly } from './heart.ts';
import { alarm } from './run-alarm.ts';

/** Amounts that are in no total of the pinned lake. */
export async function problemsOfRates(engine: Asker): Promise<readonly RunProblem[]> {
  const missing = await engine.rows(linesWithoutRate({}));
  return missing.map(([currency, lines]) => ({
    code: 'RATE_MISSING',
    what: `${lines} ${lines === 1 ? 'line' : 'lines'} in ${currency} have no rate and are in no total`,
    remedy: 'Bring in the rate: spendlight rates import <file>',
  }));
}

/** What is wrong with a mail that was tried. It is told through another channel than the one that failed. */
export async function problemOfMail(
  doors: RunDoors,
  runDate: BillingDate,
  { key, state, refused, already }: DigestReport,
): Promise<RunProblem | undefined> {
  const channel = { kind: 'channel', name: doors.mailer.kind } as const;
  if (state !== 'unknown' && state !== 'refused' && refused.length === 0) {
    if (!already) await beatQuietly(doors, { ...channel, notes: await notesOf(doors.mailer) });
    return undefined;
  }
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
  await beatQuietly(doors, { ...channel, problem });
  await alarm(doors, { runDate, ...problem, broken: 'mail' });
  return problem;
}

/** Part of a quota from which on it is told. */
const NEARLY = 0.8;

/** What is worth knowing of a mail service although it sends. Undefined where it cannot be asked. */
async function notesOf({ limits }: Mailer): Promise<readonly RunProblem[] | undefined> {
  if (limits === undefined) return [];
  const known = await limits().catch(() => undefined);
  if (known === undefined) return undefined;
  const { isSandbox, sent, sentMax } = known;
  const sandbox: RunProblem = {
    code: 'MAIL_SANDBOX',
    what: 'Amazon SES is in its sandbox: only addresses that it has verified get mail',
    remedy:
      'Ask for production access (SES, Account dashboard); until then verify each recipient: aws sesv2 create-email-identity --email-identity <address>',
  };
  const quota: RunProblem = {
    code: 'MAIL_QUOTA',
    what: `${sent} of the ${sentMax} recipients that Amazon SES takes in 24 hours are used up`,
    remedy: 'Ask for a higher sending quota (Service Quotas, Amazon SES) before mails are refused',
  };
  return [
    ...(isSandbox ? [sandbox] : []),
    ...(sentMax !== undefined && sent >= NEARLY * sentMax ? [quota] : []),
  ];
}

/** An error as a run keeps it. */
export function problemOf(error: unknown): RunProblem {
  if (error instanceof UserError) {
    const { code, what, place, remedy } = error;
    return { code, what: place.file === undefined ? what : `${what} (${place.file})`, remedy };
  }
  const what = error instanceof Error ? (error.message.split('\n', 1)[0] ?? error.message) : String(error);
  return { code: 'UNEXPECTED', what, remedy: 'Run again with LOG_LEVEL=DEBUG and report what it prints.' };
}
