import PostalMime from 'postal-mime';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import {
  archivedCsv,
  mortal,
  mortalMailer,
  type RunHome,
  runHome,
  server,
} from '../../test/support/run-place.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { mailKey, ouBreakdownCsvKey, ouBreakdownKey } from '../lake/keys.ts';
import { entriesOf, readLedger } from '../lake/ledger.ts';
import { backfill } from './backfill.ts';
import { eventRequest, requestOf } from './backfill-event.ts';
import { dailyRun } from './daily-run.ts';
import type { RunDoors } from './daily-run-doors.ts';

const [FROM, DAY] = [billingDate('2026-11-17'), billingDate('2026-11-18')];
const RUN_DATE = billingDate('2026-11-19');
const one = (resend?: boolean) => requestOf(DAY, DAY, { single: true, resend });
const range = (resend?: boolean) => requestOf(FROM, DAY, { single: false, resend });

let home: RunHome;
beforeAll(async () => {
  home = await runHome();
  await home.lakeOf('bill', (day) => ({ BilledCost: `${day}.25` }));
});
afterAll(() => home.close());

/** A lake whose days were archived. */
async function archivedPlace() {
  const at = await home.place();
  await dailyRun(at.doors(), { resend: false });
  return at;
}

describe('a backfill of a day', () => {
  it('makes CSV and Parquet again as new versions, says so in the ledger, and mails "Rerun of …"', async () => {
    const at = await archivedPlace();
    // Somebody damaged the archive: what is made again comes from the lake.
    await at.store.put(ouBreakdownCsvKey(DAY), new TextEncoder().encode('damaged'));
    const report = await backfill(at.doors({ run: 'r-again' }), one());
    expect(await archivedCsv(at.store, DAY)).toBe(
      'BillingDate,OU,Service,LinkedAccount,DailyCost\n' +
        '2026-11-18,Unmapped,AWSLambda,000000000017,18.25\n2026-11-18,Unmapped,AWSLambda,210987654321,18.25\n',
    );
    expect(entriesOf(await readLedger(at.store), 'archive.planned').at(-1)).toMatchObject({
      days: [{ date: DAY, rows: 2, total: '36.500000000000000' }],
      again: { why: 'backfill', run: 'r-again', what: 'csv and parquet' },
    });
    const [day] = report.days;
    expect(day).toMatchObject({ status: 'fine', date: DAY, partition: null, ingestion: null });
    expect([day?.csv, day?.parquet]).toEqual([
      at.store.uri(ouBreakdownCsvKey(DAY)),
      at.store.uri(ouBreakdownKey(DAY)),
    ]);
    const mail = await PostalMime.parse(
      (await at.store.get(mailKey(RUN_DATE, '2026-11-19/rerun-of-2026-11-18/finops'))) ?? '',
    );
    expect(mail.subject).toMatch(/^Rerun of 2026-11-18 · /);
    expect(mail.messageId).toBe(day?.message_id);
    expect(mail.attachments.map(({ filename }) => filename)).toContainEqual(
      expect.stringContaining('2026-11-18'),
    );
  });

  it('mails once a day, again only where that is asked for, and not at all where it is ruled out', async () => {
    const at = await archivedPlace();
    const mail = server();
    const by = (request: ReturnType<typeof one>) => backfill(at.doors({ mailer: mail.mailer }), request);
    expect((await by(one(false))).days).toMatchObject([{ message_id: null, mail: undefined }]);
    await by(one());
    await by(one());
    expect(mail.taken).toEqual(['2026-11-19/rerun-of-2026-11-18/finops']);
    await by(one(true));
    expect(mail.taken).toHaveLength(2);
  });

  it('never mails twice for the same event, and for another id it does', async () => {
    const at = await archivedPlace();
    const mail = server();
    const by = (text: string) => backfill(at.doors({ mailer: mail.mailer }), eventRequest(text));
    await by('{"rerun_date":"2026-11-18","resend":true}');
    const retry = await by('{ "resend": true, "rerun_date": "2026-11-18" }');
    expect(mail.taken).toHaveLength(1);
    expect(retry.days).toMatchObject([{ status: 'fine', message_id: expect.stringContaining('@') }]);
    await by('{"rerun_date":"2026-11-18","id":"a second wish"}');
    expect(mail.taken).toHaveLength(2);
  });

  it('refuses a day that is not complete, and changes nothing', async () => {
    const at = await archivedPlace();
    const before = (await readLedger(at.store)).head;
    const tomorrow = billingDate('2026-11-20');
    const asked = requestOf(tomorrow, tomorrow, { single: true, resend: undefined });
    await expect(backfill(at.doors(), asked)).rejects.toMatchObject({ code: 'DAY_NOT_COMPLETE' });
    expect((await readLedger(at.store)).head).toBe(before);
  });
});

