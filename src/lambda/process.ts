import { landed } from './events.ts';
import { handling } from './handling.ts';

/** A file of cost events landed in the inbox: brings it in. The file stays where it is. */
export const handler = handling('process', async (event, invocation) => {
  const files = landed(event);
  if (files.length === 0) return { status: 'fine' as const, lake_version: null, records: [] };
  const { processed } = await import('./process-answer.ts');
  return processed(files, invocation);
});
