// What Terraform would make of the functions, made in the emulator: functions, rules, notifications, subscriptions.
import { readFile } from 'node:fs/promises';
import {
  CreateFunctionCommand,
  InvokeCommand,
  LambdaClient,
  PutFunctionEventInvokeConfigCommand,
} from '@aws-sdk/client-lambda';
import {
  type LambdaFunctionConfiguration,
  PutBucketNotificationConfigurationCommand,
} from '@aws-sdk/client-s3';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { inject } from 'vitest';
import { BENCH, clientOf } from '../../aws/support/buckets.ts';
import { ACCOUNT, REGION } from '../../aws/support/calls.ts';
import type { Estate } from './estate.ts';
import { ARCHITECTURE, type FunctionName, zipOf } from './packages.ts';

export interface Cloud {
  /** Creates the function from its zip. `env` comes on top of what Terraform gives it. */
  install(name: FunctionName, env?: Readonly<Record<string, string>>): Promise<void>;
  /** Calls a function and waits for its answer. */
  invoke(name: FunctionName, event: object): Promise<unknown>;
  /** Has EventBridge call `name` for events of `source`. */
  onEvents(source: string, name: FunctionName): Promise<void>;
  putEvent(source: string, detail: object): Promise<void>;
  /** Has S3 call `name` for objects that are put below `prefix` of the lake's bucket. */
  onObjects(prefix: string, name: FunctionName): Promise<void>;
  /** Has the topic call `name`. */
  onAlerts(name: FunctionName): Promise<void>;
  close(): void;
}

export function cloud(estate: Estate): Cloud {
  const endpoint = inject('emulator');
  const settings = { endpoint, region: REGION, maxAttempts: 1, credentials: BENCH };
  const [lambda, topics, s3] = [new LambdaClient(settings), new SNSClient(settings), clientOf(endpoint)];
  const arnOf = (name: FunctionName): string =>
    `arn:aws:lambda:${REGION}:${ACCOUNT}:function:${estate.nameOf(name)}`;
  const events = (operation: string, body: object): Promise<void> => eventBridge(endpoint, operation, body);
  return {
    async install(name, env = {}) {
      const FunctionName = estate.nameOf(name);
      await lambda.send(
        new CreateFunctionCommand({
          ...{
            FunctionName,
            Handler: 'index.handler',
            Runtime: 'nodejs22.x',
            Timeout: 120,
            MemorySize: 2048,
          },
          Role: `arn:aws:iam::${ACCOUNT}:role/${FunctionName}-role`,
          Architectures: [ARCHITECTURE],
          Code: { ZipFile: await readFile(zipOf(name)) },
          Environment: { Variables: { ...estate.environmentOf(name), ...env } },
        }),
      );
      // What fails is told at once, not after two more tries a minute apart.
      await lambda.send(new PutFunctionEventInvokeConfigCommand({ FunctionName, MaximumRetryAttempts: 0 }));
    },
    async invoke(name, event) {
      const asked = { FunctionName: estate.nameOf(name), Payload: Buffer.from(JSON.stringify(event)) };
      const { Payload, FunctionError } = await lambda.send(new InvokeCommand(asked));
      const said = Buffer.from(Payload ?? []).toString();
      if (FunctionError !== undefined) throw new Error(`${name}: ${said}`);
      return JSON.parse(said);
    },
    async onEvents(source, name) {
      const Name = `${source}-${estate.nameOf(name)}`;
      await events('PutRule', { Name, EventPattern: JSON.stringify({ source: [source] }), State: 'ENABLED' });
      await events('PutTargets', { Rule: Name, Targets: [{ Id: name, Arn: arnOf(name) }] });
    },
    putEvent: (Source, detail) =>
      events('PutEvents', {
        Entries: [{ Source, DetailType: 'spendlight', Detail: JSON.stringify(detail) }],
      }),
    async onObjects(prefix, name) {
      const configuration: LambdaFunctionConfiguration = {
        LambdaFunctionArn: arnOf(name),
        Events: ['s3:ObjectCreated:*'],
        Filter: { Key: { FilterRules: [{ Name: 'prefix', Value: prefix }] } },
      };
      await s3.send(
        new PutBucketNotificationConfigurationCommand({
          Bucket: estate.account.words.bucket,
          NotificationConfiguration: { LambdaFunctionConfigurations: [configuration] },
        }),
      );
    },
    async onAlerts(name) {
      const TopicArn = `arn:aws:sns:${REGION}:${ACCOUNT}:${estate.account.words.topic}`;
      await topics.send(new SubscribeCommand({ TopicArn, Protocol: 'lambda', Endpoint: arnOf(name) }));
    },
    close() {
      for (const client of [lambda, topics, s3]) client.destroy();
    },
  };
}

/** No client of EventBridge is a part of the project: three calls of its JSON protocol. */
async function eventBridge(endpoint: string, operation: string, body: object): Promise<void> {
  const scope = `Credential=${BENCH.accessKeyId}/20261121/${REGION}/events/aws4_request`;
  const answer = await fetch(endpoint, {
    method: 'POST',
    headers: {
      'content-type': 'application/x-amz-json-1.1',
      'x-amz-target': `AWSEvents.${operation}`,
      authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=x`,
    },
    body: JSON.stringify(body),
  });
  const said = await answer.text();
  if (!answer.ok || /"Failed(EntryCount|Entries)":\s*[1-9]/.test(said))
    throw new Error(`${operation}: ${said}`);
}