describe('a backfill of a range', () => {
  it('mails nothing unless asked to, and leaves out what is not complete', async () => {
    const at = await archivedPlace();
    const mail = server();
    const wide = requestOf(billingDate('2026-10-30'), billingDate('2026-11-30'), {
      single: false,
      resend: undefined,
    });
    const report = await backfill(at.doors({ mailer: mail.mailer }), wide);
    expect(report.days.map(({ date, message_id }) => [date, message_id])).toEqual([
      [FROM, null],
      [DAY, null],
    ]);
    expect(mail.taken).toEqual([]);
    await backfill(at.doors({ mailer: mail.mailer }), range(true));
    expect(mail.taken).toEqual([
      '2026-11-19/rerun-of-2026-11-17/finops',
      '2026-11-19/rerun-of-2026-11-18/finops',
    ]);
  });

  it('that died at any of its writes is finished by the next one, and no mail is doubled', async () => {
    let alarms = 0;
    for (let write = 1; ; write += 5) {
      const at = await archivedPlace();
      const mail = server();
      const power = { left: write };
      const doomed = at.doors({ store: mortal(at.store, power) });
      const dead: RunDoors = {
        ...doomed,
        mailer: mortalMailer(mail.mailer, power),
        outbox: mortalMailer(doomed.outbox, power),
      };
      const died = await backfill(dead, range(true)).then(
        () => false,
        () => true,
      );
      if (!died) break;
      const report = await backfill(at.doors({ mailer: mail.mailer }), range(true));
      expect(report.days, `write ${write}`).toHaveLength(2);
      expect(await archivedCsv(at.store, DAY), `write ${write}`).toContain('000000000017,18.25');
      expect(new Set(mail.taken).size, `write ${write}`).toBe(mail.taken.length);
      if (report.problems.length > 0) alarms++;
      else expect(mail.taken, `write ${write}`).toHaveLength(2);
    }
    expect(alarms).toBeLessThanOrEqual(2);
  });
});

it.each([
  ['[]', 'not a JSON object'],
  ['{"rerun_date":"2026-11-18"', 'not whole JSON'],
  ['{}', 'neither'],
  ['{"rerun_date":"2026-11-18","from":"2026-11-01","to":"2026-11-02"}', 'neither'],
  ['{"from":"2026-11-01"}', 'neither'],
  ['{"rerun_date":"2026-11-18","resnd":false}', '"resnd" is nothing'],
  ['{"rerun_date":"2026-11-18","resend":"no"}', 'true or false'],
  ['{"from":"2026-11-02","to":"2026-11-01"}', 'ends before it begins'],
])('refuses the event %s: %s', (text, what) => {
  expect(() => eventRequest(text)).toThrow(
    expect.objectContaining({ code: 'EVENT_INVALID', what: expect.stringContaining(what) }),
  );
});

it.each([
  ['{"rerun_date":"2026-11-18"}', 'once'],
  ['{"rerun_date":"2026-11-18","resend":false}', 'none'],
  ['{"from":"2026-11-17","to":"2026-11-18"}', 'none'],
  ['{"from":"2026-11-18","to":"2026-11-18"}', 'none'],
  ['{"from":"2026-11-17","to":"2026-11-18","resend":true}', 'once'],
])('the event %s mails %s', (text, mail) => expect(eventRequest(text)).toMatchObject({ mail }));
