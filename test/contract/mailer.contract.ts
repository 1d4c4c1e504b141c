import { expect, it } from 'vitest';
import type { Mailer, Message } from '../../src/ports/mailer.ts';

/** A mailer, and the messages that have reached whatever is behind it. */
export interface OpenMailer {
  readonly mailer: Mailer;
  readonly arrived: () => Promise<readonly Uint8Array[]>;
}

/** Lines that transports like to spoil: leading dots, a line of one dot, trailing spaces, a long line, 8-bit text. */
const BODY = [
  'Subject: digest',
  '',
  '.',
  '..two dots',
  'space at the end ',
  'x'.repeat(900),
  '漢字 ±',
  '',
].join('\r\n');

export const message = (key: string, ...to: readonly string[]): Message => ({
  key,
  messageId: `<${key}@example.com>`,
  from: 'Spendlight <spendlight@example.com>',
  to,
  raw: new TextEncoder().encode(`${BODY}key ${key}\r\n`),
});

/** An adapter of the mailer port is done when this passes, unchanged, with nothing skipped. */
export function mailerContract(open: () => Promise<OpenMailer>): void {
  it('hands a message over byte for byte, and tells so for each recipient', async () => {
    const { mailer, arrived } = await open();
    const sent = message('2026-11-19.daily.finops', 'a@example.com', 'Bob <b@example.com>');
    const receipt = await mailer.send(sent);
    expect((await arrived()).map((raw) => new TextDecoder().decode(raw))).toEqual([
      new TextDecoder().decode(sent.raw),
    ]);
    expect(Object.keys(receipt.outcomes)).toEqual(['a@example.com', 'Bob <b@example.com>']);
    expect(Object.values(receipt.outcomes).map(({ outcome }) => outcome)).toEqual(['sent', 'sent']);
    expect(receipt.toNobody).toBe(mailer.kind === 'outbox');
  });

  it('tells different keys apart', async () => {
    const { mailer, arrived } = await open();
    for (const key of ['2026-11-19/daily', '2026-11-19_daily', '2026-11-19.daily', '2026-11-19-daily']) {
      await mailer.send(message(key, 'a@example.com'));
    }
    expect(await arrived()).toHaveLength(4);
  });

  it('takes a key once and finds it again, if it says that it can look keys up', async () => {
    const { mailer, arrived } = await open();
    const sent = message('k', 'a@example.com');
    expect(await mailer.lookup('k')).toBe(false);
    await mailer.send(sent);
    expect(await mailer.lookup('k')).toBe(mailer.canLookup);
    if (!mailer.canLookup) return;
    await Promise.all(Array.from({ length: 20 }, () => mailer.send({ ...sent, raw: new Uint8Array(3) })));
    expect(await arrived()).toEqual([Buffer.from(sent.raw)]);
  });
}
