import { fromNodeProviderChain, fromTemporaryCredentials } from '@aws-sdk/credential-providers';
import { UserError } from '../../core/errors/user-error.ts';

/** How AWS is reached, as the settings say. */
export interface AwsSettings {
  readonly region: string;
  /** The role to act as; undefined: the identity of the default chain itself. */
  readonly roleArn: string | undefined;
  readonly externalId: string | undefined;
  readonly sessionName: string;
  /** Reads the organization and assumes members' roles; undefined: our own identity does. Never touches the lake. */
  readonly centralRole?: OtherRole | undefined;
  /** Another service than AWS's own (an emulator, a store that speaks S3). */
  readonly endpoint: string | undefined;
  /** Objects of the lake are encrypted with this key; undefined: as the bucket says. */
  readonly kmsKeyId: string | undefined;
}

/** Keys of an identity, as the SDK gives them. */
export type AwsKeys = Awaited<ReturnType<ReturnType<typeof fromNodeProviderChain>>>;

/** Which Node we support is our own matter; the SDK's warning about it would stand in every answer. */
export function silenceNodeWarning(): void {
  process.env.AWS_SDK_JS_NODE_VERSION_SUPPORT_WARNING_DISABLED ??= 'true';
}

/**
 * Where keys come from: environment, profile, SSO, web identity, container or machine, in the SDK's order; then the role,
 * if one is to be assumed. Each call asks anew: clients remember the answer until shortly before it runs out.
 */
export function awsKeys({ region, roleArn, externalId, sessionName }: AwsSettings): () => Promise<AwsKeys> {
  const base = fromNodeProviderChain({ clientConfig: { region } });
  if (roleArn === undefined) return base;
  return assumedBy(() => base().catch((error) => Promise.reject(noBase(roleArn, error))), {
    ...{ region, roleArn, externalId, sessionName },
    setting: 'ASSUME_ROLE_EXTERNAL_ID',
  });
}

/** A role besides our own, for what lies in another account. */
export interface OtherRole {
  readonly roleArn: string;
  readonly externalId: string | undefined;
}

/** Keys of who reads what belongs to the whole organization: the central role, else our own identity. */
export const centralKeys = (aws: AwsSettings): (() => Promise<AwsKeys>) =>
  aws.centralRole === undefined
    ? awsKeys(aws)
    : assumedBy(awsKeys(aws), {
        ...{ region: aws.region, sessionName: aws.sessionName, ...aws.centralRole },
        setting: 'CENTRAL_ROLE_EXTERNAL_ID',
      });

/** Keys of a member's role, which the central role assumes, else our own identity. */
export const memberKeys = (aws: AwsSettings, role: OtherRole): (() => Promise<AwsKeys>) =>
  assumedBy(centralKeys(aws), {
    ...{ region: aws.region, sessionName: aws.sessionName, ...role },
    setting: 'SOURCE_ROLE_EXTERNAL_ID',
  });

interface Assumption extends OtherRole {
  readonly region: string;
  readonly sessionName: string;
  /** Where its external id is set. */
  readonly setting: string;
}

function assumedBy(
  masterCredentials: () => Promise<AwsKeys>,
  { region, roleArn, externalId, sessionName, setting }: Assumption,
): () => Promise<AwsKeys> {
  const assumed = fromTemporaryCredentials({
    masterCredentials,
    clientConfig: { region },
    params: {
      RoleArn: roleArn,
      RoleSessionName: sessionName,
      ...(externalId === undefined ? {} : { ExternalId: externalId }),
    },
  });
  return () => assumed().catch((error) => Promise.reject(notAssumed(roleArn, setting, error)));
}

const noBase = (roleArn: string, error: unknown): UserError =>
  new UserError(
    'CREDENTIALS_MISSING',
    {
      what: `AssumeRole pre-flight failed: no base credentials to assume ${roleArn} with (${messageOf(error)})`,
      remedy:
        'Set AWS_PROFILE (after aws sso login, where it is an SSO profile), or give the machine a role; or leave AWS_ROLE_ARN out.',
    },
    { cause: error },
  );

function notAssumed(roleArn: string, setting: string, error: unknown): unknown {
  if (error instanceof UserError || !(error instanceof Error)) return error;
  if (!/^(AccessDenied|ValidationError|MalformedPolicyDocument|RegionDisabled)/.test(error.name))
    return error;
  return new UserError(
    'CREDENTIALS_REFUSED',
    {
      what: `The role ${roleArn} cannot be assumed: ${error.message}`,
      remedy: `Allow sts:AssumeRole to the calling identity, name it in the trust policy of the role, and set ${setting} where that policy asks for one.`,
    },
    { cause: error },
  );
}

const messageOf = (error: unknown): string => (error instanceof Error ? error.message : String(error));
