import type { MailNews } from '../app/mail-feedback.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { MailFeedback } from '../lake/mail-feedback.ts';
import { type Json, objectOf } from './json.ts';

type Recipients = MailFeedback['recipients'];

/** The header that says which mail it is. */
const KEY_HEADER = 'x-spendlight-digest';

/**
 * What a message of Amazon SES on a topic says of a mail: as a configuration set publishes it (`eventType`) or as an identity
 * notifies of it (`notificationType`), which is the same but for that name. Undefined: it says nothing that is kept (a mail
 * was taken, opened, or a topic was tried out). @throws UserError `EVENT_INVALID` for what is no message of SES
 */
export function mailNews(text: string): MailNews | undefined {
  // Said once by each configuration set and identity that begins to use the topic.
  if (text.startsWith('Successfully validated SNS topic')) return undefined;
  const message = parsed(text);
  const kind = textOf(message.eventType) ?? textOf(message.notificationType);
  if (kind === undefined) throw invalid('it says no eventType and no notificationType');
  const read = Object.hasOwn(KINDS, kind) ? KINDS[kind] : undefined;
  if (read === undefined) return undefined;
  const mail = objectOf(message.mail) ?? {};
  const serverId = textOf(mail.messageId);
  if (serverId === undefined) throw invalid('it names no message');
  const [member, of] = read;
  const detail = objectOf(message[member]) ?? {};
  const { name, ...feedback } = of(detail, mail);
  const at = textOf(detail.timestamp) ?? textOf(mail.timestamp) ?? '';
  if (Number.isNaN(Date.parse(at))) throw invalid('it says no moment');
  return {
    mail: { key: keyIn(mail.headers), serverId },
    feedback: {
      // Without an id of its own, what it says is its name.
      id: name ?? [kind, serverId, at, ...feedback.recipients.map(({ address }) => address)].join(' '),
      at: new Date(at).toISOString(),
      ...feedback,
    },
  };
}

type Read = (
  detail: Json,
  mail: Json,
) => Omit<MailFeedback, 'id' | 'at'> & { readonly name?: string | undefined };

/** Where the news of a kind stand, and how they are read. */
const KINDS: Readonly<Record<string, readonly [member: string, read: Read]>> = {
  Bounce: [
    'bounce',
    (bounce) => ({
      name: textOf(bounce.feedbackId),
      fate: 'bounced',
      // `Undetermined` is neither: the address may be good.
      isFinal: bounce.bounceType === 'Permanent',
      recipients: recipientsOf(bounce.bouncedRecipients, (one) =>
        wordsOf(one.diagnosticCode, one.status, kindOf(bounce.bounceType, bounce.bounceSubType)),
      ),
    }),
  ],
  Complaint: [
    'complaint',
    (complaint) => ({
      name: textOf(complaint.feedbackId),
      fate: 'complained',
      isFinal: true,
      recipients: recipientsOf(complaint.complainedRecipients, () =>
        wordsOf(complaint.complaintFeedbackType, complaint.complaintSubType),
      ),
    }),
  ],
  Delivery: [
    'delivery',
    (delivery) => ({
      fate: 'delivered',
      isFinal: true,
      recipients: recipientsOf(delivery.recipients, () => wordsOf(delivery.smtpResponse)),
    }),
  ],
  DeliveryDelay: [
    'deliveryDelay',
    (delay) => ({
      fate: 'delayed',
      isFinal: false,
      recipients: recipientsOf(delay.delayedRecipients, (one) =>
        wordsOf(one.diagnosticCode, one.status, delay.delayType),
      ),
    }),
  ],
  Reject: [
    'reject',
    (reject, mail) => ({
      fate: 'rejected',
      isFinal: true,
      recipients: recipientsOf(mail.destination, () => wordsOf(reject.reason)),
    }),
  ],
};

/** Recipients as SES lists them: addresses, or objects with one. @throws UserError `EVENT_INVALID` where there are none */
function recipientsOf(list: unknown, why: (one: Json) => string): Recipients {
  const all = (Array.isArray(list) ? list : []).map((one: unknown) => {
    const said = objectOf(one) ?? {};
    const address = textOf(one) ?? textOf(said.emailAddress);
    if (address === undefined) throw invalid('a recipient has no address');
    return { address, why: why(said) };
  });
  if (all.length === 0) throw invalid('it names no recipient');
  return all;
}

/** The first of them that says something. */
const wordsOf = (...words: readonly unknown[]): string =>
  (words.map(textOf).find((word) => word !== undefined) ?? '').replace(/\s+/g, ' ').slice(0, 300);

const kindOf = (...words: readonly unknown[]): string =>
  words.flatMap((word) => textOf(word) ?? []).join(', ');

function keyIn(headers: unknown): string | undefined {
  const all = (Array.isArray(headers) ? headers : []).map((one: unknown) => objectOf(one) ?? {});
  const own = all.find(({ name }) => textOf(name)?.toLowerCase() === KEY_HEADER);
  return own === undefined ? undefined : textOf(own.value)?.trim();
}

function parsed(text: string): Json {
  try {
    const value = objectOf(JSON.parse(text));
    if (value !== undefined) return value;
  } catch {
    throw invalid('it is no JSON');
  }
  throw invalid('it is no JSON object');
}

const textOf = (value: unknown): string | undefined =>
  typeof value === 'string' && value !== '' ? value : undefined;

const invalid = (what: string): UserError =>
  new UserError('EVENT_INVALID', {
    what: `This is no message of Amazon SES: ${what}`,
    remedy: 'Let nothing but SES publish to the topic of mail feedback.',
  });
