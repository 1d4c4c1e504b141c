import { expect, it } from 'vitest';
import { brief } from './slack-text.ts';

const json = (value: object) => ({ subject: undefined, text: JSON.stringify(value) });

it.each([
  [
    'an alarm of CloudWatch, without its reasons and dimensions',
    json({
      AlarmName: 'finops-digest-errors',
      AlarmDescription: 'finops-digest failed.',
      NewStateValue: 'ALARM',
      NewStateReason: 'Threshold Crossed: 1 datapoint [1.0 (21/11/26 07:00:00)] was greater than …',
      Trigger: { MetricName: 'Errors' },
    }),
    'ALARM finops-digest-errors: finops-digest failed.',
  ],
  [
    'one that is over',
    json({ AlarmName: 'finops-digest-errors', AlarmDescription: 'failed', NewStateValue: 'OK' }),
    'OK finops-digest-errors',
  ],
  [
    'a bounce',
    json({
      eventType: 'Bounce',
      mail: {
        destination: ['a@example.com', 'b@example.com'],
        commonHeaders: { subject: 'Costs of Thursday' },
      },
      bounce: { bounceType: 'Permanent', bouncedRecipients: [{ emailAddress: 'a@example.com' }] },
    }),
    'Bounce (Permanent) of the mail "Costs of Thursday" to a@example.com',
  ],
  [
    'a complaint by its older name',
    json({ notificationType: 'Complaint', mail: { destination: ['b@example.com'] }, complaint: {} }),
    'Complaint of the mail to b@example.com',
  ],
  ['JSON of somebody else, by its subject', { subject: 'AWS Budgets', text: '{"a":1}' }, 'AWS Budgets'],
  [
    'our own line',
    { subject: 'Spendlight', text: 'Spendlight: A < B & C (X). Do > this.' },
    'Spendlight: A &lt; B &amp; C (X). Do &gt; this.',
  ],
  ['what is no JSON after all', { subject: undefined, text: '{ not' }, '{ not'],
])('says %s', (_, message, line) => expect(brief(message)).toBe(line));

it('cuts what is too long for a chat', () => {
  const text = brief({ subject: undefined, text: 'x'.repeat(5000) });
  expect(text).toBe(`${'x'.repeat(598)} …`);
});
