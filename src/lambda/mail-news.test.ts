import { describe, expect, it } from 'vitest';
import { mailNews } from './mail-news.ts';

// As the developer guide of Amazon SES prints them, with our header and example addresses.
const MAIL = {
  timestamp: '2026-11-19T07:01:11.000Z',
  source: 'Spendlight <spendlight@example.com>',
  sourceArn: 'arn:aws:ses:us-east-1:123456789012:identity/spendlight@example.com',
  sendingAccountId: '123456789012',
  messageId: '0100017c0example-b4d4c1d6-0000-4a4e-9d52-example-000000',
  destination: ['a@example.com', 'b@example.com'],
  headersTruncated: false,
  headers: [
    { name: 'From', value: 'Spendlight <spendlight@example.com>' },
    { name: 'X-Spendlight-Digest', value: '2026-11-19/daily/finops' },
  ],
  commonHeaders: { from: ['Spendlight <spendlight@example.com>'], subject: 'digest' },
  tags: { 'ses:configuration-set': ['finops'] },
};
const BOUNCE = {
  bounceType: 'Permanent',
  bounceSubType: 'General',
  bouncedRecipients: [
    {
      emailAddress: 'a@example.com',
      action: 'failed',
      status: '5.1.1',
      diagnosticCode: 'smtp; 550 5.1.1 user unknown',
    },
  ],
  timestamp: '2026-11-19T07:01:14.669Z',
  feedbackId: '0100017c0example-feedback-000000',
  reportingMTA: 'dsn; mta.example.com',
};
const MAIL_OF = { key: '2026-11-19/daily/finops', serverId: MAIL.messageId };

const said = (message: object) => mailNews(JSON.stringify({ mail: MAIL, ...message }));

describe('news of a mail', () => {
  it.each(['eventType', 'notificationType'])('are a bounce, by %s', (name) => {
    expect(said({ [name]: 'Bounce', bounce: BOUNCE })).toEqual({
      mail: MAIL_OF,
      feedback: {
        id: '0100017c0example-feedback-000000',
        at: '2026-11-19T07:01:14.669Z',
        fate: 'bounced',
        isFinal: true,
        recipients: [{ address: 'a@example.com', why: 'smtp; 550 5.1.1 user unknown' }],
      },
    });
  });

  it.each(['Transient', 'Undetermined'])('are a bounce that may pass: %s', (bounceType) => {
    const bouncedRecipients = [{ emailAddress: 'a@example.com' }];
    const bounce = { ...BOUNCE, bounceType, bounceSubType: 'MailboxFull', bouncedRecipients };
    expect(said({ eventType: 'Bounce', bounce })?.feedback).toMatchObject({
      isFinal: false,
      recipients: [{ address: 'a@example.com', why: `${bounceType}, MailboxFull` }],
    });
  });

  it('are a complaint', () => {
    const complaint = {
      complainedRecipients: [{ emailAddress: 'b@example.com' }],
      timestamp: '2026-11-19T08:00:00.000Z',
      feedbackId: 'f-2',
      userAgent: 'Mail',
      complaintFeedbackType: 'abuse',
    };
    expect(said({ eventType: 'Complaint', complaint })?.feedback).toEqual({
      id: 'f-2',
      at: '2026-11-19T08:00:00.000Z',
      fate: 'complained',
      isFinal: true,
      recipients: [{ address: 'b@example.com', why: 'abuse' }],
    });
  });

  it('are a delivery, a delay, a refusal: each with a name made of what it says', () => {
    const timestamp = '2026-11-19T07:01:12.000Z';
    const delivery = { timestamp, recipients: ['a@example.com'], smtpResponse: '250 2.6.0 Message received' };
    const deliveryDelay = {
      timestamp,
      delayType: 'TransientCommunicationFailure',
      delayedRecipients: [
        { emailAddress: 'b@example.com', status: '4.4.1', diagnosticCode: 'smtp; 421 4.4.1' },
      ],
    };
    const news = [
      said({ eventType: 'Delivery', delivery }),
      said({ eventType: 'DeliveryDelay', deliveryDelay }),
      said({ eventType: 'Reject', reject: { reason: 'Bad content' } }),
    ];
    expect(news.map((one) => [one?.feedback.fate, one?.feedback.recipients])).toEqual([
      ['delivered', [{ address: 'a@example.com', why: '250 2.6.0 Message received' }]],
      ['delayed', [{ address: 'b@example.com', why: 'smtp; 421 4.4.1' }]],
      ['rejected', MAIL.destination.map((address) => ({ address, why: 'Bad content' }))],
    ]);
    expect(news[0]?.feedback.id).toBe(`Delivery ${MAIL.messageId} ${timestamp} a@example.com`);
    expect(new Set(news.map((one) => one?.feedback.id)).size).toBe(3);
    expect(news[2]?.feedback.at).toBe('2026-11-19T07:01:11.000Z');
  });

  it('come without our header where an identity leaves headers out', () => {
    const mail = { ...MAIL, headers: undefined };
    expect(said({ notificationType: 'Bounce', bounce: BOUNCE, mail })?.mail).toEqual({
      key: undefined,
      serverId: MAIL.messageId,
    });
  });
});

it.each([
  ['a topic that is tried out', 'Successfully validated SNS topic for Amazon SES event publishing.'],
  [
    'an identity that begins',
    JSON.stringify({ notificationType: 'AmazonSnsSubscriptionSucceeded', message: 'You have' }),
  ],
  ['a mail that was taken', JSON.stringify({ eventType: 'Send', mail: MAIL, send: {} })],
  ['a kind that there is not', JSON.stringify({ eventType: 'constructor', mail: MAIL })],
  ['a mail that was opened', JSON.stringify({ eventType: 'Open', mail: MAIL, open: { timestamp: 'x' } })],
])('keeps nothing of %s', (_, text) => expect(mailNews(text)).toBeUndefined());

it.each([
  ['what is no JSON', 'Alarm: the daily run failed'],
  ['another object', '{"AlarmName":"errors"}'],
  ['a list', '[]'],
  ['a bounce of no message', JSON.stringify({ eventType: 'Bounce', bounce: BOUNCE, mail: {} })],
  [
    'a bounce of nobody',
    JSON.stringify({ eventType: 'Bounce', bounce: { ...BOUNCE, bouncedRecipients: [] }, mail: MAIL }),
  ],
  [
    'a recipient without an address',
    JSON.stringify({ eventType: 'Bounce', bounce: { ...BOUNCE, bouncedRecipients: [{}] }, mail: MAIL }),
  ],
  [
    'a bounce of no moment',
    JSON.stringify({ eventType: 'Bounce', bounce: { ...BOUNCE, timestamp: 'soon' }, mail: MAIL }),
  ],
])('refuses %s', (_, text) =>
  expect(() => mailNews(text)).toThrow(expect.objectContaining({ code: 'EVENT_INVALID' })),
);
