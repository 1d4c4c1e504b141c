import { GetCallerIdentityCommand, STSClient } from '@aws-sdk/client-sts';
import { known } from '../../core/errors/invariant.ts';
import { UserError } from '../../core/errors/user-error.ts';
import type { AwsSettings } from './access.ts';
import { clientOptions } from './client-options.ts';
import { identityFailure, saidBy } from './failures.ts';
import { type Patience, retried } from './retried.ts';

/** The account (12 digits) of the identity that we act as. Needs no permission. @throws UserError `CREDENTIALS_…` */
export async function ownAccount({
  aws,
  ...patience
}: Patience & { readonly aws: AwsSettings }): Promise<string> {
  const client = new STSClient(clientOptions({ aws }));
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
