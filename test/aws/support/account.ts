// The account in which the functions live, as far as the emulator has it: what infra/terraform makes there.
import { randomUUID } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { CreateDatabaseCommand, CreateTableCommand, GlueClient } from '@aws-sdk/client-glue';
import { PutBucketEncryptionCommand, PutObjectCommand } from '@aws-sdk/client-s3';
import { CreateEmailIdentityCommand, SESv2Client } from '@aws-sdk/client-sesv2';
import { CreateTopicCommand, SNSClient } from '@aws-sdk/client-sns';
import { BENCH, clientOf, freshBucket } from './buckets.ts';
import { ACCOUNT, REGION } from './calls.ts';

/** The placeholders that somebody asks for by name. */
type Named =
  | ('bucket' | 'prefix' | 'export_bucket' | 'topic' | 'sender' | 'configuration_set' | 'database')
  | ('workgroup' | 'dataset' | 'slack_parameter');

/** The placeholders of the policies in `iam/`, filled in for this account. */
export interface Account {
  readonly words: Readonly<Record<string, string>> & Readonly<Record<Named, string>>;
  /** `s3://…` of the lake. */
  readonly lake: string;
  put(bucket: string, key: string, bytes: Uint8Array | string): Promise<void>;
  close(): void;
}

/** A new account's worth of names: its own buckets (the lake's with a key of its own), topic and sender. */
export async function account(endpoint: string): Promise<Account> {
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
    workgroup: 'finops',
    topic: `finops-alerts-${randomUUID()}`,
    queue: 'finops-dead-letters',
    dataset: 'spendlight-ou-breakdown',
    sender: `${randomUUID()}@example.com`,
    configuration_set: 'spendlight-digest',
    digest_function: 'daily-finops-digest',
    prefix_function: 'finops',
    central_role_arn: `arn:aws:iam::${ACCOUNT}:role/FinOpsCentral`,
    slack_parameter: '/finops/slack-webhook',
  };
  const settings = { endpoint, region: REGION, maxAttempts: 1, credentials: BENCH };
  const [identities, topics] = [new SESv2Client(settings), new SNSClient(settings)];
  await identities.send(new CreateEmailIdentityCommand({ EmailIdentity: words.sender }));
  await topics.send(new CreateTopicCommand({ Name: words.topic }));
  await tables(new GlueClient(settings), words);
  identities.destroy();
  topics.destroy();
  return {
    words,
    lake: `s3://${bucket}/${words.prefix}`,
    async put(to, name, bytes) {
      await client.send(new PutObjectCommand({ Bucket: to, Key: name, Body: bytes }));
    },
    close: () => client.destroy(),
  };
}

interface Table {
  readonly prefix: string;
  readonly columns: readonly { readonly name: string; readonly type: string }[];
  readonly partition_keys: Table['columns'];
}

/** The tables of infra/terraform/tables.json. */
async function tables(client: GlueClient, { database, bucket, prefix }: Account['words']): Promise<void> {
  const file = new URL('../../../infra/terraform/tables.json', import.meta.url);
  const all: Readonly<Record<string, Table>> = JSON.parse(readFileSync(file, 'utf8'));
  await client.send(new CreateDatabaseCommand({ DatabaseInput: { Name: database } }));
  const named = (columns: Table['columns']) => columns.map(({ name, type }) => ({ Name: name, Type: type }));
  for (const [name, table] of Object.entries(all)) {
    const TableInput = {
      Name: name,
      TableType: 'EXTERNAL_TABLE',
      PartitionKeys: named(table.partition_keys),
      StorageDescriptor: {
        Columns: named(table.columns),
        Location: `s3://${bucket}/${prefix}/${table.prefix}/`,
        InputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetInputFormat',
        OutputFormat: 'org.apache.hadoop.hive.ql.io.parquet.MapredParquetOutputFormat',
        SerdeInfo: {
          SerializationLibrary: 'org.apache.hadoop.hive.ql.io.parquet.serde.ParquetHiveSerDe',
        },
      },
    };
    await client.send(new CreateTableCommand({ DatabaseName: database, TableInput }));
  }
  client.destroy();
}
