import type { BillingDate } from '../core/calendar/billing-date.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { mailFeedbackKey, mailMarkerKey, mailOfServerIdKey, mailsOfDay } from './keys.ts';
import { readSelfChecked, selfChecked } from './self-checked.ts';
import { sha256Of } from './sha256.ts';

/**
 * What became of a mail after its server had taken it. `bounced`: never arrived, `isFinal` where it never will;
 * `complained`: its reader calls it spam; `rejected`: the service took it and did not send it.
 */
export type MailFate = 'delivered' | 'delayed' | 'bounced' | 'complained' | 'rejected';

/** What the mail service tells of a mail some time after it took it. */
export interface MailFeedback {
  /** The service's own name for this piece of news: who tells it twice changes nothing. */
  readonly id: string;
  /** ISO 8601 UTC. */
  readonly at: string;
  readonly fate: MailFate;
  /** It stays so; only a bounce may be passing. */
  readonly isFinal: boolean;
  /** Those it is about. `why` is the answer of their server, or of the service. */
  readonly recipients: readonly { readonly address: string; readonly why: string }[];
}

/** The mail that a piece of news is about: by the key that stands in its header, else by the id that its server gave it. */
export interface MailNamed {
  readonly key: string | undefined;
  readonly serverId: string;
}

/** What is known of one recipient of a mail. */
export interface RecipientFate {
  /** The mail: run date, edition, group. */
  readonly mail: string;
  readonly address: string;
  readonly fate: MailFate;
  readonly isFinal: boolean;
  readonly at: string;
  readonly why: string;
}

interface Kept extends MailFeedback {
  readonly mail: string;
}

/** Notes which mail the server's id stands for. */
export const rememberServerId = (store: ObjectStore, serverId: string, key: string): Promise<boolean> =>
  store.putIfAbsent(mailOfServerIdKey(serverId), selfChecked({ key }));

/** The key of a mail that this lake has tried to send; undefined for those of others. */
export async function mailNamed(
  store: ObjectStore,
  { key, serverId }: MailNamed,
): Promise<string | undefined> {
  const known = key ?? (await keyOfServerId(store, serverId));
  if (known === undefined) return undefined;
  // A header can say anything: only a mail that was tried has a place to keep news of it.
  return (await store.head(mailMarkerKey(known, 'attempt-1'))) === undefined ? undefined : known;
}

async function keyOfServerId(store: ObjectStore, serverId: string): Promise<string | undefined> {
  const at = mailOfServerIdKey(serverId);
  const bytes = await store.get(at);
  return bytes === undefined ? undefined : readSelfChecked<{ readonly key: string }>(bytes, at).key;
}

/** Keeps a piece of news of the mail `key`, once. False: it is known. */
export const keepFeedback = (store: ObjectStore, key: string, feedback: MailFeedback): Promise<boolean> =>
  store.putIfAbsent(
    mailFeedbackKey(key, sha256Of(new TextEncoder().encode(feedback.id)).slice(0, 16)),
    selfChecked({ mail: key, ...feedback } satisfies Kept),
  );

/** What is known of each recipient of the mails of a run date, by mail and address. Nothing of those of whom nothing was told. */
export async function recipientFates(
  store: ObjectStore,
  runDate: BillingDate,
): Promise<readonly RecipientFate[]> {
  const keys = (await store.list(mailsOfDay(runDate))).map(({ key }) => key);
  const news = await Promise.all(
    keys.filter((key) => key.includes('/feedback-')).map(async (key) => [key, await store.get(key)] as const),
  );
  const kept = news.flatMap(([key, bytes]) =>
    bytes === undefined ? [] : [readSelfChecked<Kept>(bytes, key)],
  );
  const fates = kept.flatMap(({ mail, at, fate, isFinal, recipients }) =>
    recipients.map(({ address, why }) => ({ mail, address, fate, isFinal, at, why })),
  );
  const last = new Map<string, RecipientFate>();
  for (const fate of fates.sort(byWeight)) last.set(`${fate.mail} ${fate.address.toLowerCase()}`, fate);
  return [...last.values()].sort(byMail);
}

/** What is final outweighs what is passing, and a delivery what was passing; the rest is told by the newest. */
const WEIGHT: Readonly<Record<MailFate, number>> = {
  delayed: 0,
  delivered: 2,
  rejected: 3,
  bounced: 4,
  complained: 5,
};

/** A bounce that may pass weighs less than a delivery. */
const weight = ({ fate, isFinal }: RecipientFate): number =>
  isFinal ? WEIGHT[fate] : Math.min(WEIGHT[fate], 1);

/** Heaviest and newest last. Total, so that the order in which news came never shows. */
const byWeight = by((fate) => [String(weight(fate)), fate.at, fate.why, fate.fate, fate.address]);
const byMail = by(({ mail, address }) => [mail, address]);

function by(order: (of: RecipientFate) => readonly string[]) {
  return (a: RecipientFate, b: RecipientFate): number => {
    const [left, right] = [order(a), order(b)];
    const at = left.findIndex((part, i) => part !== right[i]);
    return at < 0 ? 0 : (left[at] ?? '') < (right[at] ?? '') ? -1 : 1;
  };
}
