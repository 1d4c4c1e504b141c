// The account in which the functions live, as far as the emulator has it: what infra/terraform makes there.
import { randomUUID } from 'node:crypto';
import { AthenaClient, CreateWorkGroupCommand } from '@aws-sdk/client-athena';
import { GlueClient } from '@aws-sdk/client-glue';
import { DeleteObjectCommand, PutBucketEncryptionCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { PutParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { finopsDatabase } from '../../support/finops-database.ts';
import { BENCH, clientOf, freshBucket } from './buckets.ts';
import { ACCOUNT, REGION } from './calls.ts';
import { DATA_SET } from './fake-quicksight.ts';

/** The placeholders that somebody asks for by name. */
type Named =
  | (
      | 'bucket'
      | 'prefix'
      | 'export_bucket'
      | 'topic'
      | 'sender'
      | 'configuration_set'
      | 'database'
      | 'digest_function'
    )
  | ('workgroup' | 'dataset' | 'slack_parameter' | 'central_role_arn');

/** The placeholders of the policies in `iam/`, filled in for this account. */
export interface Account {
  readonly words: Readonly<Record<string, string>> & Readonly<Record<Named, string>>;
  /** `s3://…` of the lake. */
  readonly lake: string;
  put(bucket: string, key: string, bytes: Uint8Array | string): Promise<void>;
  remove(bucket: string, key: string): Promise<void>;
  /** Puts a secret into Parameter Store. */
  keepSecret(name: string, value: string): Promise<void>;
  /** The owner of the sender's address says yes. */
  verifySender(): Promise<void>;
  close(): void;
}

/** A new account's worth of names: its own buckets (the lake's with a key of its own), topic and sender (verified unless told). */
export async function account(endpoint: string, { isVerified = true } = {}): Promise<Account> {
  const client = clientOf(endpoint);
  const bucket = await freshBucket(endpoint);
  const key = `arn:aws:kms:${REGION}:${ACCOUNT}:key/${randomUUID()}`;
  const ApplyServerSideEncryptionByDefault = { SSEAlgorithm: 'aws:kms', KMSMasterKeyID: key } as const;
  await client.send(
    new PutBucketEncryptionCommand({
      Bucket: bucket,
      ServerSideEncryptionConfiguration: { Rules: [{ ApplyServerSideEncryptionByDefault }] },
    }),
  );
  const words = {
    account_id: ACCOUNT,
    region: REGION,
    bucket,
    prefix: 'lake',
    export_bucket: await freshBucket(endpoint, { versioned: false }),
    kms_key_arn: key,
    database: `finops_${randomUUID().replaceAll('-', '')}`,
    workgroup: `finops-${randomUUID()}`,
    topic: `finops-alerts-${randomUUID()}`,
    queue: 'finops-dead-letters',
    dataset: DATA_SET,
    sender: `${randomUUID()}@example.com`,
    configuration_set: 'spendlight-digest',
    digest_function: 'daily-finops-digest',
    prefix_function: 'finops',
    central_role_arn: `arn:aws:iam::${ACCOUNT}:role/FinOpsCentral`,
    slack_parameter: `/finops/slack-${randomUUID()}`,
  };
  const settings = { endpoint, region: REGION, maxAttempts: 1, credentials: BENCH };
  const [identities, topics] = [new SESv2Client(settings), new SNSClient(settings)];
  const verifySender = async (): Promise<void> => {
    await identities.send(new CreateEmailIdentityCommand({ EmailIdentity: words.sender }));
    identities.destroy();
  };
  if (isVerified) await verifySender();
  await topics.send(new CreateTopicCommand({ Name: words.topic }));
  const glue = new GlueClient(settings);
  await finopsDatabase(glue, words.database, `s3://${bucket}/${words.prefix}`);
  glue.destroy();
  await workgroup(new AthenaClient(settings), words);
  topics.destroy();
  return {
    words,
    lake: `s3://${bucket}/${words.prefix}`,
    async put(to, name, bytes) {
      await client.send(new PutObjectCommand({ Bucket: to, Key: name, Body: bytes }));
    },
    async remove(from, name) {
      await client.send(new DeleteObjectCommand({ Bucket: from, Key: name }));
    },
    verifySender,
    async keepSecret(Name, Value) {
      const parameters = new SSMClient(settings);
      await parameters.send(new PutParameterCommand({ Name, Value, Type: 'SecureString' }));
      parameters.destroy();
    },
    close: () => client.destroy(),
  };
}

/** The workgroup of infra/terraform. */
async function workgroup(client: AthenaClient, { workgroup: Name, bucket }: Account['words']): Promise<void> {
  await client.send(
    new CreateWorkGroupCommand({
      Name,
      Configuration: { ResultConfiguration: { OutputLocation: `s3://${bucket}/athena-results/` } },
    }),
  );
  client.destroy();
}
