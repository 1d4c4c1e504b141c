import { UserError } from '../core/errors/user-error.ts';
import { openParameters, openWebhook } from '../openers/functions.ts';
import type { Told } from './events.ts';
import type { Invocation } from './invocation.ts';
import { brief } from './slack-text.ts';

/** How often a message is tried, and how long to wait before the second time; twice as long before the third. */
const ATTEMPTS = 3;
const FIRST_PAUSE_MS = 500;

/** The webhook's address by its parameter: a warm function asks once. */
const addresses = new Map<string, string>();

/** Says messages in Slack. @throws Error if one is not taken: Lambda brings the event again */
export async function forwarded(
  messages: readonly Told[],
  parameter: string | undefined,
  invocation: Invocation,
): Promise<{ readonly status: 'fine'; readonly forwarded: number }> {
  if (parameter === undefined)
    throw new UserError('SETTING_INVALID', {
      what: 'SLACK_WEBHOOK_PARAMETER names no parameter',
      remedy:
        'Set it to the parameter that holds the address of the webhook (slack_webhook_parameter of the module).',
    });
  for (const message of messages) await said(brief(message), parameter, invocation);
  return { status: 'fine', forwarded: messages.length };
}

async function said(text: string, parameter: string, invocation: Invocation): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const refused = await post(await addressOf(parameter, invocation), text);
    if (refused === undefined) return;
    invocation.log.warn('slack.refused', { attempt, what: refused.message });
    addresses.delete(parameter); // it may have been replaced
    if (attempt === ATTEMPTS) throw refused;
    await invocation.pause(FIRST_PAUSE_MS * 2 ** (attempt - 1));
  }
}

async function post(address: string, text: string): Promise<Error | undefined> {
  try {
    await (await openWebhook(address))(text);
    return undefined;
  } catch (error) {
    // What the network says may name the address, which is a secret.
    const what =
      error instanceof Error
        ? error.message.replaceAll(address, 'the webhook')
        : 'the webhook was not reached';
    return new Error(what);
  }
}

async function addressOf(parameter: string, { settings }: Invocation): Promise<string> {
  const known = addresses.get(parameter);
  if (known !== undefined) return known;
  const address = (await (await openParameters(settings))(parameter)).trim();
  const protocol = URL.canParse(address) ? new URL(address).protocol : '';
  if (protocol !== 'https:' && protocol !== 'http:')
    throw new UserError('SETTING_INVALID', {
      what: `The parameter ${parameter} holds no address of a webhook`,
      remedy:
        'Put the address there that Slack shows for the incoming webhook: https://hooks.slack.com/services/…',
    });
  addresses.set(parameter, address);
  return address;
}
