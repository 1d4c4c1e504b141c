import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import type { Mailer, Message, Outcome } from '../ports/mailer.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { lookUpDelivery, type MailDesk, sendOnce } from './send-once.ts';

const message: Message = {
  key: '2026-11-19/daily/finops',
  messageId: '<a@b>',
  from: 'spendlight@example.com',
  to: ['a@example.com', 'b@example.com'],
  raw: new TextEncoder().encode('Subject: digest\r\n\r\nhello\r\n'),
};

/** A mail server of the test's: keeps what it took, and answers each recipient as told. `dies` breaks off like a SIGKILL. */
function server(kind: Mailer['kind'], answer: Outcome | 'dies' = 'sent') {
  const taken: string[] = [];
  const mailer: Mailer = {
    kind,
    canLookup: kind === 'outbox',
    lookup: async (key) => taken.includes(key),
    async send({ key, to }) {
      if (kind === 'smtp' || !taken.includes(key)) taken.push(key);
      if (answer === 'dies') throw new Error('killed');
      return {
        outcomes: Object.fromEntries(to.map((address) => [address, { outcome: answer, answer: '250' }])),
        toNobody: kind === 'outbox',
      };
    },
  };
  return { taken, mailer };
}

let store: ObjectStore = diskStore('.');
let paused = 0;
/** The run that sends, where there is one: a disk may take longer than any number of fake pauses. */
let sending: Promise<unknown> = Promise.resolve();
const desk = ({ mailer }: { mailer: Mailer }): MailDesk => ({
  store,
  clock: stoppedClock(0),
  pause: async (ms) => {
    paused += ms;
    if (paused >= 2000) await sending;
  },
  mailer,
});
const send = (to: { mailer: Mailer }, resend = false) => sendOnce(desk(to), message, { resend });

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'send-'));
  [store, paused, sending] = [diskStore(folder), 0, Promise.resolve()];
  onTestFinished(() => rm(folder, { recursive: true }));
});

describe('sendOnce', () => {
  it.each([
    ['smtp', 'sent'],
    ['outbox', 'to nobody'],
  ] as const)('sends by %s at the first call and only tells at the second', async (kind, state) => {
    const mail = server(kind);
    expect(await send(mail)).toMatchObject({ state, already: false, attempt: 1 });
    expect(await send(mail)).toMatchObject({ state, already: true, attempt: 1 });
    expect(mail.taken).toHaveLength(1);
    expect(paused).toBe(0);
  });

  it('never sends again by SMTP what may have gone out before the process died, until told to', async () => {
    await expect(send(server('smtp', 'dies'))).rejects.toThrow('killed');
    const mail = server('smtp');
    expect(await send(mail)).toMatchObject({ state: 'unknown', already: true, attempt: 1 });
    expect(mail.taken).toEqual([]);
    expect(await send(mail, true)).toMatchObject({ state: 'sent', attempt: 2 });
    expect(await lookUpDelivery(store, message.key)).toMatchObject({ state: 'sent', attempt: 2 });
  });

  it('waits for another run that is at it, and believes its receipt', async () => {
    const slow = server('smtp');
    const quick = server('smtp');
    const begun = new Promise<void>((resolve) => {
      slow.mailer.send = async ({ to }) => {
        resolve();
        while (paused < 2000) await new Promise((go) => setImmediate(go));
        return { outcomes: { [to[0] ?? '']: { outcome: 'sent', answer: '250' } }, toNobody: false };
      };
    });
    const first = send(slow);
    sending = first;
    await begun;
    expect(await send(quick)).toMatchObject({ state: 'sent', already: true });
    expect(await first).toMatchObject({ state: 'sent', already: false });
    expect(quick.taken).toEqual([]);
  });

  it('finishes what broke off at the outbox: nobody was sent it', async () => {
    const mail = server('outbox');
    await expect(
      send({ mailer: { ...mail.mailer, send: async () => Promise.reject(new Error('killed')) } }),
    ).rejects.toThrow();
    expect(await send(mail)).toMatchObject({ state: 'to nobody', attempt: 1 });
    expect(mail.taken).toHaveLength(1);
  });

  it('tries again what the server refused for all', async () => {
    expect(await send(server('smtp', 'refused'))).toMatchObject({
      state: 'refused',
      refused: ['a@example.com: 250', 'b@example.com: 250'],
    });
    expect(await send(server('smtp'))).toMatchObject({ state: 'sent', attempt: 2 });
  });

  it('keeps an unknown outcome that the mailer itself tells of', async () => {
    expect(await send(server('smtp', 'unknown'))).toMatchObject({ state: 'unknown', already: false });
    expect(await send(server('smtp'))).toMatchObject({ state: 'unknown', already: true });
  });

  it('lets one of racing runs send', async () => {
    const mail = server('smtp');
    const runs = [send(mail), send(mail), send(mail)];
    sending = Promise.race(runs);
    const all = await Promise.all(runs);
    expect(mail.taken).toHaveLength(1);
    expect(all.map(({ state }) => state)).toEqual(['sent', 'sent', 'sent']);
  });
});
