import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { DAYS, mortal, mortalMailer, type RunHome, runHome, server } from '../../test/support/run-place.ts';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { costOf } from '../core/query-cost/query-cost.ts';
import { beat } from '../lake/heartbeats.ts';
import { entriesOf, readLedger } from '../lake/ledger.ts';
import { lastRun, recentRuns } from '../lake/runs.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { dailyRun } from './daily-run.ts';
import type { RunDoors } from './daily-run-doors.ts';

let home: RunHome;
beforeAll(async () => {
  home = await runHome();
  await home.lakeOf('bill', (day) => ({ BilledCost: `${day}.25` }));
});
afterAll(() => home.close());

/** A copy of a lake with a way to run it. */
async function place(name?: string) {
  const at = await home.place(name);
  return {
    ...at,
    run: (changed: Partial<RunDoors> = {}, resend = false) => dailyRun(at.doors(changed), { resend }),
  };
}

const DIGEST = '2026-11-19_daily_finops.eml';
const CSV_OF_18 = [
  'BillingDate,OU,Service,LinkedAccount,DailyCost',
  '2026-11-18,Unmapped,AWSLambda,000000000017,18.25',
  '2026-11-18,Unmapped,AWSLambda,210987654321,18.25',
  '',
].join('\n');

describe('the daily run', () => {
  it('archives the complete days once and sends one digest, however often it runs', async () => {
    const at = await place();
    const mail = server();
    const first = await at.run({ mailer: mail.mailer });
    expect(first).toMatchObject({
      completeTo: '2026-11-18',
      problems: [],
      digest: { state: 'sent', already: false },
    });
    expect(first.archived).toEqual(DAYS.map((day) => `2026-11-${day}`));
    expect((await at.archive()).at(-1)).toBe(CSV_OF_18);
    const second = await at.run({ mailer: mail.mailer });
    expect(second).toMatchObject({ archived: [], problems: [], digest: { state: 'sent', already: true } });
    expect(mail.taken).toEqual(['2026-11-19/daily/finops']);
    expect(await lastRun(at.store)).toMatchObject({ outcome: 'fine', digest: '2026-11-19/daily/finops' });
  });

  it('keeps in its record what an engine bills it', async () => {
    const at = await place();
    const { engine } = at.doors();
    const cost = () => costOf({ scannedBytes: 3, reused: false }, '5');
    await at.run({ engine: { ...engine, cost } });
    expect(await lastRun(at.store)).toMatchObject({
      queries: { queries: 1, scannedBytes: 3, billedBytes: 10_485_760, usd: '0.00004768371582' },
    });
    await at.run();
    expect(await lastRun(at.store)).not.toHaveProperty('queries');
  });

  it.each([
    ['written to the outbox', undefined, { state: 'to nobody' }, undefined, [DIGEST]],
    [
      'refused for one',
      { 'b@example.com': 'refused' },
      { state: 'sent' },
      'MAIL_NOT_SENT',
      ['2026-11-19_failure_mail-not-sent.eml'],
    ],
    [
      'refused for all',
      { 'a@example.com': 'refused', 'b@example.com': 'refused' },
      { state: 'refused' },
      'MAIL_NOT_SENT',
      ['2026-11-19_failure_mail-not-sent.eml'],
    ],
    [
      'of unknown outcome',
      { 'a@example.com': 'unknown', 'b@example.com': 'unknown' },
      { state: 'unknown' },
      'MAIL_OUTCOME_UNKNOWN',
      ['2026-11-19_failure_mail-outcome-unknown.eml'],
    ],
  ] as const)('tells of a digest that was %s', async (_, answers, digest, problem, outbox) => {
    const at = await place();
    const report = await at.run(answers === undefined ? {} : { mailer: server(answers).mailer });
    expect(report.digest).toMatchObject(digest);
    expect(report.problems.map(({ code }) => code)).toEqual(problem === undefined ? [] : [problem]);
    expect(await at.outbox()).toEqual(outbox);
    expect((await lastRun(at.store))?.outcome).toBe(problem === undefined ? 'fine' : 'not fine');
  });

  it('sends again what was refused for all, and what is asked for', async () => {
    const at = await place();
    await at.run({ mailer: server({ 'a@example.com': 'refused', 'b@example.com': 'refused' }).mailer });
    const mail = server();
    expect(await at.run({ mailer: mail.mailer })).toMatchObject({
      problems: [],
      digest: { state: 'sent', already: false },
    });
    await at.run({ mailer: mail.mailer }, true);
    expect(mail.taken).toHaveLength(2);
  });

  it('says why where no day is complete, and mails all the same', async () => {
    await home.lakeOf('arriving', (day) => ({
      ChargePeriodStart: `2026-11-15T00:00:00Z`,
      ChargePeriodEnd: `2026-11-15T${day}:00:00Z`,
    }));
    const at = await place('arriving');
    const report = await at.run({ clock: stoppedClock(Date.parse('2026-11-15T23:00:00Z')) });
    expect(report).toMatchObject({
      completeTo: undefined,
      archived: [],
      digest: { headline: undefined, csvKey: undefined },
    });
    expect(report.digest.text).toMatch(/no (billing )?day is complete/i);
    expect(await at.outbox()).toHaveLength(1);
  });

  it('names a currency without a rate, and is not fine', async () => {
    await home.lakeOf('kronor', (day) => ({ BillingCurrency: day === '17' ? 'SEK' : 'USD' }));
    const report = await (await place('kronor')).run();
    expect(report.problems).toMatchObject([
      { code: 'RATE_MISSING', what: '2 lines in SEK have no rate and are in no total' },
    ]);
    expect(report.digest.text).toContain('SEK');
  });

  it('mails the digest all the same where a delivery was refused, and says so in it', async () => {
    const at = await place();
    const problem = { code: 'REJECTS', what: '3 rows are bad', remedy: 'mend them' };
    await beat(at.store, stoppedClock(0), { kind: 'feed', name: 'bill', problem });
    const { digest } = await at.run();
    expect(digest.text).toContain('The last delivery of bill could not be loaded: 3 rows are bad');
  });

  it('mails what failed, keeps it for status, and throws it', async () => {
    const at = await place();
    const broken: ObjectStore = {
      ...at.store,
      list: async () => Promise.reject(new Error('the disk is ill')),
    };
    const mail = server();
    await expect(at.run({ store: broken, mailer: mail.mailer })).rejects.toThrow('the disk is ill');
    expect(mail.taken).toEqual(['2026-11-19/failure/unexpected']);
    expect(await at.outbox()).toEqual(['2026-11-19_failure_unexpected.eml']);
    expect(await lastRun(at.store)).toMatchObject({ outcome: 'failed', problems: [{ code: 'UNEXPECTED' }] });
  });

  it('fails on a place without a lake, and makes none', async () => {
    const empty = diskStore(join(home.folder, 'nothing'));
    await expect((await place()).run({ store: empty })).rejects.toMatchObject({ code: 'LAKE_EMPTY' });
    expect(await empty.list('')).toEqual([]);
  });
});

