import { digestWish } from './events.ts';
import { handling } from './handling.ts';

/** The daily run, or a backfill: see `digestWish` for the events. */
export const handler = handling('digest', async (event, invocation) => {
  const { rerun, today } = await import('./digest-answer.ts');
  const wish = digestWish(event);
  if (wish.kind === 'backfill') return rerun(wish.request, invocation);
  return today(wish.runDate, invocation);
});
