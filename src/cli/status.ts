import { Command } from 'commander';
import type { Status } from '../app/status-report.ts';
import type { Doors } from './doors.ts';
import { asTable } from './shape.ts';

/** `status`: how fresh the lake is, and what is wrong. */
export const statusCommand = (doors: Doors): Command =>
  new Command('status')
    .summary('how fresh the lake is, what is wrong and how to mend it')
    .description(
      'Freshness and watermark of every source, the states of the latest days, the last and the next run, the mail, and\n' +
        'what is wrong, most important first, each with its remedy.',
    )
    .option('--check', 'end with exit code 1 when something is wrong', false)
    .action(async ({ check }: { readonly check: boolean }) => {
      const { lakeStatus } = await import('../app/status.ts');
      const status = await lakeStatus({
        engine: await doors.engine(),
        store: await doors.store(),
        clock: doors.clock,
      });
      doors.answer(() => statusAsText(status), status);
      if (check && status.troubles.some(({ severity }) => severity === 'wrong')) doors.notFine();
    });

/** The status for people. Times are UTC. */
function statusAsText(status: Status): string {
  const { lake, completeTo, lastRun, nextRunDue, mail, ledger, troubles } = status;
  const kind = lake.simulated ? 'simulated' : 'real';
  return [
    `Lake ${lake.location}, ${kind} costs, version ${lake.version}, committed ${moment(lake.committedAt)}`,
    `${lake.costMetric} in ${lake.reportingCurrency}; complete to ${completeTo ?? 'no day yet'}`,
    '',
    asTable(
      ['source', 'state', 'usage up to', 'last delivery', 'accounts'],
      status.sources.map(({ source, state, watermark, lastDelivery, accounts }) => [
        source,
        state,
        watermark === undefined ? '–' : watermark.slice(0, 16),
        moment(lastDelivery),
        String(accounts.length),
      ]),
      ['left', 'left', 'left', 'left', 'right'],
    ),
    asTable(
      ['day', 'state', 'archived'],
      status.days.map(({ date, state, archived }) => [date, state, archived ? 'yes' : 'no']),
      ['left', 'left', 'left'],
    ),
    `Last run   ${lastRun === undefined ? 'none yet' : `${lastRun.runDate}, ended ${moment(lastRun.endedAt)}, ${lastRun.outcome}`}`,
    `Next run   due ${moment(nextRunDue)}`,
    `Mail       ${mail === undefined ? 'no digest yet' : mailState(mail)}`,
    `Archive    ${ledger.archivedDays} days; ledger of ${ledger.entries} entries, head ${ledger.head.slice(0, 16)}`,
    '',
    ...(troubles.some(({ severity }) => severity === 'wrong') ? [] : ['Nothing is wrong.']),
    ...troubles.flatMap(({ severity, code, what, remedy }) => [
      `${severity === 'wrong' ? '!' : '·'} ${what}  (${code})`,
      `  do  ${remedy}`,
    ]),
    '',
  ].join('\n');
}

function mailState({ key, delivery }: NonNullable<Status['mail']>): string {
  if (delivery === undefined) return `${key}: not sent yet`;
  const said = delivery.state === 'to nobody' ? 'written to the outbox, sent to nobody' : delivery.state;
  return `${key}: ${said}`;
}

/** `2026-11-21 07:00 UTC` of an ISO moment. */
const moment = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
