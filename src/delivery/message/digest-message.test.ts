import { gunzipSync } from 'node:zlib';
import PostalMime from 'postal-mime';
import { describe, expect, it } from 'vitest';
import { november } from '../../../test/fixtures/digest/november.ts';
import { billingDate } from '../../core/calendar/billing-date.ts';
import { renderDigest } from '../digest/render-digest.ts';
import { type DayCsv, packCsv } from './attachment.ts';
import { digestMessage } from './digest-message.ts';
import { failureMessage } from './failure-message.ts';

const CSV = new TextEncoder().encode(
  'BillingDate,OU,Service,LinkedAccount,DailyCost\n2026-11-17,"営業, ""A""",AmazonS3,012345678901,0.000000000000001\n',
);
const day: DayCsv = {
  bytes: CSV,
  day: billingDate('2026-11-17'),
  rows: 1,
  archiveKey: 'ou-breakdowns-csv/x.csv',
};
const envelope = {
  key: '2026-11-19.daily.finops',
  from: 'Spendlight <spendlight@example.com>',
  to: ['finops@example.com', 'Ana Łódź <ana@example.com>'],
  madeAt: '2026-11-19T07:04:00Z',
};

describe('digestMessage', async () => {
  const digest = await renderDigest(november);
  const message = await digestMessage(digest, packCsv(day, true), envelope);
  const mail = await PostalMime.parse(message.raw);

  it('comes out as it went in: subject, text, HTML', () => {
    expect(mail.subject).toBe(digest.subject);
    expect(mail.text?.trimEnd()).toBe(digest.text.trimEnd()); // a MIME part ends with a line break of its own
    expect(mail.html?.trimEnd()).toBe(digest.html.trimEnd());
  });

  it('carries the CSV to the last byte, under a name that says SIMULATED', () => {
    const csv = mail.attachments.find(({ mimeType }) => mimeType === 'text/csv');
    expect(csv).toMatchObject({
      filename: 'SIMULATED-ou_breakdown-2026-11-17.csv',
      disposition: 'attachment',
    });
    expect(csv && bytesOf(csv.content)).toEqual(Buffer.from(CSV));
  });

  it('shows the picture by content id, from inside the mail', () => {
    const picture = mail.attachments.find(({ mimeType }) => mimeType === 'image/png');
    expect(mail.html).toContain('src="cid:trend"');
    expect(picture).toMatchObject({ contentId: '<trend>', disposition: 'inline', related: true });
    expect(picture && bytesOf(picture.content)).toEqual(digest.trendPng);
  });

  it('names key, date, sender, recipients and a way out', () => {
    const headers = Object.fromEntries(mail.headers.map(({ key, value }) => [key, value]));
    expect(headers).toMatchObject({
      'x-spendlight-digest': '2026-11-19.daily.finops',
      'list-unsubscribe': '<mailto:spendlight@example.com?subject=unsubscribe>',
      'auto-submitted': 'auto-generated',
    });
    expect(mail.date).toBe('2026-11-19T07:04:00.000Z');
    expect(mail.from).toMatchObject({ address: 'spendlight@example.com', name: 'Spendlight' });
    expect(mail.to?.map(({ address, name }) => [address, name])).toEqual([
      ['finops@example.com', ''],
      ['ana@example.com', 'Ana Łódź'],
    ]);
  });

  it('is the same bytes for the same key, and has another Message-ID for another', async () => {
    const again = await digestMessage(digest, packCsv(day, true), envelope);
    const other = await digestMessage(digest, packCsv(day, true), {
      ...envelope,
      key: '2026-11-20.daily.finops',
    });
    expect(Buffer.from(again.raw).equals(message.raw)).toBe(true);
    expect(message.messageId).toMatch(/^<[0-9a-f]{32}@example\.com>$/);
    expect(other.messageId).not.toBe(message.messageId);
  });

  it('has no line that a mail server would break', () => {
    const lines = new TextDecoder().decode(message.raw).split('\r\n');
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(998);
    expect(lines.some((line) => line.includes('\n'))).toBe(false);
  });

  it('opens in a mail program even if it is for nobody', async () => {
    const nobody = await digestMessage(digest, packCsv(day, true), { ...envelope, to: [] });
    expect((await PostalMime.parse(nobody.raw)).subject).toBe(digest.subject);
    expect(nobody.to).toEqual([]);
  });
});

