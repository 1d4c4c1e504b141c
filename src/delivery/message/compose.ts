import { createHash } from 'node:crypto';
import type { Message } from '../../ports/mailer.ts';

/** What every mail of ours says on its outside. */
export interface Envelope {
  /** Says once and for all which mail this is (run date, edition, recipient group). */
  readonly key: string;
  /** `spendlight@example.com` or `Spendlight <spendlight@example.com>`. */
  readonly from: string;
  /** Addresses; may be empty for a mail that only goes into the outbox. */
  readonly to: readonly string[];
  /** ISO 8601, UTC. */
  readonly madeAt: string;
}

interface Part {
  readonly filename: string;
  readonly contentType: string;
  readonly contentDisposition: 'inline' | 'attachment';
  readonly contentTransferEncoding?: 'base64';
  readonly content: Buffer;
  /** Content id, for parts that the HTML shows. */
  readonly cid?: string;
}

export interface Content {
  readonly subject: string;
  readonly text: string;
  readonly html?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly attachments?: readonly Part[];
}

/** RFC 5322 bytes, the same for the same envelope and content: Message-ID and boundaries are made from the key. */
export async function compose(envelope: Envelope, content: Content): Promise<Message> {
  const { key, from, to, madeAt } = envelope;
  // Imported where it is needed: most commands send no mail, and should not wait for its library.
  const { default: MailComposer } = await import('nodemailer/lib/mail-composer');
  const messageId = messageIdOf(key, from);
  const raw = await new MailComposer({
    from,
    // A mail for nobody is still a mail that any program opens.
    to: to.length === 0 ? 'undisclosed-recipients:;' : [...to],
    subject: content.subject,
    text: content.text,
    ...(content.html === undefined ? {} : { html: content.html }),
    headers: { 'Auto-Submitted': 'auto-generated', ...content.headers },
    attachments: (content.attachments ?? []).map((part) => ({ ...part })),
    messageId,
    date: new Date(madeAt),
    baseBoundary: digestOf(key).slice(0, 16),
    disableFileAccess: true,
    disableUrlAccess: true,
    newline: 'windows',
  })
    .compile()
    .build();
  return { key, messageId, from, to, raw };
}

/** The same key gives the same Message-ID, so that a mail program shows a repeated mail once. */
function messageIdOf(key: string, from: string): string {
  const domain = /@([A-Za-z0-9.-]+)>?\s*$/.exec(from)?.[1] ?? 'spendlight.invalid';
  return `<${digestOf(key).slice(0, 32)}@${domain}>`;
}

const digestOf = (key: string): string => createHash('sha256').update(key).digest('hex');
