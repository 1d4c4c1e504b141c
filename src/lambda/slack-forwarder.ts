import { told } from './events.ts';
import { functionSettings } from './function-settings.ts';
import { handling } from './handling.ts';

/** A message on the topic: said in Slack, briefly. */
export const handler = handling('slack-forwarder', async (event, invocation) => {
  const messages = told(event);
  const { slackWebhookParameter } = functionSettings(invocation.env);
  const { forwarded } = await import('./slack-answer.ts');
  return forwarded(messages, slackWebhookParameter, invocation);
});
