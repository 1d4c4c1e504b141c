// What becomes of a mail after SES took it: told to the process function by a topic, kept in the lake, shown and alarmed.
import { randomUUID } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { afterAll, beforeAll, expect, inject, it } from 'vitest';
import { focusCsv } from '../support/deliveries.ts';
import { alertQueue } from './support/alert-queue.ts';
import { type Functions, functions } from './support/function.ts';
import { environmentOf, keysOf } from './support/identities.ts';
import { environment, good, type LakeDesk, lakeDesk } from './support/lake-desk.ts';

const SENDER = 'feedback@example.com';
const [ANNA, BOB] = ['anna@example.com', 'bob@example.com'];
const KEY = '2026-11-19/daily/finops';

// One lake, which goes on from test to test.
let at: LakeDesk;
let made: Functions;
let alerts: () => Promise<string>;
let topic = '';
let serverId = '';
beforeAll(async () => {
  const emulator = inject('emulator');
  const client = { endpoint: emulator, region: 'us-east-1', maxAttempts: 1, credentials: keysOf('bench') };
  const [identities, topics] = [new SESv2Client(client), new SNSClient(client)];
  await identities.send(new CreateEmailIdentityCommand({ EmailIdentity: SENDER }));
  const created = await topics.send(new CreateTopicCommand({ Name: `feedback-${randomUUID()}` }));
  topic = created.TopicArn ?? '';
  identities.destroy();
  topics.destroy();
  [made, at, alerts] = await Promise.all([
    functions(),
    lakeDesk({
      env: { SES_ENABLED: 'true', SES_SENDER_EMAIL: SENDER, DIGEST_RECIPIENTS_FINOPS: `${ANNA},${BOB}` },
    }),
    alertQueue(emulator, topic),
  ]);
  await writeFile(join(at.own.folder, 'bill.csv'), focusCsv([{}]));
  good(await at.run('ingest', 'bill.csv'));
  good(await at.run('run'));
  const [marker] = await at.store.list('ledger/mails/by-server-id/');
  serverId = /([^/]+)\.json$/.exec(marker?.key ?? '')?.[1] ?? '';
});
afterAll(async () => {
  await made.clear();
  await at.clear();
});

/** As SNS hands a message of SES to a function. */
const told = (message: object) => ({
  Records: [
    {
      EventSource: 'aws:sns',
      EventVersion: '1.0',
      EventSubscriptionArn: `${topic}-mail:${randomUUID()}`,
      Sns: {
        Type: 'Notification',
        MessageId: randomUUID(),
        TopicArn: `${topic}-mail`,
        Subject: 'Amazon SES Email Event Notification',
        Message: JSON.stringify(message),
        Timestamp: '2026-11-19T07:06:00.000Z',
        MessageAttributes: {},
      },
    },
  ],
});
const mail = (headers: readonly object[] | undefined, messageId = serverId) => ({
  timestamp: '2026-11-19T07:05:10.000Z',
  source: SENDER,
  messageId,
  destination: [ANNA, BOB],
  ...(headers === undefined ? {} : { headersTruncated: false, headers }),
});
const bounce = {
  bounceType: 'Permanent',
  bounceSubType: 'OnAccountSuppressionList',
  bouncedRecipients: [
    { emailAddress: ANNA, action: 'failed', status: '5.1.1', diagnosticCode: 'smtp; 550 5.1.1 user unknown' },
  ],
  timestamp: '2026-11-19T07:05:20.000Z',
  feedbackId: '0100-feedback',
};
const hear = (message: object) =>
  made.invoke('process', told(message), {
    ...environment(inject('emulator')),
    ...environmentOf('process'),
    SPENDLIGHT_LAKE: at.env.SPENDLIGHT_LAKE ?? '',
    ALERT_TOPIC_ARN: topic,
  });

it('keeps a bounce of a mail that it knows by its header, and tells people at once', async () => {
  const headers = [{ name: 'X-Spendlight-Digest', value: KEY }];
  const event = { eventType: 'Bounce', bounce, mail: mail(headers, 'lost-answer') };
  expect(await hear(event)).toEqual({
    status: 'fine',
    mails: [{ mail: KEY, fate: 'bounced', outcome: 'recorded' }],
  });
  expect(await hear(event)).toMatchObject({ mails: [{ outcome: 'known' }] });
  const said = await alerts();
  expect(said.split('MAIL_BOUNCED')).toHaveLength(2);
  expect(said).toContain('The mail 2026-11-19 daily finops did not reach anna@example.com');
  expect(await alerts()).not.toContain('MAIL_BOUNCED');
});

it('keeps a delivery of a mail that it knows by the id that SES gave it', async () => {
  const delivery = { timestamp: '2026-11-19T07:05:13.000Z', recipients: [BOB], smtpResponse: '250 OK' };
  expect(await hear({ notificationType: 'Delivery', delivery, mail: mail(undefined) })).toEqual({
    status: 'fine',
    mails: [{ mail: KEY, fate: 'delivered', outcome: 'recorded' }],
  });
  expect(await alerts()).not.toContain('MAIL');
});

it('leaves mails of others alone', async () => {
  const event = { eventType: 'Bounce', bounce, mail: mail(undefined, 'of-another-program') };
  expect(await hear(event)).toMatchObject({ mails: [{ outcome: 'not ours' }] });
});

it('shows both recipients, each with what became of the mail', async () => {
  const status = JSON.parse(good(await at.run('--json', 'status')).stdout);
  expect(status.recipients).toMatchObject([
    { address: ANNA, fate: 'bounced', why: 'smtp; 550 5.1.1 user unknown' },
    { address: BOB, fate: 'delivered', why: '250 OK' },
  ]);
  expect(status.troubles).toContainEqual(
    expect.objectContaining({ severity: 'wrong', code: 'MAIL_BOUNCED', what: expect.stringContaining(ANNA) }),
  );
  good(await at.run('verify'));
});
