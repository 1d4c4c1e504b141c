import { Readable } from 'node:stream';
import type SMTPConnection from 'nodemailer/lib/smtp-connection';
import { UserError } from '../../core/errors/user-error.ts';
import type { Mailer, Message, Outcome, Receipt } from '../../ports/mailer.ts';

/** How long a server may keep silent, in ms. */
const PATIENCE = {
  connectionTimeout: 20_000,
  greetingTimeout: 20_000,
  socketTimeout: 60_000,
  dnsTimeout: 10_000,
};

type Answers = Receipt['outcomes'];
type Failed = Error & {
  responseCode?: number | undefined;
  response?: string | undefined;
  recipient?: string | undefined;
  rejectedErrors?: readonly Failed[] | undefined;
};

/**
 * Sends by SMTP, at most once: whatever happens, a message is handed over in one connection and one transaction.
 * @param url  `smtp://user:password@host:587` (STARTTLS where the server has it, and always before a password) or
 *             `smtps://host:465`; `?requireTLS=true` insists on it, `?rejectUnauthorized=false` takes any certificate
 * @throws UserError `SETTING_INVALID` for anything else
 */
export function smtp(url: string): Mailer {
  const server = serverOf(url);
  return {
    kind: 'smtp',
    canLookup: false,
    lookup: async () => false,
    async send(message: Message): Promise<Receipt> {
      const outcomes = await deliver(server, message);
      return { outcomes, toNobody: false, where: `${server.host}:${server.port}` };
    },
  };
}

interface Server {
  readonly host: string;
  readonly port: number;
  readonly secure: boolean;
  readonly requireTLS: boolean;
  readonly rejectUnauthorized: boolean;
  readonly auth: { readonly user: string; readonly pass: string } | undefined;
}

function serverOf(text: string): Server {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !/^smtps?:$/.test(url.protocol) || url.hostname === '') {
    throw new UserError('SETTING_INVALID', {
      what: 'SMTP_URL is not the address of a mail server', // never its text: it may hold a password
      remedy: 'Write smtp://user:password@host:587 or smtps://user:password@host:465.',
    });
  }
  const secure = url.protocol === 'smtps:';
  const auth =
    url.username === ''
      ? undefined
      : { user: decodeURIComponent(url.username), pass: decodeURIComponent(url.password) };
  const asked = url.searchParams.get('requireTLS');
  return {
    host: url.hostname.replace(/^\[|\]$/g, ''),
    port: url.port === '' ? (secure ? 465 : 587) : Number(url.port),
    secure,
    // A password goes over the wire in the clear only where somebody has said so.
    requireTLS: asked === null ? auth !== undefined && !secure : asked === 'true',
    rejectUnauthorized: url.searchParams.get('rejectUnauthorized') !== 'false',
    auth,
  };
}

/** One attempt; what became of it, per recipient. Fails only for our own mistakes. */
async function deliver(server: Server, { from, to, raw }: Message): Promise<Answers> {
  const { default: Connection } = await import('nodemailer/lib/smtp-connection');
  const { host, port, secure, requireTLS, rejectUnauthorized } = server;
  const connection = new Connection({
    host,
    port,
    secure,
    requireTLS,
    tls: { rejectUnauthorized },
    ...PATIENCE,
  });
  const body = handedOver(raw);
  try {
    await connected(connection, server);
    const info = await sent(connection, { from: addressOf(from), to: to.map(addressOf) }, body.stream);
    connection.quit();
    const refused = new Map(
      (info.rejectedErrors ?? []).map((error: Failed) => [error.recipient, answerOf(error)]),
    );
    return each(to, (address) => {
      const answer = refused.get(addressOf(address));
      return answer === undefined ? ['sent', info.response] : ['refused', answer];
    });
  } catch (error) {
    connection.close();
    return failed(to, error, body.isComplete());
  }
}

/** Without an answer to the whole message, nobody knows whether the server took it. */
function failed(to: readonly string[], error: unknown, isComplete: boolean): Answers {
  if (!(error instanceof Error)) throw error;
  const failure: Failed = error;
  const byRecipient = new Map((failure.rejectedErrors ?? []).map((one) => [one.recipient, answerOf(one)]));
  const isOpen = isComplete && failure.responseCode === undefined;
  return each(to, (address) => {
    const own = byRecipient.get(addressOf(address));
    return own === undefined ? [isOpen ? 'unknown' : 'refused', answerOf(failure)] : ['refused', own];
  });
}

/** The message as a stream that knows whether all of it was taken: only then the server may have its end. */
function handedOver(raw: Uint8Array): { stream: Readable; isComplete: () => boolean } {
  let next = 0;
  let isComplete = false;
  const stream = new Readable({
    read(size) {
      const part = raw.subarray(next, next + size);
      next += part.length;
      isComplete = next >= raw.length;
      this.push(part.length === 0 ? null : part);
    },
  });
  return { stream, isComplete: () => isComplete };
}

const connected = (connection: SMTPConnection, { auth }: Server): Promise<void> =>
  new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.connect((error) => {
      if (error) reject(error);
      else if (auth === undefined) resolve();
      else connection.login({ ...auth }, (refused) => (refused ? reject(refused) : resolve()));
    });
  });

const sent = (
  connection: SMTPConnection,
  envelope: { from: string; to: string[] },
  stream: Readable,
): Promise<{ response: string; rejectedErrors?: readonly Failed[] | undefined }> =>
  new Promise((resolve, reject) => {
    connection.once('error', reject);
    connection.once('end', () => reject(new Error('the server closed the connection')));
    connection.send(envelope, stream, (error, info) =>
      error || !info ? reject(error ?? new Error('no answer')) : resolve(info),
    );
  });

const each = (to: readonly string[], what: (address: string) => readonly [Outcome, string]): Answers =>
  Object.fromEntries(
    to.map((address) => {
      const [outcome, answer] = what(address);
      return [address, { outcome, answer }];
    }),
  );

const answerOf = ({ response, message }: Failed): string =>
  (response ?? message).replace(/\s+/g, ' ').slice(0, 300);

/** `a@example.com` of `Anna <a@example.com>`. */
const addressOf = (text: string): string => /<([^>]+)>\s*$/.exec(text)?.[1] ?? text.trim();
