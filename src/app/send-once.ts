import { mailMarkerKey } from '../lake/keys.ts';
import { rememberServerId } from '../lake/mail-feedback.ts';
import { readSelfChecked, selfChecked } from '../lake/self-checked.ts';
import type { Clock, Pause } from '../ports/clock.ts';
import type { Mailer, Message, Outcome, Receipt } from '../ports/mailer.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** What is known of a mail after an attempt to send it. */
export interface Delivery {
  /**
   * `sent`: to all or some (see `refused`); `to nobody`: it lies in the file outbox; `refused`: by the server, for all;
   * `unknown`: the connection or the process broke off after the attempt began.
   */
  readonly state: 'sent' | 'to nobody' | 'refused' | 'unknown';
  /** This call did nothing: an earlier run had sent it. */
  readonly already: boolean;
  readonly attempt: number;
  readonly kind: Mailer['kind'];
  /** Recipients that the server refused, with its answer. */
  readonly refused: readonly string[];
  /** The outbox's file or the server, as far as known. */
  readonly where: string | undefined;
}

export interface MailDesk {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly mailer: Mailer;
}

interface Attempt {
  readonly at: string;
  readonly kind: Mailer['kind'];
}

interface Past {
  readonly attempt: Attempt;
  readonly delivery: Delivery;
  /** There is no receipt: whoever began it died, or is at it. */
  readonly open: boolean;
}

/** How long an attempt without a receipt may belong to a run that is still alive, and how often to look. */
const PATIENCE_MS = 20_000;
const LOOK_EVERY_MS = 500;

/**
 * Sends `message` once, whatever is killed and however many runs race. Before each attempt a marker is put if absent,
 * after it the receipt. An attempt that broke off is finished where the mailer never has a message twice (file outbox:
 * exactly once); by SMTP it stays `unknown` (at most once) until somebody asks to `resend`. A mail that the server
 * refused for all is tried again by the next call.
 */
export async function sendOnce(
  { store, clock, pause, mailer }: MailDesk,
  message: Message,
  { resend }: { readonly resend: boolean },
): Promise<Delivery> {
  const past = await settledAttempt(store, pause, message.key);
  if (past !== undefined && isLastWord(past, resend)) return past.delivery;
  const finishing = past?.open === true && past.attempt.kind === 'outbox' && mailer.kind === 'outbox';
  const number = (past?.delivery.attempt ?? 0) + (finishing ? 0 : 1);
  const attempt: Attempt = { at: new Date(clock.now()).toISOString(), kind: mailer.kind };
  const mine = await putJson(store, attemptKey(message.key, number), attempt);
  // Another run began the very same attempt a moment ago: it sends, we wait for what it says.
  if (!mine && mailer.kind !== 'outbox')
    return (await settledAttempt(store, pause, message.key))?.delivery ?? broken(attempt, number);
  const receipt = await mailer.send(message);
  await putJson(store, receiptKey(message.key, number), receipt);
  if (receipt.serverId !== undefined) await rememberServerId(store, receipt.serverId, message.key);
  return deliveryOf(receipt, attempt, number, { already: false });
}

/** Whether nothing is to be done any more. An attempt at the outbox reached nobody, so what broke off there may go on. */
function isLastWord({ attempt, delivery, open }: Past, resend: boolean): boolean {
  if (resend || delivery.state === 'refused') return false;
  return !(open && attempt.kind === 'outbox');
}

/** What became of the mail with this key, as far as it was tried; undefined where nobody tried. */
export async function lookUpDelivery(store: ObjectStore, key: string): Promise<Delivery | undefined> {
  return (await lastAttempt(store, key))?.delivery;
}

/** The last attempt, after waiting for the receipt of one by SMTP that another run may be at. */
async function settledAttempt(store: ObjectStore, pause: Pause, key: string): Promise<Past | undefined> {
  for (let waited = 0; ; waited += LOOK_EVERY_MS) {
    const past = await lastAttempt(store, key);
    if (past?.open !== true || past.attempt.kind === 'outbox' || waited >= PATIENCE_MS) return past;
    await pause(LOOK_EVERY_MS);
  }
}

async function lastAttempt(store: ObjectStore, key: string): Promise<Past | undefined> {
  let number = 0;
  let attempt: Attempt | undefined;
  for (;;) {
    const next = await getJson<Attempt>(store, attemptKey(key, number + 1));
    if (next === undefined) break;
    [attempt, number] = [next, number + 1];
  }
  if (attempt === undefined) return undefined;
  const receipt = await getJson<Receipt>(store, receiptKey(key, number));
  const delivery =
    receipt === undefined ? broken(attempt, number) : deliveryOf(receipt, attempt, number, { already: true });
  return { attempt, delivery, open: receipt === undefined };
}

function deliveryOf(
  { outcomes, toNobody, where }: Receipt,
  { kind }: Attempt,
  attempt: number,
  { already }: { readonly already: boolean },
): Delivery {
  const all = Object.entries(outcomes);
  const has = (wanted: Outcome): boolean => all.some(([, { outcome }]) => outcome === wanted);
  const state = toNobody ? 'to nobody' : has('unknown') ? 'unknown' : has('sent') ? 'sent' : 'refused';
  const refused = all
    .filter(([, { outcome }]) => outcome === 'refused')
    .map(([to, { answer }]) => `${to}: ${answer}`);
  return { state, already, attempt, kind, refused, where };
}

const broken = ({ kind }: Attempt, attempt: number): Delivery => ({
  state: 'unknown',
  already: true,
  attempt,
  kind,
  refused: [],
  where: undefined,
});

const attemptKey = (key: string, number: number): string => mailMarkerKey(key, `attempt-${number}`);
const receiptKey = (key: string, number: number): string => mailMarkerKey(key, `receipt-${number}`);

const putJson = (store: ObjectStore, key: string, value: object): Promise<boolean> =>
  store.putIfAbsent(key, selfChecked(value));

async function getJson<T extends object>(store: ObjectStore, key: string): Promise<T | undefined> {
  const bytes = await store.get(key);
  return bytes === undefined ? undefined : readSelfChecked<T>(bytes, key);
}
