import { checkWish } from './events.ts';
import { handling } from './handling.ts';

/** `{"check":"run"}`: did the daily run take place? `{"check":"gaps"}`: what is missing, and made again where that helps. */
export const handler = handling('gap-check', async (event, invocation) => {
  const wish = checkWish(event);
  const answers = await import('./gap-answer.ts');
  return wish === 'run' ? answers.didItRun(invocation) : answers.whatIsMissing(invocation);
});
