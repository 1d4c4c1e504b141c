// An account with an export in it and nothing else yet, and what Terraform would give each function as its environment.

import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { GetPartitionsCommand, GlueClient } from '@aws-sdk/client-glue';
import { GetObjectCommand } from '@aws-sdk/client-s3';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { inject } from 'vitest';
import { type Account, account } from '../../aws/support/account.ts';
import { alertQueue } from '../../aws/support/alert-queue.ts';
import { BENCH, clientOf } from '../../aws/support/buckets.ts';
import { ACCOUNT, REGION } from '../../aws/support/calls.ts';
import { environmentOf } from '../../aws/support/identities.ts';
import { uploadFolder } from '../../aws/support/lake-desk.ts';
import { desk } from '../../support/program.ts';
import { writeSimulatedExport } from '../../support/simulated-export.ts';
import type { FunctionName } from './packages.ts';

export interface Estate {
  readonly account: Account;
  /** Names of the functions in the account, unique to it. */
  nameOf(name: FunctionName): string;
  /** As in infra/terraform/lambda.tf; the keys are those of the function's role. */
  environmentOf(name: FunctionName): Readonly<Record<string, string>>;
  /** What a subscriber of the topic got since the last call. */
  alerts(): Promise<string>;
  /** What Slack was told. */
  readonly slack: string[];
  object(key: string): Promise<string>;
  /** Values of the registered partitions of a table. */
  partitions(table: string): Promise<readonly string[]>;
  /** What was mailed to an address. */
  mails(to: string): Promise<readonly Mail[]>;
  clear(): Promise<void>;
}

export interface Mail {
  readonly Subject: string;
  readonly To: readonly string[];
  readonly BodyText: string;
}

/** Who gets the digest, and who the page for executives. */
export const [FINOPS, EXECUTIVES] = ['finops@example.com', 'exec@example.com'];

/** Sixteen days up to this one, so that the functions' own clock finds complete ones. */
const EXPORT = { days: 16, accounts: 3, linesPerDay: 30, table: 'cur2' } as const;

export async function estate(): Promise<Estate> {
  const emulator = inject('emulator');
  const made = await account(emulator);
  const { words } = made;
  const own = await desk();
  await writeSimulatedExport(own.folder, { ...EXPORT, now: new Date().toISOString() });
  await uploadFolder(join(own.folder, 'export'), words.export_bucket, 'aws');
  await own.clear();
  const topic = `arn:aws:sns:${REGION}:${ACCOUNT}:${words.topic}`;
  const alerts = await alertQueue(emulator, topic);
  const slack = await chat();
  const settings = { endpoint: emulator, region: REGION, maxAttempts: 1, credentials: BENCH };
  const parameter = `/finops/${words.bucket}/slack-webhook`;
  const ssm = new SSMClient(settings);
  await ssm.send(new PutParameterCommand({ Name: parameter, Type: 'SecureString', Value: slack.url }));
  ssm.destroy();
  const [s3, glue] = [clientOf(emulator), new GlueClient(settings)];
  return {
    account: made,
    nameOf: (name) => `${name}-${words.bucket.slice(-12)}`,
    environmentOf: (name) => ({
      ...environmentOf(name),
      AWS_ENDPOINT_URL: emulator,
      SPENDLIGHT_LAKE: made.lake,
      ARCHIVE_BUCKET: words.bucket,
      SINGLE_ACCOUNT_MODE: 'true',
      LOG_LEVEL: 'INFO',
      LOG_FORMAT: 'json',
      SES_ENABLED: 'true',
      SES_REGION: REGION,
      SES_SENDER_EMAIL: words.sender,
      DIGEST_RECIPIENTS_FINOPS: FINOPS,
      DIGEST_RECIPIENTS_EXEC: EXECUTIVES,
      ALERT_TOPIC_ARN: topic,
      GLUE_DATABASE: words.database ?? '',
      POWERTOOLS_SERVICE_NAME: 'spendlight',
      POWERTOOLS_METRICS_NAMESPACE: 'Spendlight',
      ...(name === 'ingest' ? { EXPORT_LOCATIONS: `s3://${words.export_bucket}/aws/` } : {}),
      ...(name === 'slack-forwarder' ? { SLACK_WEBHOOK_PARAMETER: parameter } : {}),
    }),
    alerts,
    slack: slack.said,
    async object(key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: words.bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    },
    async partitions(TableName) {
      const asked = new GetPartitionsCommand({ DatabaseName: words.database, TableName });
      const { Partitions = [] } = await glue.send(asked);
      return Partitions.map(({ Values = [] }) => Values.join('/')).sort();
    },
    mails: async (to) => (await mailsFrom(emulator, words.sender ?? '')).filter(({ To }) => To.includes(to)),
    async clear() {
      made.close();
      s3.destroy();
      glue.destroy();
      await slack.close();
    },
  };
}

/** What the emulator's SES took from this estate's sender. */
async function mailsFrom(emulator: string, sender: string): Promise<readonly Mail[]> {
  const answer = await fetch(`${emulator}/_ministack/ses/messages`);
  const {
    messages,
  }: { messages: Readonly<Record<string, readonly (Mail & { readonly Source: string })[]>> } = JSON.parse(
    await answer.text(),
  );
  return Object.values(messages)
    .flat()
    .filter(({ Source }) => Source.includes(sender));
}

/** A webhook as Slack has them. */
async function chat() {
  const said: string[] = [];
  const server = createServer((request, response) => {
    void text(request).then((body) => {
      said.push(JSON.parse(body).text);
      response.end('ok');
    });
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  return {
    url: `http://127.0.0.1:${port}/services/T0/B0/x`,
    said,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}
