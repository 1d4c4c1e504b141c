import type { BillingDate } from '../core/calendar/billing-date.ts';
import { failureMessage } from '../delivery/message/failure-message.ts';
import type { Mailer, Message } from '../ports/mailer.ts';
import type { RunDoors } from './daily-run-doors.ts';
import { sendOnce } from './send-once.ts';

export interface Alarm {
  readonly runDate: BillingDate;
  readonly code: string;
  readonly what: string;
  readonly remedy: string;
  /** The mail server is what failed: tell it through the outbox. */
  readonly mailIsBroken?: boolean;
}

/**
 * Tells people that a run is not fine: by mail to ALERT_RECIPIENTS_FAILURE, by chat where one is set up, and always into
 * the file outbox if the mail server is what failed. Once per run date and code. Never throws: it is the last resort.
 */
export async function alarm(doors: RunDoors, about: Alarm): Promise<void> {
  const { store, clock, pause, mailer, outbox, settings, notify, log, run } = doors;
  const mayMail = about.mailIsBroken !== true && settings.mail.failure.length > 0;
  const message = await failureMessage(
    {
      ...about,
      where: undefined,
      runId: run,
      lake: store.location,
      simulated: false,
    },
    {
      key: `${about.runDate}/failure/${about.code.toLowerCase().replaceAll('_', '-')}`,
      from: settings.mail.from,
      to: settings.mail.failure,
      madeAt: new Date(clock.now()).toISOString(),
    },
  );
  const failed = (channel: string) => (error: unknown) =>
    log.error('alarm.failed', { channel, what: error instanceof Error ? error.message : String(error) });
  // The markers of "once" lie in the lake: where there is none, they must not make one.
  const send = (by: Mailer) =>
    about.code === 'LAKE_EMPTY'
      ? straight(by, message)
      : sendOnce({ store, clock, pause, mailer: by }, message, { resend: false }).catch(() =>
          // The markers of "once" lie in the lake; a lake that cannot be written must not silence the alarm.
          straight(by, message),
        );
  if (mayMail) await send(mailer).catch(failed(mailer.kind));
  if (!mayMail || mailer.kind === 'smtp') await straight(outbox, message).catch(failed('outbox'));
  if (notify !== undefined) {
    await notify(`Spendlight: ${about.what} (${about.code}). ${about.remedy}`).catch(failed('chat'));
  }
}

const straight = async (mailer: Mailer, message: Message): Promise<void> => {
  await mailer.send(message);
};
