import { GetParameterCommand, SSMClient } from '@aws-sdk/client-ssm';
import { UserError } from '../../core/errors/user-error.ts';
import type { AwsSettings } from '../aws/access.ts';
import { clientOptions } from '../aws/client-options.ts';
import { saidBy } from '../aws/failures.ts';
import { type Patience, retried } from '../aws/retried.ts';

/** Reads secrets from Parameter Store, decrypted. @throws UserError `SETTING_INVALID` where there is none of that name */
export function parameters(aws: AwsSettings, patience: Patience): (name: string) => Promise<string> {
  const client = new SSMClient(clientOptions({ aws }));
  return async (name) => {
    const read = () => client.send(new GetParameterCommand({ Name: name, WithDecryption: true }));
    const { Parameter } = await retried(patience, read).catch((error: unknown) =>
      Promise.reject(saidBy(error).name === 'ParameterNotFound' ? absent(name, error) : error),
    );
    if (Parameter?.Value === undefined) throw absent(name, undefined);
    return Parameter.Value;
  };
}

const absent = (name: string, cause: unknown): UserError =>
  new UserError(
    'SETTING_INVALID',
    {
      what: `Parameter Store holds nothing at ${name}`,
      remedy: `Put it there: aws ssm put-parameter --type SecureString --name ${name} --value …`,
    },
    { cause },
  );
