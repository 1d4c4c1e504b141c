import type { Settings } from '../config.ts';
import { machine } from './machine.ts';

/** Says a line by every channel that is set up (Slack, SNS); undefined where none is. */
export function openAlarms(settings: Settings): ((text: string) => Promise<void>) | undefined {
  const { slackWebhookUrl, alertTopicArn } = settings.mail;
  if (slackWebhookUrl === undefined && alertTopicArn === undefined) return undefined;
  return (text) => tellAll(settings, text);
}

/** One channel that fails does not silence the others. @throws what the first of them throws */
async function tellAll({ aws, mail }: Settings, text: string): Promise<void> {
  const { slackWebhookUrl: url, alertTopicArn: topic } = mail;
  const said = await Promise.allSettled([
    url === undefined
      ? undefined
      : import('../adapters/slack/webhook.ts').then((by) => by.slackWebhook(url)(text)),
    topic === undefined
      ? undefined
      : import('../adapters/sns/sns.ts').then((by) => by.snsTopic(topic, { aws, ...machine })(text)),
  ]);
  for (const one of said) if (one.status === 'rejected') throw one.reason;
}
