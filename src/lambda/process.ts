import { isOfTopic, landed, told } from './events.ts';
import { handling } from './handling.ts';

/** A file of cost events landed in the inbox: brings it in; the file stays where it is. Or SES tells what became of a mail. */
export const handler = handling('process', async (event, invocation) => {
  if (isOfTopic(event)) {
    const { mailsNoted } = await import('./mail-answer.ts');
    return mailsNoted(told(event), invocation);
  }
  const files = landed(event);
  if (files.length === 0) return { status: 'fine' as const, lake_version: null, records: [] };
  const { processed } = await import('./process-answer.ts');
  return processed(files, invocation);
});
