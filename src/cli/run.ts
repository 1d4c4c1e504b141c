import { Command } from 'commander';
import type { DigestReport } from '../app/daily-digest.ts';
import type { RunReport } from '../app/daily-run.ts';
import type { RunDoors } from '../app/daily-run-doors.ts';
import { type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import type { Doors } from './doors.ts';

interface RunFlags {
  readonly date?: BillingDate;
  readonly resend: boolean;
}

/** `run`: the daily run. */
export const runCommand = (doors: Doors): Command =>
  new Command('run')
    .summary('the daily run: archive what became complete, mail the digest')
    .description(
      'Judges which billing days are complete, archives each of them once (CSV and Parquet) and sends one digest per run\n' +
        'date. Run it as often as you like: nothing is done twice. Exit code 1: done, but something is not fine.',
    )
    .option('--date <date>', 'the run date, UTC (default: today)', billingDate)
    .option('--resend', 'mail the digest of this run date again', false)
    .action(async (flags: RunFlags) => {
      const report = await dailyRunBy(doors, flags);
      doors.answer(() => runAsText(report), shown(report));
      if (report.problems.length > 0) doors.notFine();
    });

/** Does the daily run with the command's tools; `start` calls it, too. */
export async function dailyRunBy(doors: Doors, flags: RunFlags): Promise<RunReport> {
  const { dailyRun } = await import('../app/daily-run.ts');
  return dailyRun(await runDoors(doors), flags);
}

/** What a run works with; a backfill is one, too. */
export async function runDoors(doors: Doors): Promise<RunDoors> {
  const { clock, pause, random, progress, log, run, turn } = doors;
  return {
    engine: await doors.engine(),
    store: await doors.store(),
    turn,
    clock,
    pause,
    random,
    progress,
    log,
    settings: doors.settings(),
    mailer: await doors.mailer(),
    outbox: await doors.outbox(),
    notify: doors.notify(),
    dashboard: await doors.dashboard(),
    tables: await doors.tables(),
    scratch: doors.scratch,
    run,
  };
}

/** The run's answer for people, with its newline. */
function runAsText({
  runDate,
  completeTo,
  archived,
  restated,
  digest,
  lakeVersion,
  executive,
  problems,
  continued,
}: RunReport): string {
  const named = (days: readonly string[]) =>
    days.length === 1 ? `${days[0]}` : `${days.length} days to ${days.at(-1)}`;
  return [
    `Run of ${runDate}, lake version ${lakeVersion}: ${completeTo === undefined ? 'no day is complete yet' : `complete to ${completeTo}`}.`,
    ...(continued ? ['It went on where an earlier process had broken off.'] : []),
    archived.length === 0 ? 'No new day to archive.' : `Archived ${named(archived)}.`,
    ...(restated.length === 0
      ? []
      : [
          `Wrote ${named(restated)} again: changed since ${restated.length === 1 ? 'it was' : 'they were'} archived.`,
        ]),
    mailSentence(digest),
    ...(executive === undefined ? [] : [mailSentence(executive, "The executives' page")]),
    ...problems.flatMap(({ code, what, remedy }) => [`Not fine: ${what}  (${code})`, `  do  ${remedy}`]),
    '',
  ].join('\n');
}

/** What became of the digest, in a sentence. */
export function mailSentence({ state, already, where, refused }: DigestReport, what = 'The digest'): string {
  const again = already ? ', by an earlier run' : '';
  const place = where === undefined ? '' : `: ${where}`;
  switch (state) {
    case 'to nobody':
      return `${what} was written to the outbox, sent to nobody${again}${place}`;
    case 'sent':
      return `${what} was sent${again}${refused.length === 0 ? '' : `, but refused for ${refused.join('; ')}`}.`;
    case 'refused':
      return `${what} was refused by the mail server.`;
    case 'unknown':
      return `Nobody knows whether ${what.charAt(0).toLowerCase()}${what.slice(1)} went out.`;
  }
}

/** The report as JSON tells it: all but the mail's text. */
const shown = ({ digest, executive, ...report }: RunReport) => ({
  ...report,
  digest: withoutText(digest),
  executive: executive === undefined ? undefined : withoutText(executive),
});

const withoutText = ({ text: _, ...rest }: DigestReport) => rest;
