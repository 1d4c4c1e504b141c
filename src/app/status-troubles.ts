import { addDays, dayOf } from '../core/calendar/billing-date.ts';
import type { CompleteDays } from './complete-days.ts';
import { heartTroubles } from './heart-troubles.ts';
import { fateTroubles } from './mail-fates.ts';
import type { Status, Trouble } from './status-report.ts';

type Known = Omit<Status, 'troubles'>;

/** Hours after 07:00 UTC after which a daily run that has not come is told as missing (requirement D5). */
const RUN_GRACE_HOURS = 2;

/** What is wrong with the lake at `now` (ms since 1970), most important first. Empty: all is well. */
export function troubles(status: Known, complete: CompleteDays, now: number): readonly Trouble[] {
  const current = [
    ...heartTroubles(status, now),
    ...mailTroubles(status),
    ...fateTroubles(status.recipients),
    ...sourceTroubles(status, complete),
    ...moneyTroubles(status),
  ];
  const told = new Set(current.map(({ code }) => code));
  // What the last run complained of and is still so is told once, as it is now.
  const all = [...runTroubles(status, now).filter(({ code }) => !told.has(code)), ...current];
  return [
    ...all.filter(({ severity }) => severity === 'wrong'),
    ...all.filter(({ severity }) => severity === 'note'),
  ];
}

function runTroubles({ lastRun, loads }: Known, now: number): readonly Trouble[] {
  if (loads.length === 0) {
    return [trouble('NO_DATA', 'No delivery is in the lake', 'Bring in a bill: spendlight ingest <files>')];
  }
  if (lastRun === undefined) {
    return [trouble('NEVER_RUN', 'The daily run was never done', 'Do it now: spendlight run')];
  }
  const failed = lastRun.problems.map(({ code, what, remedy }) =>
    trouble(code, `The run of ${lastRun.runDate}: ${what}`, remedy),
  );
  const due = now - (7 + RUN_GRACE_HOURS) * 3_600_000;
  if (lastRun.runDate >= dayOf(due)) return failed;
  const missing = addDays(dayOf(due), 0);
  return [
    trouble(
      'RUN_MISSING',
      `The last run was ${lastRun.runDate}; none was done for ${missing}`,
      'Do it now: spendlight run',
    ),
    ...failed,
  ];
}

function mailTroubles({ mail }: Known): readonly Trouble[] {
  const state = mail?.delivery?.state;
  if (mail === undefined || state === undefined || state === 'sent') return [];
  const key = mail.key.split('/').slice(0, 3).join(' ');
  if (state === 'to nobody') {
    return [
      trouble(
        'MAIL_TO_NOBODY',
        `The digest ${key} was written to the outbox, sent to nobody`,
        'Set SMTP_URL and DIGEST_RECIPIENTS_FINOPS, then: spendlight run --resend',
      ),
    ];
  }
  const what = state === 'unknown' ? 'may or may not have gone out' : 'was refused by the mail server';
  return [
    trouble('MAIL_NOT_SENT', `The digest ${key} ${what}`, 'Ask a recipient, then: spendlight run --resend'),
  ];
}

function sourceTroubles(
  { sources, accounts }: Known,
  { heldBy, completeTo }: CompleteDays,
): readonly Trouble[] {
  const late = sources.filter(({ state }) => state === 'late');
  return [
    ...late.map(({ source, watermark }) =>
      trouble(
        'SOURCE_LATE',
        `${source} is late: its usage ends ${watermark ?? 'nowhere'}`,
        'Look at the export in the cloud’s console, then: spendlight ingest <its newest delivery>',
      ),
    ),
    ...heldBy.map(({ account, date, lines, usual }) =>
      trouble(
        'ACCOUNT_THIN',
        `${account} holds ${date} back: ${lines} lines, usually ${Math.round(usual)}`,
        `Wait for the next delivery; days after ${completeTo ?? 'the first'} are judged when it has come`,
      ),
    ),
    ...accounts.quiet.map(({ account, name, lastSeen }) =>
      note(
        'ACCOUNT_QUIET',
        `${name === undefined ? account : `${name} (${account})`} has been quiet since ${lastSeen}`,
        'If it was closed, all is well; else look whether its data still arrive',
      ),
    ),
  ];
}

function moneyTroubles({
  reopened,
  withoutRate,
  unmapped,
  namesOutsideTable: names,
}: Known): readonly Trouble[] {
  return [
    ...reopened.map(({ period, source, why }) =>
      trouble(
        'PERIOD_REOPENED',
        `${period} of ${source}: ${why}`,
        `See what changed: spendlight restatements --from ${period}-01`,
      ),
    ),
    ...withoutRate.map(({ currency, lines }) =>
      trouble(
        'RATE_MISSING',
        `${lines} lines in ${currency} have no rate and are in no total`,
        'Bring in the rate: spendlight rates import <file>',
      ),
    ),
    ...(unmapped.length === 0
      ? []
      : [
          note(
            'ACCOUNTS_UNMAPPED',
            `${unmapped.length} accounts are in no OU: ${listed(unmapped)}`,
            'Name them in the account map: spendlight accounts import <file>',
          ),
        ]),
    ...(names.length === 0
      ? []
      : [
          note(
            'SERVICES_UNKNOWN',
            `${names.length} service names are not in the table of product codes: ${listed(names)}`,
            'They stand in the breakdown as the bill spells them; tell us so that the table can grow',
          ),
        ]),
  ];
}

const listed = (names: readonly string[]): string =>
  names.length > 5 ? `${names.slice(0, 5).join(', ')} and ${names.length - 5} more` : names.join(', ');

const trouble = (code: string, what: string, remedy: string): Trouble => ({
  severity: 'wrong',
  code,
  what,
  remedy,
});
const note = (code: string, what: string, remedy: string): Trouble => ({
  severity: 'note',
  code,
  what,
  remedy,
});
