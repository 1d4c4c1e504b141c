// Mail by SES and alarms by SNS, against the emulator: what arrives, and what is never sent twice.
import { randomUUID } from 'node:crypto';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, describe, expect, inject, it, onTestFinished } from 'vitest';
import { ses } from '../../src/adapters/ses/ses.ts';
import { snsTopic } from '../../src/adapters/sns/sns.ts';
import { mailerContract, message } from '../contract/mailer.contract.ts';
import { AWS } from '../support/aws-settings.ts';
import { alertQueue } from './support/alert-queue.ts';
import { BENCH, KEYS } from './support/buckets.ts';
import { type Fault, faultProxy, firstOf } from './support/fault-proxy.ts';

const emulator = inject('emulator');
const client = { endpoint: emulator, region: 'us-east-1', maxAttempts: 1, credentials: BENCH };
const pauses = { pause: async () => undefined, random: { id: () => randomUUID() } };

beforeAll(async () => {
  process.env.AWS_ACCESS_KEY_ID = KEYS.accessKeyId;
  process.env.AWS_SECRET_ACCESS_KEY = KEYS.secretAccessKey;
  const admin = new SESv2Client(client);
  await admin.send(new CreateEmailIdentityCommand({ EmailIdentity: 'spendlight@example.com' }));
  admin.destroy();
});
afterAll(() => {
  delete process.env.AWS_ACCESS_KEY_ID;
  delete process.env.AWS_SECRET_ACCESS_KEY;
});

/** A mailer behind a proxy, and the messages that went over the wire and were taken. */
async function opened(configurationSet?: string) {
  const proxy = await faultProxy(emulator);
  onTestFinished(() => proxy.close());
  const mailer = ses({ aws: AWS, region: 'us-east-1', configurationSet, endpoint: proxy.url, ...pauses });
  const sent = () => proxy.seen.filter(({ path }) => path === '/v2/email/outbound-emails');
  const arrived = async () =>
    sent().map(({ body }) => Buffer.from(JSON.parse(body.toString()).Content.Raw.Data, 'base64'));
  return { mailer, proxy, sent, arrived };
}

/** The messages that the emulator has taken, as it shows them. */
async function taken(key: string): Promise<{ readonly Subject: string; readonly To: readonly string[] }[]> {
  const answer = await fetch(`${emulator}/_ministack/ses/messages`);
  const { messages } = (await answer.json()) as { messages: Record<string, { BodyText: string }[]> };
  const all = Object.values(messages).flat();
  return all.filter(({ BodyText }) => BodyText?.includes(`key ${key}`)) as never;
}

const only = (receipt: { outcomes: Record<string, { outcome: string; answer: string }> }) =>
  Object.values(receipt.outcomes)[0];

describe('SES', () => {
  mailerContract(() => opened());

  it('is read back from the other side, once', async () => {
    const { mailer } = await opened();
    const key = randomUUID();
    await mailer.send(message(key, 'a@example.com', 'Bob <b@example.com>'));
    expect(await taken(key)).toMatchObject([
      { Subject: 'digest', To: ['a@example.com', 'Bob <b@example.com>'] },
    ]);
  });

  it('names the configuration set that tells of bounces', async () => {
    const { mailer, sent } = await opened('finops-bounces');
    await mailer.send(message('set', 'a@example.com'));
    expect(JSON.parse(String(sent()[0]?.body))).toMatchObject({ ConfigurationSetName: 'finops-bounces' });
  });

  it.each<[string, Fault]>([
    ['an answer that is lost', { kind: 'lost' }],
    ['an answer that never comes', { kind: 'answer', status: 504, code: 'GatewayTimeout' }],
    ['an error inside SES', { kind: 'answer', status: 500, code: 'InternalServiceErrorException' }],
  ])('is sent once at most: after %s nobody knows, and nothing is repeated', async (_, fault) => {
    const { mailer, proxy, sent } = await opened();
    proxy.harm = () => fault;
    const key = randomUUID();
    expect(only(await mailer.send(message(key, 'a@example.com')))?.outcome).toBe('unknown');
    expect(sent()).toHaveLength(1);
    expect(await taken(key)).toHaveLength(fault.kind === 'lost' ? 1 : 0);
  });

  it('waits where it sends too quickly, and then sends once', async () => {
    const { mailer, proxy } = await opened();
    proxy.harm = firstOf(3, () => true, { kind: 'answer', status: 429, code: 'TooManyRequestsException' });
    const key = randomUUID();
    expect(only(await mailer.send(message(key, 'a@example.com')))?.outcome).toBe('sent');
    expect(await taken(key)).toHaveLength(1);
  });

  it.each<[string, Fault, RegExp]>([
    ['expired keys', { kind: 'answer', status: 403, code: 'ExpiredTokenException' }, /aws sso login/],
    [
      'a right that is missing',
      { kind: 'answer', status: 403, code: 'AccessDeniedException' },
      /AccessDenied/,
    ],
    ['a paused account', { kind: 'answer', status: 400, code: 'SendingPausedException' }, /SendingPaused/],
  ])('says why it was refused: %s', async (_, fault, said) => {
    const { mailer, proxy } = await opened();
    proxy.harm = () => fault;
    const receipt = only(await mailer.send(message('refused', 'a@example.com')));
    expect(receipt).toMatchObject({ outcome: 'refused', answer: expect.stringMatching(said) });
  });

  it('recognises the sandbox', async () => {
    const { mailer, proxy } = await opened();
    const rejected: Fault = {
      kind: 'answer',
      status: 400,
      code: 'MessageRejected',
      message: 'Email address is not verified. The following identities failed the check: a@example.com',
    };
    proxy.harm = ({ path }) =>
      path.endsWith('/account')
        ? { kind: 'json', value: { ProductionAccessEnabled: false, SendingEnabled: true } }
        : rejected;
    const receipt = only(await mailer.send(message('sandbox', 'a@example.com')));
    expect(receipt).toMatchObject({ outcome: 'refused', answer: expect.stringContaining('sandbox of SES') });
  });
});

describe('SNS', () => {
  it('publishes an alarm that a subscriber gets, with a subject that SNS takes', async () => {
    const admin = new SNSClient(client);
    onTestFinished(() => admin.destroy());
    const { TopicArn = '' } = await admin.send(
      new CreateTopicCommand({ Name: `finops-alerts-${randomUUID()}` }),
    );
    const received = await alertQueue(emulator, TopicArn);
    const proxy = await faultProxy(emulator);
    onTestFinished(() => proxy.close());
    proxy.harm = firstOf(2, () => true, { kind: 'answer', status: 503, code: 'ServiceUnavailable' });
    const text = `Spendlight: the daily run failed — ${'ä'.repeat(200)}`;
    await snsTopic(TopicArn, { aws: AWS, endpoint: proxy.url, ...pauses })(text);
    const got = await received();
    expect(got).toContain('Spendlight: the daily run failed');
    const form = new URLSearchParams(String(proxy.seen.at(-1)?.body));
    expect(form.get('Message')).toBe(text);
    expect(form.get('Subject')).toMatch(/^Spendlight: the daily run failed[ -~]{0,70}$/);
    const nowhere = `arn:aws:sns:us-east-1:123456789012:nowhere-${randomUUID()}`;
    await expect(snsTopic(nowhere, { aws: AWS, endpoint: emulator, ...pauses })(text)).rejects.toThrow(
      /exist|NotFound/i,
    );
  });
});
