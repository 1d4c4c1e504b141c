// What Amazon SES lets us send: its sandbox, its quota, and recipients that it refuses beside others that it takes.
import { randomUUID } from 'node:crypto';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { ses } from '../../src/adapters/ses/ses.ts';
import { message } from '../contract/mailer.contract.ts';
import { AWS } from '../support/aws-settings.ts';
import { type Fault, type FaultProxy, faultProxy } from './support/fault-proxy.ts';
import { keysOf } from './support/identities.ts';

const emulator = inject('emulator');
const pauses = { pause: async () => undefined, random: { id: () => randomUUID() } };

beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = keysOf('digest').accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = keysOf('digest').secretAccessKey;
  const admin = new SESv2Client({ endpoint: emulator, region: 'us-east-1', credentials: keysOf('bench') });
  await admin.send(new CreateEmailIdentityCommand({ EmailIdentity: 'spendlight@example.com' }));
  admin.destroy();
});
afterAll(() => {
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_SECRET_ACCESS_KEY;
});

async function opened() {
  const proxy = await faultProxy(emulator);
  onTestFinished(() => proxy.close());
  return {
    proxy,
    mailer: ses({
      aws: AWS,
      region: 'us-east-1',
      configurationSet: undefined,
      endpoint: proxy.url,
      ...pauses,
    }),
  };
}

const account = (value: object): Fault => ({ kind: 'json', value });
const recipientsOf = (proxy: FaultProxy): string[][] =>
  proxy.seen
    .filter(({ path }) => path === '/v2/email/outbound-emails')
    .map(({ body }) => JSON.parse(body.toString()).Destination.ToAddresses);

/** As SES says it of a message to addresses of which some are not verified. */
const notVerified = (...addresses: string[]): Fault => ({
  kind: 'answer',
  status: 400,
  code: 'MessageRejected',
  message: `Email address is not verified. The following identities failed the check in region US-EAST-1: ${addresses.join(', ')}`,
});

describe('a recipient that SES has not verified', () => {
  it('does not keep the mail from the others', async () => {
    const { mailer, proxy } = await opened();
    proxy.harm = ({ path, body }) => {
      if (path.endsWith('/account')) return account({ ProductionAccessEnabled: false });
      return body.includes('new@example.com') ? notVerified('new@example.com') : undefined;
    };
    const receipt = await mailer.send(
      message(randomUUID(), 'a@example.com', 'New <new@example.com>', 'b@example.com'),
    );
    expect(Object.entries(receipt.outcomes).map(([to, { outcome }]) => [to, outcome])).toEqual([
      ['a@example.com', 'sent'],
      ['New <new@example.com>', 'refused'],
      ['b@example.com', 'sent'],
    ]);
    expect(receipt.outcomes['New <new@example.com>']?.answer).toContain('sandbox of SES');
    expect(receipt.serverId).toMatch(/\w/);
    expect(recipientsOf(proxy)).toEqual([
      ['a@example.com', 'New <new@example.com>', 'b@example.com'],
      ['a@example.com', 'b@example.com'],
    ]);
  });

  it.each([
    ['the sender', ['spendlight@example.com'], 1],
    ['all of them', ['a@example.com', 'b@example.com'], 1],
  ])('is not gone around where it is %s', async (_, addresses, sends) => {
    const { mailer, proxy } = await opened();
    proxy.harm = () => notVerified(...addresses);
    const receipt = await mailer.send(message(randomUUID(), 'a@example.com', 'b@example.com'));
    expect(Object.values(receipt.outcomes).map(({ outcome }) => outcome)).toEqual(['refused', 'refused']);
    expect(recipientsOf(proxy)).toHaveLength(sends);
    expect(receipt.serverId).toBeUndefined();
  });
});

describe('what SES allows', () => {
  it.each<[string, object, object]>([
    [
      'in the sandbox',
      { ProductionAccessEnabled: false, SendQuota: { Max24HourSend: 200, SentLast24Hours: 3 } },
      { isSandbox: true, sent: 3, sentMax: 200 },
    ],
    [
      'without a limit',
      { ProductionAccessEnabled: true, SendQuota: { Max24HourSend: -1, SentLast24Hours: 70_000 } },
      { isSandbox: false, sent: 70_000, sentMax: undefined },
    ],
  ])('is known: %s', async (_, value, limits) => {
    const { mailer, proxy } = await opened();
    proxy.harm = () => account(value);
    expect(await mailer.limits?.()).toEqual(limits);
  });

  it('is unknown where it may not be asked', async () => {
    const { mailer, proxy } = await opened();
    proxy.harm = () => ({ kind: 'answer', status: 403, code: 'AccessDeniedException' });
    expect(await mailer.limits?.()).toBeUndefined();
  });

  it('is what the emulator says', async () => {
    const { mailer } = await opened();
    expect(await mailer.limits?.()).toMatchObject({ sent: expect.any(Number) });
  });

  it('explains a refusal where it is used up', async () => {
    const { mailer, proxy } = await opened();
    proxy.harm = ({ path }) =>
      path.endsWith('/account')
        ? account({ ProductionAccessEnabled: true, SendQuota: { Max24HourSend: 200, SentLast24Hours: 200 } })
        : {
            kind: 'answer',
            status: 400,
            code: 'LimitExceededException',
            message: 'Daily message quota exceeded.',
          };
    const receipt = await mailer.send(message(randomUUID(), 'a@example.com'));
    expect(receipt.outcomes['a@example.com']).toMatchObject({
      outcome: 'refused',
      answer: expect.stringContaining('quota of SES is used up, 200 of 200 recipients in 24 hours'),
    });
  });
});
