import { afterAll, beforeAll, expect, it } from 'vitest';
import { NOW, type RunHome, runHome, server } from '../../test/support/run-place.ts';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { beat } from '../lake/heartbeats.ts';
import { beginRun } from '../lake/runs.ts';
import { check } from './check.ts';
import { dailyRun } from './daily-run.ts';
import type { RunDoors } from './daily-run-doors.ts';

const PROBLEM = { code: 'REJECTS', what: '3 rows are bad', remedy: 'mend them' };
const FEED = { kind: 'feed', name: 'bill', problem: PROBLEM } as const;

let home: RunHome;
beforeAll(async () => {
  home = await runHome();
  await home.lakeOf('bill', (day) => ({ BilledCost: `${day}.25` }));
});
afterAll(() => home.close());

/** A lake after its daily run, with a mail server and a chat of the test's. */
async function place() {
  const at = await home.place();
  const mail = server();
  const said: string[] = [];
  const notify = async (text: string) => void said.push(text);
  const doors = (changed: Partial<RunDoors> = {}) => at.doors({ mailer: mail.mailer, notify, ...changed });
  await dailyRun(doors(), { resend: false });
  mail.taken.length = 0;
  const codes = async (changed: Partial<RunDoors> = {}) =>
    (await check(doors(changed))).troubles
      .filter(({ severity }) => severity === 'wrong')
      .map(({ code }) => code);
  return { ...at, doors, mail, said, codes };
}

it('says nothing where nothing is wrong', async () => {
  const at = await place();
  expect(await at.codes()).toEqual([]);
  expect([at.mail.taken, at.said]).toEqual([[], []]);
});

it('tells a trouble once a day by mail and chat, and the next day again', async () => {
  const at = await place();
  await beat(at.store, at.doors().clock, FEED);
  for (let times = 0; times < 2; times++) expect(await at.codes()).toEqual(['FEED_FAILED']);
  expect(at.mail.taken).toEqual(['2026-11-19/failure/feed-failed']);
  expect(at.said).toEqual([
    expect.stringMatching(/The feed bill failed at 2026-11-19 07:00 UTC: 3 rows are bad/),
  ]);
  const tomorrow = stoppedClock(NOW + 24 * 3_600_000);
  expect(await at.codes({ clock: tomorrow })).toContain('FEED_FAILED');
  expect(at.mail.taken).toContain('2026-11-20/failure/feed-failed');
});

it('tells that mail fails by the outbox and the chat, and not by mail', async () => {
  const at = await place();
  await beat(at.store, at.doors().clock, { kind: 'channel', name: 'smtp', problem: PROBLEM });
  expect(await at.codes()).toEqual(['CHANNEL_FAILED']);
  expect([at.mail.taken, at.said.length]).toEqual([[], 1]);
  expect(await at.outbox()).toEqual(['2026-11-19_failure_channel-failed.eml']);
});

it('tells that the chat fails by mail, and not by chat', async () => {
  const at = await place();
  const notify = () => Promise.reject(new Error('the webhook answered 404'));
  await beat(at.store, at.doors().clock, FEED);
  await at.codes({ notify });
  expect(await at.codes({ notify })).toContain('CHANNEL_FAILED');
  expect(at.mail.taken).toContain('2026-11-19/failure/channel-failed');
});

it('misses a run that did not begin from 09:00 UTC on, not before', async () => {
  const at = await place();
  const on20 = (time: string) => ({ clock: stoppedClock(Date.parse(`2026-11-20T${time}Z`)) });
  expect(await at.codes(on20('08:59:59'))).not.toContain('RUN_MISSING');
  expect(await at.codes(on20('09:00:00'))).toContain('RUN_MISSING');
  expect(at.mail.taken).toContain('2026-11-20/failure/run-missing');
});

it('tells of a run that broke off, and not of one that is at it', async () => {
  const at = await place();
  const date = billingDate('2026-11-19');
  const plan = { run: 'r-died', kind: 'daily', runDate: date, steps: ['archive', 'digest'] } as const;
  const book = await beginRun(at.store, at.doors().clock, plan);
  await book.step('archive', {}, () => Promise.reject(new Error('killed'))).catch(() => undefined);
  const status = await check(at.doors());
  expect(status.troubles).toContainEqual({
    severity: 'wrong',
    code: 'RUN_BROKE_OFF',
    what: 'The daily run of 2026-11-19 broke off at the step "archive"',
    remedy: 'Let it go on: spendlight run --date 2026-11-19',
  });
});

it('tells of a watch that fell silent', async () => {
  const at = await place();
  const clock = stoppedClock(NOW - 4 * 3_600_000);
  await beat(at.store, clock, { kind: 'schedule', name: 'watch inbox', everyHours: 3 });
  expect(await at.codes()).toEqual(['SCHEDULE_SILENT']);
});
