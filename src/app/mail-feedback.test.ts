import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { NOW, type RunHome, runHome, server } from '../../test/support/run-place.ts';
import { stoppedClock } from '../adapters/clock/clock.ts';
import type { MailFeedback } from '../lake/mail-feedback.ts';
import { check } from './check.ts';
import { dailyRun } from './daily-run.ts';
import { noteMailNews } from './mail-feedback.ts';
import { lakeStatus } from './status.ts';

const KEY = '2026-11-19/daily/finops';
const ID = 'ses-0100';

let home: RunHome;
beforeAll(async () => {
  home = await runHome();
  await home.lakeOf('bill', (day) => ({ BilledCost: `${day}.25` }));
});
afterAll(() => home.close());

/** A lake whose digest went to a@ and b@ by a server that calls it ID. */
async function mailedPlace() {
  const at = await home.place();
  const { mailer } = server();
  const named = {
    ...mailer,
    send: async (message: Parameters<typeof mailer.send>[0]) => ({
      ...(await mailer.send(message)),
      serverId: ID,
    }),
  };
  await dailyRun(at.doors({ mailer: named }), { resend: false });
  const said: string[] = [];
  const doors = at.doors({ notify: async (text) => void said.push(text) });
  const news = (of: Partial<MailFeedback>, mail = { key: undefined as string | undefined, serverId: ID }) =>
    noteMailNews(doors, {
      mail,
      feedback: {
        id: 'f-1',
        at: '2026-11-19T07:01:14.000Z',
        fate: 'bounced',
        isFinal: true,
        recipients: [{ address: 'a@example.com', why: '550 user unknown' }],
        ...of,
      },
    });
  const status = async () => {
    const { troubles, ...rest } = await lakeStatus(doors);
    return { ...rest, troubles: troubles.filter(({ code }) => code.startsWith('MAIL_')) };
  };
  const codes = async () => (await status()).troubles.map(({ severity, code }) => `${severity} ${code}`);
  return { ...at, doors, doorsOf: at.doors, said, news, status, codes };
}

describe('news of a mail', () => {
  it('are kept once, and told by an alarm and by the status', async () => {
    const at = await mailedPlace();
    expect(await at.codes()).toEqual([]);
    expect(await at.news({})).toEqual({ mail: KEY, fate: 'bounced', outcome: 'recorded' });
    expect(await at.news({})).toMatchObject({ outcome: 'known' });
    expect(at.said).toEqual([
      expect.stringContaining(
        'The mail 2026-11-19 daily finops did not reach a@example.com (550 user unknown) (MAIL_BOUNCED)',
      ),
    ]);
    const { recipients, troubles } = await at.status();
    expect(recipients).toEqual([
      {
        mail: KEY,
        address: 'a@example.com',
        fate: 'bounced',
        isFinal: true,
        at: '2026-11-19T07:01:14.000Z',
        why: '550 user unknown',
      },
    ]);
    expect(troubles).toMatchObject([
      {
        severity: 'wrong',
        code: 'MAIL_BOUNCED',
        remedy: expect.stringContaining('delete-suppressed-destination'),
      },
    ]);
  });

  it('find the mail by its header where the answer of the server was lost', async () => {
    const at = await mailedPlace();
    const mail = { key: KEY, serverId: 'another' };
    expect(await at.news({}, mail)).toMatchObject({ mail: KEY, outcome: 'recorded' });
  });

  it.each([
    { key: undefined, serverId: 'another' },
    { key: '2026-11-18/daily/finops', serverId: ID },
    { key: '../../lake', serverId: ID },
  ])('of a mail that was never tried are left alone: %o', async (mail) => {
    const at = await mailedPlace();
    const before = (await at.store.list('')).length;
    expect(await at.news({}, mail)).toMatchObject({ outcome: 'not ours' });
    expect((await at.store.list('')).length).toBe(before);
    expect(at.said).toEqual([]);
  });

  it('of two recipients are two alarms, and are not told again by the daily check', async () => {
    const at = await mailedPlace();
    await at.news({});
    await at.news({
      id: 'f-2',
      fate: 'complained',
      recipients: [{ address: 'b@example.com', why: 'abuse' }],
    });
    expect(at.said).toHaveLength(2);
    await check(at.doors);
    expect(at.said).toHaveLength(2);
    expect(await at.codes()).toEqual(['wrong MAIL_BOUNCED', 'wrong MAIL_COMPLAINT']);
  });

  it.each<[string, readonly Partial<MailFeedback>[], readonly string[]]>([
    ['a delivery', [{ fate: 'delivered' }], []],
    ['a delay, then a delivery', [{ fate: 'delayed', isFinal: false }, { fate: 'delivered' }], []],
    ['a delay', [{ fate: 'delayed', isFinal: false }], ['note MAIL_DELAYED']],
    ['a bounce that may pass', [{ isFinal: false }], ['note MAIL_BOUNCED_ONCE']],
    ['a delivery, then a bounce', [{ fate: 'delivered' }, {}], ['wrong MAIL_BOUNCED']],
    ['a bounce that is told before the delivery', [{}, { fate: 'delivered' }], ['wrong MAIL_BOUNCED']],
    ['a mail that was not sent', [{ fate: 'rejected' }], ['wrong MAIL_REJECTED']],
  ])('say what counts: %s', async (_, all, codes) => {
    const at = await mailedPlace();
    for (const [i, of] of all.entries())
      await at.news({ id: `f-${i}`, at: `2026-11-19T07:0${i}:00.000Z`, ...of });
    expect(await at.codes()).toEqual(codes);
  });

  it('are of one recipient, however the address is written', async () => {
    const at = await mailedPlace();
    await at.news({ fate: 'delivered' });
    await at.news({ id: 'f-2', recipients: [{ address: 'A@Example.com', why: '' }] });
    expect((await at.status()).recipients).toHaveLength(1);
  });

  it('end with the next digest', async () => {
    const at = await mailedPlace();
    await at.news({});
    const tomorrow = stoppedClock(NOW + 24 * 3_600_000);
    await dailyRun(at.doorsOf({ clock: tomorrow }), { resend: false });
    const { recipients } = await lakeStatus({ ...at.doors, clock: tomorrow });
    expect(recipients).toEqual([]);
  });
});
