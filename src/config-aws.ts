import { type Environment, list, matching, settingInvalid, text, url } from './config-values.ts';
import { UserError } from './core/errors/user-error.ts';

/** How AWS is reached. Keys, profile and SSO are found by the SDK's own chain. */
export interface AwsSettings {
  readonly region: string;
  /** The role to act as; undefined: the identity that the chain finds, which is that role already where a web identity is set up. */
  readonly roleArn: string | undefined;
  readonly externalId: string | undefined;
  readonly sessionName: string;
  /** The role by which the organization is read, and which assumes the members' roles; undefined: the identity itself. */
  readonly centralRole: Role | undefined;
  /** Exports at these addresses are read as roles of their own. */
  readonly sourceRoles: readonly SourceRole[];
  /** Another service than AWS's own: an emulator, a store that speaks S3. */
  readonly endpoint: string | undefined;
  /** Objects of a lake on S3 are encrypted with this key; undefined: as the bucket says. */
  readonly kmsKeyId: string | undefined;
  /** Long-lived keys stand in the environment: for development only. */
  readonly hasStaticKeys: boolean;
}

interface Role {
  readonly roleArn: string;
  readonly externalId: string | undefined;
}

/** A member account's role for the exports at `source` (`s3://bucket` or `s3://bucket/prefix`) and below. */
interface SourceRole extends Role {
  readonly source: string;
}

/** @throws UserError `SETTING_INVALID` naming the first variable that makes no sense */
export function awsSettings(env: Environment): AwsSettings {
  return {
    region: text(env, 'AWS_REGION') ?? text(env, 'AWS_DEFAULT_REGION') ?? 'us-east-1',
    roleArn: roleArn(env),
    externalId: text(env, 'ASSUME_ROLE_EXTERNAL_ID'),
    sessionName:
      matching(env, 'AWS_ROLE_SESSION_NAME', /^[\w+=,.@-]{2,64}$/, '2 to 64 letters, digits and +=,.@-') ??
      'spendlight',
    centralRole: centralRole(env),
    sourceRoles: sourceRoles(env),
    endpoint:
      url(env, 'AWS_ENDPOINT_URL_S3', ['https:', 'http:']) ??
      url(env, 'AWS_ENDPOINT_URL', ['https:', 'http:']),
    kmsKeyId: text(env, 'SPENDLIGHT_KMS_KEY_ID'),
    hasStaticKeys:
      text(env, 'AWS_ACCESS_KEY_ID') !== undefined && text(env, 'AWS_SESSION_TOKEN') === undefined,
  };
}

const externalIdIn = (env: Environment, name: string): string | undefined =>
  matching(env, name, /^[\w+=,.@:/-]{2,1224}$/, '2 to 1224 letters, digits and +=,.@:/-');

function centralRole(env: Environment): Role | undefined {
  const role = matching(env, 'CENTRAL_ROLE_ARN', ROLE_ARN, ROLE_SHAPE);
  const externalId = externalIdIn(env, 'CENTRAL_ROLE_EXTERNAL_ID');
  return role === undefined ? undefined : { roleArn: role, externalId };
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;
const ROLE_SHAPE = 'an IAM role such as arn:aws:iam::123456789012:role/FinOps';

/** `s3://bucket/prefix=arn:aws:iam::…:role/Name`, parted by commas; each address once. */
function sourceRoles(env: Environment): readonly SourceRole[] {
  const name = 'SOURCE_ROLES';
  const externalId = externalIdIn(env, 'SOURCE_ROLE_EXTERNAL_ID');
  const means =
    'addresses with their roles, such as s3://exports-of-b=arn:aws:iam::111122223333:role/FinOpsMemberReadOnly';
  const roles = (list(env, name) ?? []).map((item): SourceRole => {
    const [, source = '', roleArn = ''] =
      /^(s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/[A-Za-z0-9!_.*'()/-]*?)?)\/?=(arn:.*)$/.exec(item) ?? [];
    if (source === '' || !ROLE_ARN.test(roleArn)) throw settingInvalid(name, item, means);
    return { source: source.replace(/\/+$/, ''), roleArn, externalId };
  });
  const twice = roles.find(({ source }, i) => roles.findIndex((one) => one.source === source) !== i);
  if (twice === undefined) return roles;
  throw new UserError('SETTING_INVALID', {
    what: `${name} gives ${twice.source} two roles`,
    remedy: 'Leave one of them: what lies at an address is read as one role.',
  });
}

/** AWS_ROLE_ARN, then ASSUME_ROLE_ARN. Two names for one role must not name two roles. */
function roleArn(env: Environment): string | undefined {
  const [role, alias] = [
    matching(env, 'AWS_ROLE_ARN', ROLE_ARN, ROLE_SHAPE),
    matching(env, 'ASSUME_ROLE_ARN', ROLE_ARN, ROLE_SHAPE),
  ];
  if (role !== undefined && alias !== undefined && role !== alias) {
    throw new UserError('SETTING_INVALID', {
      what: 'AWS_ROLE_ARN and ASSUME_ROLE_ARN name two different roles',
      remedy: 'Set one of them, or both to the same role.',
    });
  }
  // With a web identity (OIDC of a workflow, a pod's role) the chain assumes AWS_ROLE_ARN itself.
  if (role !== undefined && text(env, 'AWS_WEB_IDENTITY_TOKEN_FILE') !== undefined) return undefined;
  return role ?? alias;
}
