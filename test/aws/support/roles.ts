// What each role does, once, with keys of its own: the functions by their handlers, people by the program.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { addDays, type BillingDate, dayOf } from '../../../src/core/calendar/billing-date.ts';
import { focusCsv } from '../../support/deliveries.ts';
import { realServer } from '../../support/real-server.ts';
import { writeSimulatedExport } from '../../support/simulated-export.ts';
import { ACCOUNT } from './calls.ts';
import { uploadFolder } from './lake-desk.ts';
import type { World } from './world.ts';

// Functions take the present from the machine they run on.
const TODAY = dayOf(Date.now());
const DAYS = [8, 7, 6, 5, 4, 3, 2, 1].map((ago) => addDays(TODAY, -ago));

/** A bill of the eight days before today; each day costs `cost`. Lines of a month are a delivery of that month. */
function bill(month: string, cost: string): string {
  const days = DAYS.filter((day) => day.startsWith(month));
  const first = `${month}-01T00:00:00Z`;
  const next = `${addDays(`${month}-01` as BillingDate, 31).slice(0, 7)}-01T00:00:00Z`;
  return focusCsv(
    days.map((day) => ({
      BillingPeriodStart: first,
      BillingPeriodEnd: next,
      ChargePeriodStart: `${day}T00:00:00Z`,
      ChargePeriodEnd: `${addDays(day, 1)}T00:00:00Z`,
      BilledCost: cost,
      EffectiveCost: cost,
    })),
  );
}

/** A function that has no time left once it has begun: it starts itself again. */
const SOON_OVER = { ASKED_IN_TIME: '3' };
const MONTHS = [...new Set(DAYS.map((day) => day.slice(0, 7)))];
const [FIRST = TODAY] = DAYS;
const LAST = addDays(TODAY, -1);

/** The functions and people around a lake of real bills, in the order in which they act on a day. */
export async function onRealBills(at: World): Promise<void> {
  const { words, put } = at.account;
  await at.invoke('ingest', {});
  for (const month of MONTHS) await put(words.export_bucket, `focus/${month}/bill.csv`, bill(month, '1'));
  await at.invoke('ingest', {}, SOON_OVER);
  expect(await at.invoke('ingest', {})).toMatchObject({ status: 'fine' });
  await put(words.export_bucket, 'focus/odd/bill.csv', 'odd\n1\n');
  await expect(at.invoke('ingest', {})).rejects.toThrow();
  await at.account.remove(words.export_bucket, 'focus/odd/bill.csv');
  await at.invoke('gap-check', { check: 'run' });
  await at.invoke('gap-check', { check: 'gaps' });
  await digest(at);
  await at.invoke('gap-check', { check: 'run' });
  await at.account.keepSecret(words.slack_parameter, `${at.taker}/services/T0/B0/x`);
  await at.invoke('slack-forwarder', {
    Records: [{ Sns: { Subject: 'ALARM', Message: 'Something failed.' } }],
  });
  await operator(at);
  await dashboard(at);
}

/** First nobody has verified the sender; then the day is made again. */
async function digest(at: World): Promise<void> {
  const event = { time: `${TODAY}T07:00:00Z` };
  await at.invoke('digest', event, SOON_OVER);
  expect(await at.invoke('digest', event)).toMatchObject({ status: 'not fine', mail: 'refused', date: LAST });
  await at.account.verifySender();
  const again = await at.invoke('digest', { rerun_date: FIRST });
  expect(again, JSON.stringify(again)).toMatchObject({ status: 'fine', mail: 'sent', date: FIRST });
  // What has moved to the archive tier leaves the table over the CSVs.
  await at.invoke('digest', { run_date: TODAY }, { CSV_ARCHIVE_AFTER_DAYS: '2' });
}

/** A person with the whole command line. */
async function operator(at: World): Promise<void> {
  const { words } = at.account;
  await writeFile(join(at.desk.folder, 'bill.csv'), bill(LAST.slice(0, 7), '2'));
  for (const command of [
    `ingest s3://${words.export_bucket}/focus`,
    'ingest bill.csv --source bill',
    'accounts sync',
    'run --resend',
    `backfill --date ${LAST} --no-resend`,
    `archive get ${LAST} --version 1`,
    `--as-of 2 breakdown --from ${FIRST} --to ${LAST}`,
    'prune',
  ])
    await at.run('operator', command);
  const env = { CSV_ARCHIVE_AFTER_DAYS: '1' };
  await at.run('operator', 'verify --repair', { env, code: 'any' });
  await at.run('operator', 'verify', { env });
  await at.run('operator', ['--engine', 'athena', 'query', 'SELECT 1 AS one'], { code: 'any' });
}

