import { gunzipSync } from 'node:zlib';
import type { Attachment, Email } from 'postal-mime';

/** What a list of mails shows of one. */
export interface MailHead {
  readonly subject: string;
  readonly from: string;
  readonly to: readonly string[];
  /** ISO 8601, UTC; empty where the mail has no date. */
  readonly date: string;
  readonly attachments: readonly { readonly name: string; readonly bytes: number }[];
}

export async function headOfMail(raw: Uint8Array): Promise<MailHead> {
  const mail = await parsed(raw);
  return {
    subject: mail.subject ?? '',
    from: mail.from?.address ?? '',
    to: (mail.to ?? []).map(({ address }) => address ?? '').filter((address) => address !== ''),
    date: mail.date ?? '',
    attachments: mail.attachments
      .filter(({ disposition }) => disposition === 'attachment')
      .map((attachment) => ({ name: attachment.filename ?? '', bytes: bytesOf(attachment).byteLength })),
  };
}

/** What a mail carries, unpacked where it travels compressed. */
export async function attachmentsOf(
  raw: Uint8Array,
): Promise<readonly { readonly name: string; readonly bytes: Uint8Array }[]> {
  const { attachments } = await parsed(raw);
  return attachments
    .filter(({ disposition }) => disposition === 'attachment')
    .map((attachment) => {
      const name = attachment.filename ?? '';
      const bytes = bytesOf(attachment);
      return { name, bytes: name.endsWith('.gz') ? gunzipSync(bytes) : bytes };
    });
}

/** A mail's HTML with its own pictures inside, so that it asks for nothing; its text where it has no HTML. */
export async function pageOfMail(raw: Uint8Array): Promise<string> {
  const { html, text = '', attachments } = await parsed(raw);
  if (html === undefined) {
    return `<!doctype html><meta charset="utf-8"><title>Mail</title><pre>${escaped(text)}</pre>`;
  }
  return attachments.reduce((page, attachment) => {
    const id = attachment.contentId?.replace(/^<|>$/g, '');
    if (id === undefined) return page;
    const picture = Buffer.from(bytesOf(attachment)).toString('base64');
    return page.replaceAll(`cid:${id}`, `data:${attachment.mimeType};base64,${picture}`);
  }, html);
}

async function parsed(raw: Uint8Array): Promise<Email> {
  const { default: PostalMime } = await import('postal-mime');
  return PostalMime.parse(raw);
}

const bytesOf = ({ content }: Attachment): Uint8Array =>
  typeof content === 'string' ? new TextEncoder().encode(content) : new Uint8Array(content);

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