describe('a run that dies at any of its writes', () => {
  // Half of its writes each: between them both visit every kind of write.
  it.each([
    ['outbox', 1],
    ['smtp', 2],
  ] as const)('is finished by the next one, and mails by %s once at most', async (by, first) => {
    const calm = await place();
    await calm.run();
    const archive = await calm.archive();
    let alarms = 0;
    for (let write = first; ; write += 2) {
      const at = await place();
      const mail = server();
      const power = { left: write };
      const doomed = at.doors({ store: mortal(at.store, power) });
      const mailer = by === 'smtp' ? mail.mailer : doomed.outbox;
      const died = await dailyRun(
        { ...doomed, mailer: mortalMailer(mailer, power), outbox: mortalMailer(doomed.outbox, power) },
        { resend: false },
      ).then(
        () => false,
        () => true,
      );
      if (!died) break;
      const report = await at.run(by === 'smtp' ? { mailer: mail.mailer } : {});
      expect(await at.archive(), `write ${write}`).toEqual(archive);
      const runs = await recentRuns(at.store, 5);
      expect(runs, `write ${write}`).toMatchObject([
        { endedAt: expect.any(String), problems: report.problems },
      ]);
      expect(entriesOf(await readLedger(at.store), 'digest'), `write ${write}`).toHaveLength(1);
      if (by === 'outbox') expect(await at.outbox(), `write ${write}`).toEqual([DIGEST]);
      else if (report.problems.length === 0) expect(mail.taken, `write ${write}`).toHaveLength(1);
      else {
        expect(report.problems).toMatchObject([{ code: 'MAIL_OUTCOME_UNKNOWN' }]);
        expect(mail.taken.length, `write ${write}`).toBeLessThanOrEqual(1);
        alarms++;
      }
    }
    expect(alarms).toBe(by === 'smtp' ? 1 : 0); // the process died when it was to send, or when it had
  });
});