/** A server with the dashboard, which writes what its readers like to see and nothing else. */
async function dashboard(at: World): Promise<void> {
  const outbox = join(at.desk.folder, 'outbox');
  const env = at.environment('dashboard');
  const server = await realServer(at.account.lake, { now: new Date().toISOString(), outbox, env });
  const api = `${server.base}/api/v1`;
  try {
    for (const page of ['overview', 'overview?asOf=2', 'trend', `lines?from=${FIRST}&to=${LAST}`])
      expect((await fetch(`${api}/${page}`)).status, page).toBe(200);
    for (const theme of ['dark', 'light']) {
      const body = JSON.stringify({ theme, density: 'dense', range: '30d' });
      const headers = { 'content-type': 'application/json', origin: server.base };
      const kept = await fetch(`${api}/preferences`, { method: 'PUT', headers, body });
      expect(kept.status, await kept.text()).toBe(200);
    }
  } finally {
    await server.end();
  }
}

/** Cost events that are made up, and land. */
export async function onSimulatedEvents(at: World): Promise<void> {
  const { words, put } = at.account;
  const made = await at.invoke('ingest', {}, { SIMULATE_EVENTS: 'true' });
  const { simulated } = made as { readonly simulated: { readonly files: readonly string[] } };
  const Records = simulated.files.map((file) => ({
    s3: { bucket: { name: words.bucket }, object: { key: file.replace(`s3://${words.bucket}/`, '') } },
  }));
  expect(Records.length).toBeGreaterThan(0);
  await at.invoke('process', { Records }, SOON_OVER);
  expect(await at.invoke('process', { Records })).toMatchObject({ status: 'fine' });
  await put(words.bucket, 'inbox/events/odd.jsonl', 'odd\n');
  const odd = { s3: { bucket: { name: words.bucket }, object: { key: 'inbox/events/odd.jsonl' } } };
  await expect(at.invoke('process', { Records: [odd] })).rejects.toThrow();
  const bounce = {
    eventType: 'Bounce',
    mail: { messageId: 'm-1', timestamp: new Date().toISOString(), headers: [] },
    bounce: {
      bounceType: 'Permanent',
      bounceSubType: 'General',
      bouncedRecipients: [{ emailAddress: 'gone@example.com' }],
      timestamp: new Date().toISOString(),
      feedbackId: 'f-1',
    },
  };
  await at.invoke('process', {
    Records: [{ EventSource: 'aws:sns', Sns: { Message: JSON.stringify(bounce) } }],
  });
}

/** A delivery that is large enough for Athena; the emulator's refuses to unload it. What judges statements is Trino (test/trino). */
export async function onLargeDeliveries(at: World): Promise<void> {
  const { words } = at.account;
  const now = new Date().toISOString();
  await writeSimulatedExport(at.desk.folder, {
    days: 20,
    accounts: 4,
    linesPerDay: 3000,
    now,
    table: 'cur2',
  });
  await uploadFolder(join(at.desk.folder, 'export'), words.export_bucket, 'aws');
  await expect(at.invoke('ingest', {}, { ATHENA_FROM: '1MB' })).rejects.toThrow();
  await at.run('operator', `--engine athena ingest s3://${words.export_bucket}/aws`, { code: 'any' });
}

/** The organization of another account is read as the central role, exports of another payer as a role of that account. */
export async function onOtherAccounts(at: World): Promise<void> {
  const { words, put } = at.account;
  const [month = ''] = MONTHS;
  await put(words.export_bucket, 'focus/bill.csv', bill(month, '1'));
  await at.invoke('ingest', {}, { CENTRAL_ROLE_ARN: words.central_role_arn });
  const member = `arn:aws:iam::${ACCOUNT}:role/FinOpsMemberReadOnly`;
  const env = {
    CENTRAL_ROLE_ARN: words.central_role_arn,
    SOURCE_ROLES: `s3://${words.export_bucket}=${member}`,
  };
  await put(words.export_bucket, 'focus/bill.csv', bill(month, '2'));
  await at.run('operator', `ingest s3://${words.export_bucket}/focus --source bill`, { env });
  // Nobody has verified the sender here: the mail is refused, and an alarm says so.
  await at.run('operator', 'run', { code: 1 });
}
