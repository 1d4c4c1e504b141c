import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { known } from '../../core/errors/invariant.ts';
import { UserError } from '../../core/errors/user-error.ts';
import { type AwsSettings, awsKeys, silenceNodeWarning } from './access.ts';
import { identityFailure, saidBy } from './failures.ts';
import { type Patience, retried } from './retried.ts';

const CONNECT_MS = 5_000;
const SILENCE_MS = 20_000;

/** The account (12 digits) of the identity that we act as. Needs no permission. @throws UserError `CREDENTIALS_…` */
export async function ownAccount({
  aws,
  ...patience
}: Patience & { readonly aws: AwsSettings }): Promise<string> {
  silenceNodeWarning();
  const client = new STSClient({
    region: aws.region,
    credentials: awsKeys(aws),
    maxAttempts: 1,
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
  });
  try {
    const { Account } = await retried(patience, () => client.send(new GetCallerIdentityCommand({})));
    return known(Account, 'the account of the caller');
  } catch (error) {
    const identity = identityFailure(saidBy(error));
    throw identity === undefined ? error : new UserError(...identity, { cause: error });
  } finally {
    client.destroy();
  }
}
