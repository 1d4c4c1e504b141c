import { GetAccountCommand, SESv2Client, SendEmailCommand } from '@aws-sdk/client-sesv2';
import type { Mailer, Message, Outcome, Receipt } from '../../ports/mailer.ts';
import { type AwsSettings, awsKeys, silenceNodeWarning } from '../aws/access.ts';
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

const CONNECT_MS = 10_000;
const SILENCE_MS = 60_000;

/**
 * Sends by Amazon SES (API v2, raw), at most once: a message that SES may have taken is never handed over again. Refusals
 * that pass by themselves (its rate of sending) are waited out.
 */
export function ses({ aws, region, configurationSet, endpoint, ...patience }: SesOf): Mailer {
  silenceNodeWarning();
  const client = new SESv2Client({
    region,
    credentials: awsKeys(aws),
    maxAttempts: 1,
    ...(endpoint === undefined ? {} : { endpoint }),
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
  });
  const send = ({ from, to, raw }: Message) =>
    client.send(
      new SendEmailCommand({
        FromEmailAddress: from,
        Destination: { ToAddresses: [...to] },
        Content: { Raw: { Data: raw } },
        ...(configurationSet === undefined ? {} : { ConfigurationSetName: configurationSet }),
      }),
    );
  return {
    kind: 'ses',
    canLookup: false,
    lookup: async () => false,
    async send(message): Promise<Receipt> {
      const [outcome, answer] = await retried(patience, () => send(message), { onlyRefused: true }).then(
        ({ MessageId }): readonly [Outcome, string] => ['sent', `taken by SES as ${MessageId}`],
        async (error): Promise<readonly [Outcome, string]> => [
          outcomeOf(error),
          await answerTo(client, error),
        ],
      );
      const outcomes = Object.fromEntries(message.to.map((address) => [address, { outcome, answer }]));
      return { outcomes, toNobody: false, where: `Amazon SES in ${region}` };
    },
  };
}

/** No connection, no message: whoever could not be reached has taken nothing. */
const outcomeOf = (error: unknown): Outcome =>
  fateOf(error) === 'unknown' && !/ECONNREFUSED|ENOTFOUND|EAI_AGAIN/.test(String(error))
    ? 'unknown'
    : 'refused';

/** What SES said, and what is behind it where that is known. */
async function answerTo(client: SESv2Client, error: unknown): Promise<string> {
  const { name, message } = saidBy(error);
  const said = `${name}: ${message}`.replace(/\s+/g, ' ').slice(0, 300);
  const identity = identityFailure(saidBy(error));
  if (identity !== undefined) return `${said}. ${identity[1].remedy}`;
  if (name !== 'MessageRejected' || !/not verified/i.test(message)) return said;
  const account = await client.send(new GetAccountCommand({})).catch(() => undefined);
  return account?.ProductionAccessEnabled === false
    ? `${said}. The account is in the sandbox of SES: only verified addresses get mail, until production access is granted.`
    : `${said}. Verify the sender's address or domain in SES.`;
}
