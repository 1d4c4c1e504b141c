import type { Message } from '../../ports/mailer.ts';
import { PICTURE_ID } from '../digest/html/digest-html.ts';
import type { RenderedDigest } from '../digest/render-digest.ts';
import type { PackedCsv } from './attachment.ts';
import { compose, type Envelope } from './compose.ts';

/** Who gets the digest, and under which key. `madeAt` is the facts' moment, ISO 8601: it becomes the mail's Date. */
export interface DigestEnvelope extends Envelope {
  /** `mailto:` or `https:` address for the List-Unsubscribe header; by default a mail to the sender. */
  readonly unsubscribe?: string;
}

/** The digest as a whole message: text, HTML with its picture inside, and the CSV. The same bytes for the same parts. */
export async function digestMessage(
  digest: RenderedDigest,
  csv: PackedCsv,
  envelope: DigestEnvelope,
): Promise<Message> {
  const { key, from, unsubscribe = `mailto:${addressOf(from)}?subject=unsubscribe` } = envelope;
  return compose(envelope, {
    subject: digest.subject,
    text: digest.text,
    html: digest.html,
    headers: { 'X-Spendlight-Digest': key, 'List-Unsubscribe': `<${unsubscribe}>` },
    attachments: [
      ...(digest.trendPng === undefined ? [] : [picture(digest.trendPng)]),
      ...(csv.bytes === undefined ? [] : [csvPart(csv, csv.bytes)]),
    ],
  });
}

const picture = (png: Uint8Array) => ({
  filename: 'trend.png',
  cid: PICTURE_ID,
  contentType: 'image/png',
  contentDisposition: 'inline' as const,
  content: Buffer.from(png),
});

const csvPart = ({ attachment: { kind, fileName } }: PackedCsv, bytes: Uint8Array) => ({
  filename: fileName,
  contentType: kind === 'csv.gz' ? 'application/gzip' : 'text/csv; charset=utf-8',
  contentDisposition: 'attachment' as const,
  // Base64, not quoted-printable: the bytes are the archive's, to the last one.
  contentTransferEncoding: 'base64' as const,
  content: Buffer.from(bytes),
});

/** `finops@example.com` of `Spendlight <finops@example.com>`. */
export const addressOf = (from: string): string => /<([^>]+)>\s*$/.exec(from)?.[1] ?? from.trim();
