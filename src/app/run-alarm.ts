import type { BillingDate } from '../core/calendar/billing-date.ts';
import { failureMessage } from '../delivery/message/failure-message.ts';
import { mailMarkerKey } from '../lake/keys.ts';
import { openLakeIfAny } from '../lake/lake.ts';
import { selfChecked } from '../lake/self-checked.ts';
import { sha256Of } from '../lake/sha256.ts';
import type { Mailer, Message } from '../ports/mailer.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { beatQuietly } from './heart.ts';
import { type Delivery, sendOnce } from './send-once.ts';

/** What an alarm goes out by. */
export type AlarmDoors = Pick<
  RunDoors,
  'store' | 'clock' | 'pause' | 'mailer' | 'outbox' | 'settings' | 'notify' | 'log' | 'run'
>;

export interface Alarm {
  readonly runDate: BillingDate;
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
  /** Tells apart what has one code; by default a code is told once a run date. */
  readonly about?: string | undefined;
  /** What failed is the way to people itself: it is told by the others. */
  readonly broken?: 'mail' | 'chat' | undefined;
}

/**
 * Tells people that something is not fine: by mail to ALERT_RECIPIENTS_FAILURE, by chat where one is set up, and always
 * into the file outbox if mail goes by a server or cannot go. Once per run date, code and what it is about. Never throws: it is the last
 * resort.
 */
export async function alarm(doors: AlarmDoors, about: Alarm): Promise<void> {
  const { store, clock, pause, mailer, outbox, settings, notify, log } = doors;
  const mayMail = about.broken !== 'mail' && settings.mail.failure.length > 0;
  // Signs of life and the markers of "once" lie in the lake: where there is none, they must not make one.
  const hasLake = about.code !== 'LAKE_EMPTY';
  const simulated = await isSimulated(store);
  const message = await messageOf(doors, about, simulated);
  const by = async (channel: string, work: () => Promise<unknown>): Promise<void> => {
    const told = await work().then(undefinedAfter, problemOfChannel);
    if (told !== undefined) log.error('alarm.failed', { channel, what: told.what });
    if (hasLake) await beatQuietly(doors, { kind: 'channel', name: channel, problem: told });
  };
  const send = async (): Promise<void> => {
    if (!hasLake) return straight(mailer, message);
    const sent = await sendOnce({ store, clock, pause, mailer }, message, { resend: false }).catch(() =>
      // A lake that cannot be written must not silence the alarm.
      straight(mailer, message),
    );
    if (sent !== undefined) refuseUnsent(sent);
  };
  if (mayMail) await by(mailer.kind, send);
  if (!mayMail || mailer.kind !== 'outbox') await by('outbox', () => straight(outbox, message));
  if (notify !== undefined && about.broken !== 'chat') {
    const line = `Spendlight${simulated ? ' (SIMULATED)' : ''}: ${about.what} (${about.code}). ${about.remedy}`;
    await by('chat', () => (hasLake ? onceByChat(doors, message.key, () => notify(line)) : notify(line)));
  }
}

/** A lake that cannot be read must not silence the alarm. */
const isSimulated = (store: AlarmDoors['store']): Promise<boolean> =>
  openLakeIfAny(store).then(
    (lake) => lake?.identity.simulated ?? false,
    () => false,
  );

const messageOf = (
  { store, clock, settings, run }: AlarmDoors,
  about: Alarm,
  simulated: boolean,
): Promise<Message> =>
  failureMessage(
    { ...about, where: undefined, runId: run, lake: store.location, simulated },
    {
      key: keyOf(about),
      from: settings.mail.from,
      to: settings.mail.failure,
      madeAt: new Date(clock.now()).toISOString(),
    },
  );

function keyOf({ runDate, code, about }: Alarm): string {
  const name = `${runDate}/failure/${code.toLowerCase().replaceAll('_', '-')}`;
  return about === undefined ? name : `${name}-${sha256Of(new TextEncoder().encode(about)).slice(0, 8)}`;
}

/** A chat cannot be asked what it was told. Said twice if we are killed in between: better than never. */
async function onceByChat({ store }: AlarmDoors, key: string, say: () => Promise<void>): Promise<void> {
  const marker = mailMarkerKey(key, 'chat');
  const said = await store.head(marker).catch(() => undefined);
  if (said !== undefined) return;
  await say();
  await store.putIfAbsent(marker, selfChecked({ key })).catch(() => false);
}

const straight = async (mailer: Mailer, message: Message): Promise<void> => {
  await mailer.send(message);
};

function refuseUnsent({ state, refused }: Delivery): void {
  if (state === 'refused') throw new Error(`refused by the mail server: ${refused.join('; ')}`);
  if (state === 'unknown') throw new Error('nobody knows whether the mail went out');
}

const undefinedAfter = (): undefined => undefined;

const problemOfChannel = (error: unknown) => ({
  code: 'CHANNEL_FAILED',
  what: error instanceof Error ? error.message : String(error),
  remedy:
    'Mend SMTP_URL, the outbox’s folder or SLACK_WEBHOOK_URL; the next mail or alarm shows whether it works.',
});
