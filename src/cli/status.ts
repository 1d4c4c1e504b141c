import { Command } from 'commander';
import { fatesOf } from '../app/mail-fates.ts';
import type { Status } from '../app/status-report.ts';
import { nameOf } from '../lake/lease.ts';
import type { RunRecord } from '../lake/runs.ts';
import type { Doors } from './doors.ts';
import { runDoors } from './run.ts';
import { asTable } from './shape.ts';

/** `status`: how fresh the lake is, and what is wrong. */
export const statusCommand = (doors: Doors): Command =>
  new Command('status')
    .summary('how fresh the lake is, what is wrong and how to mend it')
    .description(
      'Freshness and watermark of every source, the states of the latest days, the last and the next run, the mail, and\n' +
        'what is wrong, most important first, each with its remedy.',
    )
    .option('--check', 'tell what is wrong by mail and chat, once a day; end with exit code 1', false)
    .action(async ({ check }: { readonly check: boolean }) => {
      const status = await looked(doors, check);
      doors.answer(() => statusAsText(status), status);
      if (check && status.troubles.some(({ severity }) => severity === 'wrong')) doors.notFine();
    });

/** With `check` what is wrong is told; who asks about an earlier moment has nothing to tell. */
async function looked(doors: Doors, check: boolean): Promise<Status> {
  const { process } = doors;
  if (check && doors.asOf() === undefined) {
    const app = await import('../app/check.ts');
    return app.check({ ...(await runDoors(doors)), process });
  }
  const { lakeStatus } = await import('../app/status.ts');
  return lakeStatus({
    engine: await doors.asker(),
    store: await doors.store(),
    clock: doors.clock,
    process,
  });
}

/** The status for people. Times are UTC. */
function statusAsText(status: Status): string {
  const { lake, completeTo, lastRun, nextRunDue, mail, ledger, troubles, writing } = status;
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
    ...(writing === undefined || writing.isGone ? [] : [`Writing    ${nameOf(writing)}`]),
    `Last run   ${lastRun === undefined ? 'none yet' : `${lastRun.runDate}, ended ${moment(lastRun.endedAt)}, ${lastRun.outcome}${stepsOf(lastRun)}`}`,
    `Next run   due ${moment(nextRunDue)}`,
    `Mail       ${mail === undefined ? 'no digest yet' : mailState(mail, status.recipients)}`,
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

/** The steps of a run with what they took; older runs have none. */
function stepsOf({ steps }: RunRecord): string {
  const took = steps.filter(({ state, ms }) => state === 'done' && ms !== undefined && ms >= 50);
  const longest = [...took].sort((a, b) => (b.ms ?? 0) - (a.ms ?? 0)).slice(0, 3);
  if (longest.length === 0) return '';
  return ` (${longest.map(({ name, ms }) => `${name} ${((ms ?? 0) / 1000).toFixed(1)} s`).join(', ')})`;
}

function mailState({ key, delivery }: NonNullable<Status['mail']>, recipients: Status['recipients']): string {
  if (delivery === undefined) return `${key}: not sent yet`;
  const said = delivery.state === 'to nobody' ? 'written to the outbox, sent to nobody' : delivery.state;
  const heard = fatesOf(key, recipients).map(({ fate, recipients: number }) => `${number} ${fate}`);
  return `${[`${key}: ${said}`, ...heard].join(', ')}`;
}

/** `2026-11-21 07:00 UTC` of an ISO moment. */
const moment = (iso: string): string => `${iso.slice(0, 10)} ${iso.slice(11, 16)} UTC`;
