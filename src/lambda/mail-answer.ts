import { type NotedNews, noteMailNews } from '../app/mail-feedback.ts';
import type { Told } from './events.ts';
import type { Invocation } from './invocation.ts';
import { mailNews } from './mail-news.ts';

/** What the process function answers where it was told of mails. */
export interface MailAnswer {
  readonly status: 'fine';
  /** Nothing of messages that say nothing that is kept. */
  readonly mails: readonly NotedNews[];
}

/** Keeps what SES tells of mails. @throws UserError `EVENT_INVALID` where a message is not of SES */
export async function mailsNoted(messages: readonly Told[], invocation: Invocation): Promise<MailAnswer> {
  const news = messages.flatMap(({ text }) => mailNews(text) ?? []);
  const doors = await invocation.alarmDoors();
  const mails: NotedNews[] = [];
  for (const one of news) mails.push(await noteMailNews(doors, one));
  return { status: 'fine', mails };
}
