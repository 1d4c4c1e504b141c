// Amazon SES by an emulator that shows each message as it was sent, attachments and all.
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import PostalMime, { type Email } from 'postal-mime';
import { freePort, ROOT, TOOLS } from './emulator.ts';
import { keysOf } from './identities.ts';

export interface Mailbox {
  readonly url: string;
  /** What was sent, in order: to whom, and the message as it came. */
  mails(): Promise<readonly { readonly to: readonly string[]; readonly mail: Email }[]>;
  /** Lets mail be sent from this address. */
  verify(address: string): Promise<void>;
  close(): void;
}

interface Shown {
  readonly ses: {
    readonly RawMessage: readonly { readonly destinations: string[]; readonly raw_data: string }[];
  };
}

export async function mailbox(): Promise<Mailbox> {
  const port = await freePort();
  const { stdout } = await promisify(execFile)(join(ROOT, '.ci/aws-mailbox'), [TOOLS, String(port)]);
  const pid = Number(stdout.trim());
  const url = `http://127.0.0.1:${port}`;
  return {
    url,
    async mails() {
      const { ses } = (await (await fetch(`${url}/moto-api/data.json`)).json()) as Shown;
      return Promise.all(
        ses.RawMessage.map(async ({ destinations, raw_data }) => ({
          // It lists those of the call and those of the header.
          to: [...new Set(destinations)],
          mail: await PostalMime.parse(raw_data),
        })),
      );
    },
    async verify(address) {
      const client = new SESv2Client({ endpoint: url, region: 'us-east-1', credentials: keysOf('bench') });
      await client.send(new CreateEmailIdentityCommand({ EmailIdentity: address }));
      client.destroy();
    },
    close: () => void process.kill(pid),
  };
}
