import type { Message } from '../../ports/mailer.ts';
import type { ExecutiveEdition } from '../snapshot/executive-edition.ts';
import { compose, type Envelope } from './compose.ts';
import { addressOf } from './digest-message.ts';

/** The executives' edition as a whole message: text, HTML and the page. The same bytes for the same parts. */
export const executiveMessage = (
  { subject, text, html, fileName }: ExecutiveEdition,
  pdf: Uint8Array,
  envelope: Envelope,
): Promise<Message> =>
  compose(envelope, {
    subject,
    text,
    html,
    headers: {
      'X-Spendlight-Digest': envelope.key,
      'List-Unsubscribe': `<mailto:${addressOf(envelope.from)}?subject=unsubscribe>`,
    },
    attachments: [
      {
        filename: fileName,
        contentType: 'application/pdf',
        contentDisposition: 'attachment',
        contentTransferEncoding: 'base64',
        content: Buffer.from(pdf),
      },
    ],
  });
