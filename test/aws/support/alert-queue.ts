import { randomUUID } from 'node:crypto';
import { SNSClient, SubscribeCommand } from '@aws-sdk/client-sns';
import { BENCH } from './buckets.ts';
import { ACCOUNT, REGION } from './calls.ts';

/** A queue that is subscribed to a topic: what an e-mail subscriber of it would have got. Each call gives what came since. */
export async function alertQueue(endpoint: string, TopicArn: string): Promise<() => Promise<string>> {
  const queue = `alerts-${randomUUID()}`;
  const scope = `Credential=${BENCH.accessKeyId}/20261119/${REGION}/sqs/aws4_request`;
  const sqs = async (form: Record<string, string>): Promise<string> => {
    const answer = await fetch(`${endpoint}/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/x-www-form-urlencoded',
        authorization: `AWS4-HMAC-SHA256 ${scope}, SignedHeaders=host, Signature=x`,
      },
      body: new URLSearchParams({ ...form, Version: '2012-11-05' }),
    });
    return answer.text();
  };
  await sqs({ Action: 'CreateQueue', QueueName: queue });
  const admin = new SNSClient({ endpoint, region: REGION, maxAttempts: 1, credentials: BENCH });
  const Endpoint = `arn:aws:sqs:${REGION}:${ACCOUNT}:${queue}`;
  await admin.send(new SubscribeCommand({ TopicArn, Protocol: 'sqs', Endpoint }));
  admin.destroy();
  return () => sqs({ Action: 'ReceiveMessage', QueueUrl: `${endpoint}/${ACCOUNT}/${queue}` });
}