describe('packCsv', () => {
  /** Bytes that gzip cannot make smaller: a fixed linear congruential sequence. */
  const noise = (length: number): Uint8Array => {
    const bytes = new Uint8Array(length);
    for (let i = 0, state = 1; i < length; i++) {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      bytes[i] = state >>> 24;
    }
    return bytes;
  };
  const limit = 1_000_000;

  it('sends what fits as it is', () => {
    const packed = packCsv({ ...day, bytes: noise(400_000) }, false, limit);
    expect(packed.attachment).toMatchObject({
      kind: 'csv',
      fileName: 'ou_breakdown-2026-11-17.csv',
      reason: undefined,
    });
    expect(packed.bytes).toHaveLength(400_000);
  });

  it('compresses what does not, and says why', () => {
    const bytes = new TextEncoder().encode(
      '2026-11-17,Marketing,AmazonS3,012345678901,1.00\n'.repeat(20_000),
    );
    const packed = packCsv({ ...day, bytes }, true, limit);
    expect(packed.attachment).toMatchObject({
      kind: 'csv.gz',
      fileName: 'SIMULATED-ou_breakdown-2026-11-17.csv.gz',
      reason: 'the mail would be over 1.0 MB with its 1.0 MB',
    });
    expect(packed.bytes && gunzipSync(packed.bytes).equals(bytes)).toBe(true);
  });

  it('leaves out what is too large even then, with the reason and the key of the archive', () => {
    const packed = packCsv({ ...day, bytes: noise(900_000) }, false, limit);
    expect(packed.bytes).toBeUndefined();
    expect(packed.attachment).toMatchObject({
      kind: 'left out',
      archiveKey: 'ou-breakdowns-csv/x.csv',
      reason: 'the mail would be over 1.0 MB with its 0.9 MB, and with 0.9 MB compressed, too',
    });
  });

  it('attaches nothing where no day is complete', () =>
    expect(packCsv(undefined, true)).toMatchObject({ attachment: { kind: 'none' }, bytes: undefined }));

  it('keeps a whole mail with the largest plain CSV under 10 MB', async () => {
    const packed = packCsv({ ...day, bytes: noise(7_000_000) }, false);
    expect(packed.attachment.kind).toBe('csv');
    const { raw } = await digestMessage(await renderDigest(november), packed, envelope);
    expect(raw.length).toBeLessThan(10_000_000);
  });
});

it('tells of a failure what, where, what to do, and the run', async () => {
  const message = await failureMessage(
    {
      what: 'The mail server refused the digest\r\nBcc: evil@example.com',
      where: 'smtp.example.com:587',
      remedy: 'Check SMTP_URL, then spendlight run --resend',
      code: 'MAIL_NOT_SENT',
      runId: 'r-7f3a',
      lake: '/data/lake',
      simulated: false,
    },
    { ...envelope, key: 'failure.r-7f3a' },
  );
  const mail = await PostalMime.parse(message.raw);
  expect(mail.subject).toBe(
    'Spendlight alarm ■ The mail server refused the digest Bcc: evil@example.com · MAIL_NOT_SENT',
  );
  expect(mail.bcc).toBeUndefined();
  for (const part of [
    'smtp.example.com:587',
    'spendlight run --resend',
    'MAIL_NOT_SENT',
    'r-7f3a',
    '/data/lake',
  ]) {
    expect(mail.text).toContain(part);
  }
});

const bytesOf = (content: ArrayBuffer | Uint8Array | string): Buffer =>
  typeof content === 'string' ? Buffer.from(content) : Buffer.from(new Uint8Array(content));
