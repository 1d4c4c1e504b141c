import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import { type AwsSettings, awsKeys, silenceNodeWarning } from '../aws/access.ts';
import { type Patience, retried } from '../aws/retried.ts';

const CONNECT_MS = 5_000;
const SILENCE_MS = 20_000;

/** Starts a function with an event and does not wait for it; after a lost answer twice rather than never. @throws Error if it is not taken */
export function invoker(
  aws: AwsSettings,
  patience: Patience,
): (functionName: string, event: object) => Promise<void> {
  silenceNodeWarning();
  const client = new LambdaClient({
    region: aws.region,
    credentials: awsKeys(aws),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
  });
  return async (functionName, event) => {
    const Payload = new TextEncoder().encode(JSON.stringify(event));
    const input = { FunctionName: functionName, InvocationType: 'Event', Payload } as const;
    await retried(patience, () => client.send(new InvokeCommand(input)));
  };
}
