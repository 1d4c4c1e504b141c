import { InvokeCommand, LambdaClient } from '@aws-sdk/client-lambda';
import type { AwsSettings } from '../aws/access.ts';
import { clientOptions } from '../aws/client-options.ts';
import { type Patience, retried } from '../aws/retried.ts';

/** Starts a function with an event and does not wait for it; after a lost answer twice rather than never. @throws Error if it is not taken */
export function invoker(
  aws: AwsSettings,
  patience: Patience,
): (functionName: string, event: object) => Promise<void> {
  const client = new LambdaClient(clientOptions({ aws }));
  return async (functionName, event) => {
    const Payload = new TextEncoder().encode(JSON.stringify(event));
    const input = { FunctionName: functionName, InvocationType: 'Event', Payload } as const;
    await retried(patience, () => client.send(new InvokeCommand(input)));
  };
}
