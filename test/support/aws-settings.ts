import type { AwsSettings } from '../../src/adapters/aws/access.ts';

/** Whoever runs the tests, in us-east-1, as no role. */
export const AWS: AwsSettings = {
  region: 'us-east-1',
  roleArn: undefined,
  externalId: undefined,
  sessionName: 'spendlight',
  endpoint: undefined,
  kmsKeyId: undefined,
};
