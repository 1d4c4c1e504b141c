import {
  GetAccountCommand,
  type GetAccountCommandOutput,
  SESv2Client,
  SendEmailCommand,
} from '@aws-sdk/client-sesv2';
import type { Mailer, MailLimits, Message, Outcome, Receipt } from '../../ports/mailer.ts';
import type { AwsSettings } from '../aws/access.ts';
import { clientOptions } from '../aws/client-options.ts';
import { fateOf, identityFailure, saidBy } from '../aws/failures.ts';
import { type Patience, retried } from '../aws/retried.ts';

export interface SesOf extends Patience {
  readonly aws: AwsSettings;
  readonly region: string;
  /** SES tells of bounces and complaints as this set says; undefined: as the identity's default set says. */
  readonly configurationSet: string | undefined;
  /** Undefined: as AWS_ENDPOINT_URL says, else Amazon's own. */
  readonly endpoint?: string;
}

/** It takes a mail of ten megabytes before it answers. */
const SILENCE_MS = 60_000;

/**
 * Sends by Amazon SES (API v2, raw), at most once: a message that SES may have taken is never handed over again. Refusals
 * that pass by themselves (its rate of sending) are waited out.
 */
export function ses({ aws, region, configurationSet, endpoint, ...patience }: SesOf): Mailer {
  const client = new SESv2Client(clientOptions({ aws, endpoint, region, silenceMs: SILENCE_MS }));
  const send = ({ from, raw }: Message, to: readonly string[]) =>
    client.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [...to] },
        Content: { Raw: { Data: raw } },
        ...(configurationSet === undefined ? {} : { ConfigurationSetName: configurationSet }),
      }),
    );
  const handedOver = async (message: Message, to: readonly string[]): Promise<HandedOver> => {
    const all = (outcome: Outcome, answer: string): Receipt['outcomes'] =>
      Object.fromEntries(to.map((address) => [address, { outcome, answer }]));
    try {
      const { MessageId } = await retried(patience, () => send(message, to), { onlyRefused: true });
      return { outcomes: all('sent', `taken by SES as ${MessageId}`), serverId: MessageId };
    } catch (error) {
      const refused = all(outcomeOf(error), await answerTo(client, error));
      // SES takes a message for all or for nobody; whoever may not get it must not keep it from the others.
      const others = to.filter((address) => !isUnverified(address, error));
      if (others.length === 0 || others.length === to.length)
        return { outcomes: refused, serverId: undefined };
      const { outcomes, serverId } = await handedOver(message, others);
      return { outcomes: { ...refused, ...outcomes }, serverId };
    }
  };
  return {
    kind: 'ses',
    canLookup: false,
    lookup: async () => false,
    async send(message): Promise<Receipt> {
      const { outcomes, serverId } = await handedOver(message, message.to);
      const where = `Amazon SES in ${region}`;
      return { outcomes, toNobody: false, where, ...(serverId === undefined ? {} : { serverId }) };
    },
    async limits() {
      const account = await accountOf(client);
      return account && limitsOf(account);
    },
  };
}

interface HandedOver extends Pick<Receipt, 'outcomes'> {
  readonly serverId: string | undefined;
}

/** No connection, no message: whoever could not be reached has taken nothing. */
const outcomeOf = (error: unknown): Outcome =>
  fateOf(error) === 'unknown' && !/ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(String(error))
    ? 'unknown'
    : 'refused';

/** Whether SES refused the message because it has not verified this recipient; a sender it names is in the way of all. */
function isUnverified(recipient: string, error: unknown): boolean {
  const { name, message } = saidBy(error);
  const [, named = ''] = /not verified.*failed the check[^:]*:(.*)$/is.exec(message) ?? [];
  const address = /<([^>]+)>/.exec(recipient)?.[1] ?? recipient;
  return (
    name === 'MessageRejected' &&
    named
      .toLowerCase()
      .split(/[\s,]+/)
      .includes(address.toLowerCase())
  );
}

/** What SES said, and what is behind it where that is known. */
async function answerTo(client: SESv2Client, error: unknown): Promise<string> {
  const { name, message } = saidBy(error);
  const said = `${name}: ${message}`.replace(/\s+/g, ' ').slice(0, 300);
  const identity = identityFailure(saidBy(error));
  if (identity !== undefined) return `${said}. ${identity[1].remedy}`;
  if (outcomeOf(error) === 'unknown') return said;
  const account = await accountOf(client);
  const isAboutAddress = name === 'MessageRejected' && /not verified/i.test(message);
  if (isAboutAddress)
    return account?.ProductionAccessEnabled === false
      ? `${said}. The account is in the sandbox of SES: only verified addresses get mail, until production access is granted.`
      : `${said}. Verify the sender's address or domain in SES.`;
  const { sent = 0, sentMax } = account === undefined ? {} : limitsOf(account);
  return sentMax !== undefined && sent >= sentMax
    ? `${said}. The quota of SES is used up, ${sent} of ${sentMax} recipients in 24 hours: wait, or ask for a higher one.`
    : said;
}

const accountOf = (client: SESv2Client): Promise<GetAccountCommandOutput | undefined> =>
  client.send(new GetAccountCommand({})).catch(() => undefined);

function limitsOf({ ProductionAccessEnabled, SendQuota }: GetAccountCommandOutput): MailLimits {
  const max = SendQuota?.Max24HourSend;
  return {
    isSandbox: ProductionAccessEnabled === false,
    sent: SendQuota?.SentLast24Hours ?? 0,
    // SES says -1 for no limit.
    sentMax: max === undefined || max < 0 ? undefined : max,
  };
}
