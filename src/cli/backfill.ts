import { readFile } from 'node:fs/promises';
import { Command } from 'commander';
import type { BackfilledDay, BackfillReport } from '../app/backfill.ts';
import type { BackfillRequest } from '../app/backfill-event.ts';
import { type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { Doors } from './doors.ts';
import { mailSentence, runDoors } from './run.ts';

interface BackfillFlags {
  readonly date?: BillingDate;
  readonly from?: BillingDate;
  readonly to?: BillingDate;
  readonly event?: string;
  readonly resend?: boolean;
}

/** `backfill`: archived days made again. */
export const backfillCommand = (doors: Doors): Command =>
  new Command('backfill')
    .summary('make archived days again from the lake as it is now')
    .description(
      'Writes CSV and Parquet of billing days as new versions; the ledger says when and why. One day (--date) is mailed as\n' +
        '"Rerun of …" unless --no-resend; a range (--from, --to) is mailed only with --resend. A backfill that was killed\n' +
        'goes on where it stopped. The same event never mails twice; the same --date mails once a day, or with --resend.',
    )
    .option('--date <date>', 'one billing day, UTC', billingDate)
    .option('--from <date>', 'first billing day of a range, UTC', billingDate)
    .option('--to <date>', 'last billing day, inclusive', billingDate)
    .option('--event <file>', 'a JSON file: {"rerun_date": …} or {"from": …, "to": …}, "resend", "id"')
    .option('--resend', 'mail, also what was mailed before')
    .option('--no-resend', 'mail nothing')
    .action(async (flags: BackfillFlags) => {
      const { backfill } = await import('../app/backfill.ts');
      const request = await requested(flags);
      const report = await backfill(await runDoors(doors), request);
      doors.answer(() => asText(report), asJson(request, report));
      if (report.problems.length > 0) doors.notFine();
    });

async function requested({ date, from, to, event, resend }: BackfillFlags): Promise<BackfillRequest> {
  const { eventRequest, requestOf } = await import('../app/backfill-event.ts');
  const ways = [date !== undefined, from !== undefined || to !== undefined, event !== undefined];
  if (ways.filter(Boolean).length !== 1) throw unclear();
  if (event !== undefined) return eventRequest(await textOf(event));
  if (date !== undefined) return requestOf(date, date, { single: true, resend });
  if (from === undefined || to === undefined) throw unclear();
  return requestOf(from, to, { single: false, resend });
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (cause) {
    throw new UserError(
      'FILE_NOT_FOUND',
      { what: 'The event cannot be read', place: { file }, remedy: 'Name a JSON file.' },
      { cause },
    );
  }
}

const unclear = (): UserError =>
  new UserError('USAGE', {
    what: 'It is not clear which days are to be made again',
    remedy: 'Name one day with --date, a range with --from and --to, or an event with --event.',
  });

function asText({ days, lakeVersion, continued, problems }: BackfillReport): string {
  const [first, ...more] = days;
  const range =
    more.length === 0 ? first?.date : `${days.length} days, ${first?.date} to ${more.at(-1)?.date},`;
  return [
    ...(continued ? ['It went on where an earlier process had broken off.'] : []),
    `Made ${range} again from lake version ${lakeVersion}: CSV and Parquet are new versions.`,
    ...days.flatMap((day) => mailLine(day, days.length > 1)),
    ...(more.length === 0 && first !== undefined ? [`The CSV: ${first.csv}`] : []),
    ...problems.flatMap(({ code, what, remedy }) => [`Not fine: ${what}  (${code})`, `  do  ${remedy}`]),
    '',
  ].join('\n');
}

const mailLine = ({ date, mail }: BackfilledDay, isOneOfMany: boolean): string[] =>
  mail === undefined ? [] : [mailSentence(mail, isOneOfMany ? `The mail of ${date}` : 'The mail')];

/** One day as requirement D6 has it; a range with its days. The mails' texts stay in the archive. */
function asJson({ from, to }: BackfillRequest, { days, ...rest }: BackfillReport) {
  const told = days.map(({ mail, ...day }) => ({ ...day, mail: mail?.state ?? null }));
  const status = rest.problems.length === 0 ? 'fine' : 'not fine';
  return from === to ? { ...told[0], status, ...rest } : { status, from, to, days: told, ...rest };
}
