import { billingDate, dayOf } from '../core/calendar/billing-date.ts';
import { keepFeedback, type MailFeedback, type MailNamed, mailNamed } from '../lake/mail-feedback.ts';
import { fateTroubles, TOLD_AT_ONCE } from './mail-fates.ts';
import { type AlarmDoors, alarm } from './run-alarm.ts';

/** News of a mail, as its service tells them. */
export interface MailNews {
  readonly mail: MailNamed;
  readonly feedback: MailFeedback;
}

/** What was done with news. `not ours`: this lake has not tried to send such a mail. */
export interface NotedNews {
  readonly mail: string | undefined;
  readonly fate: MailFeedback['fate'];
  readonly outcome: 'recorded' | 'known' | 'not ours';
}

/**
 * Keeps what became of a mail, once however often it is told, and raises the alarm where it did not arrive, was called spam
 * or was not sent. The alarm goes first: who dies in between hears the news again, and says nothing twice.
 */
export async function noteMailNews(doors: AlarmDoors, { mail, feedback }: MailNews): Promise<NotedNews> {
  const { store, clock, log } = doors;
  const { fate } = feedback;
  const key = await mailNamed(store, mail);
  if (key === undefined) {
    log.warn('mail.unknown', { serverId: mail.serverId, fate });
    return { mail: undefined, fate, outcome: 'not ours' };
  }
  const runDate = /^\d{4}-\d{2}-\d{2}(?=\/)/.exec(key)?.[0];
  const day = runDate === undefined ? dayOf(clock.now()) : billingDate(runDate);
  const fates = feedback.recipients.map((recipient) => ({ mail: key, ...feedback, ...recipient }));
  for (const { code, what, remedy } of fateTroubles(fates).filter(({ code: of }) =>
    TOLD_AT_ONCE.includes(of),
  ))
    await alarm(doors, { runDate: day, code, what, remedy, about: `${feedback.id} ${what}` });
  const isNew = await keepFeedback(store, key, feedback);
  log.info('mail.told', { mail: key, fate, isNew });
  return { mail: key, fate, outcome: isNew ? 'recorded' : 'known' };
}
