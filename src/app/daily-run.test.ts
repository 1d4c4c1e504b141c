import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { focusCsv } from '../../test/support/deliveries.ts';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { openDuckDb } from '../adapters/duckdb/duckdb-engine.ts';
import { outbox as folderOutbox } from '../adapters/mail/outbox.ts';
import { ouBreakdownCsvKey } from '../lake/keys.ts';
import { entriesOf, readLedger } from '../lake/ledger.ts';
import { lastRun, recentRuns } from '../lake/runs.ts';
import type { Engine } from '../ports/engine.ts';
import type { Mailer, Message, Outcome } from '../ports/mailer.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { dailyRun } from './daily-run.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { ingest } from './ingest.ts';

const NOW = Date.parse('2026-11-19T07:00:00Z');
const DAYS = ['17', '18'];
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_PROGRESS = { step: () => undefined, end: () => undefined };

let home: string;
let engine: Engine;
let ids = 0;

beforeAll(async () => {
  home = await mkdtemp(join(tmpdir(), 'spendlight-run-'));
  engine = await openDuckDb({ memoryLimit: '1GB' });
  await lakeOf('bill', (day) => ({ BilledCost: `${day}.25` }));
});
afterAll(async () => {
  await engine.close();
  await rm(home, { recursive: true, force: true });
});

/** A lake `name` with a line of two accounts on each of DAYS. */
async function lakeOf(name: string, line: (day: string) => Record<string, string>): Promise<void> {
  const file = join(home, `${name}.csv`);
  const rows = DAYS.flatMap((day) =>
    ['000000000017', '210987654321'].map((account) => ({
      BillingPeriodStart: '2026-11-01T00:00:00Z',
      BillingPeriodEnd: '2026-12-01T00:00:00Z',
      ChargePeriodStart: `2026-11-${day}T00:00:00Z`,
      ChargePeriodEnd: `2026-11-${Number(day) + 1}T00:00:00Z`,
      SubAccountId: account,
      ...line(day),
    })),
  );
  await diskStore(home).put(`${name}.csv`, new TextEncoder().encode(focusCsv(rows)));
  await ingest(
    {
      engine,
      store: diskStore(join(home, name)),
      clock: stoppedClock(NOW),
      random: { id: () => `i-${++ids}` },
      progress: NO_PROGRESS,
      log: SILENT,
      settings: { costMetric: 'BilledCost', reportingCurrency: 'USD', requiredTagKeys: [] },
      scratch: join(home, 'scratch'),
    },
    { paths: [file], format: 'auto', allow: { shrink: false }, maxRejects: 0 },
  );
}

/** A copy of the lake `name` and an outbox of its own. */
async function place(name = 'bill') {
  const folder = await mkdtemp(join(home, 'place-'));
  await cp(join(home, name), join(folder, 'lake'), { recursive: true });
  const store = diskStore(join(folder, 'lake'));
  const doors = (changed: Partial<RunDoors> = {}): RunDoors => ({
    engine,
    store,
    turn: (of, _, work) => work(of),
    clock: stoppedClock(NOW),
    pause: async () => undefined,
    random: { id: () => `r-${++ids}` },
    progress: NO_PROGRESS,
    log: SILENT,
    settings: {
      anomalyThreshold: 0.2,
      anomalyMinImpact: '10',
      requiredTagKeys: [],
      publicUrl: undefined,
      mail: {
        from: 'spendlight@example.com',
        finops: ['a@example.com', 'b@example.com'],
        exec: [],
        failure: ['c@example.com'],
      },
    },
    mailer: folderOutbox(join(folder, 'outbox')),
    outbox: folderOutbox(join(folder, 'outbox')),
    notify: undefined,
    scratch: () => mkdtemp(join(home, 'scratch-')),
    run: `run-${++ids}`,
    ...changed,
  });
  return {
    store,
    doors,
    run: (changed: Partial<RunDoors> = {}, resend = false) => dailyRun(doors(changed), { resend }),
    outbox: () => readdir(join(folder, 'outbox')).catch(() => []),
    archive: async () => {
      const csv = await Promise.all(
        DAYS.map((day) =>
          store.get(ouBreakdownCsvKey(`2026-11-${day}` as Parameters<typeof ouBreakdownCsvKey>[0])),
        ),
      );
      return csv.map((bytes) => (bytes === undefined ? undefined : new TextDecoder().decode(bytes)));
    },
  };
}

/** A mail server of the test's, which answers each recipient as told. */
function server(answers: Readonly<Record<string, Outcome>> = {}) {
  const taken: string[] = [];
  const mailer: Mailer = {
    kind: 'smtp',
    canLookup: false,
    lookup: async () => false,
    async send({ key, to }: Message) {
      taken.push(key);
      const outcomes = Object.fromEntries(
        to.map((one) => [one, { outcome: answers[one] ?? ('sent' as const), answer: 'as told' }]),
      );
      return { outcomes, toNobody: false };
    },
  };
  return { taken, mailer };
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
    await lakeOf('arriving', (day) => ({
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
    await lakeOf('kronor', (day) => ({ BillingCurrency: day === '17' ? 'SEK' : 'USD' }));
    const report = await (await place('kronor')).run();
    expect(report.problems).toMatchObject([
      { code: 'RATE_MISSING', what: '2 lines in SEK have no rate and are in no total' },
    ]);
    expect(report.digest.text).toContain('SEK');
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
    const empty = diskStore(join(home, 'nothing'));
    await expect((await place()).run({ store: empty })).rejects.toMatchObject({ code: 'LAKE_EMPTY' });
    expect(await empty.list('')).toEqual([]);
  });
});

describe('a run that dies at any of its writes', () => {
  it.each(['outbox', 'smtp'] as const)(
    'is finished by the next one, and mails by %s once at most',
    async (by) => {
      const calm = await place();
      await calm.run();
      const archive = await calm.archive();
      let alarms = 0;
      for (let write = 1; ; write++) {
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
      expect(alarms).toBe(by === 'smtp' ? 2 : 0); // the process died when it was to send, and when it had
    },
  );
});

/** A store whose process dies before its last write but `left`: from then on nothing it is asked for happens. */
function mortal(store: ObjectStore, power: { left: number }): ObjectStore {
  const alive =
    <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>, isWrite: boolean) =>
    (...args: A): Promise<R> => {
      if (isWrite) power.left--;
      return power.left <= 0 ? Promise.reject(new Error('killed')) : call(...args);
    };
  return {
    ...store,
    get: alive(store.get, false),
    head: alive(store.head, false),
    list: alive(store.list, false),
    put: alive(store.put, true),
    putIfAbsent: alive(store.putIfAbsent, true),
    putIfMatch: alive(store.putIfMatch, true),
    seal: alive(store.seal, true),
    adopt: alive(store.adopt, true),
    discard: alive(store.discard, true),
  };
}

const mortalMailer = (mailer: Mailer, power: { left: number }): Mailer => ({
  ...mailer,
  async send(message) {
    power.left--;
    if (power.left <= 0) throw new Error('killed');
    return mailer.send(message);
  },
});
