import { type AthenaSettings, athenaSettings, type TrinoSettings, trinoSettings } from './config-engines.ts';
import {
  addresses,
  choice,
  decimal,
  type Environment,
  list,
  matching,
  secret,
  settingInvalid,
  text,
  url,
} from './config-values.ts';
import { UserError } from './core/errors/user-error.ts';
import type { RestoreHow } from './ports/object-store.ts';
import { METRICS, type Metric } from './sql/schema.ts';

export type { Environment } from './config-values.ts';

export const LOG_LEVELS = ['DEBUG', 'INFO', 'WARNING', 'ERROR', 'CRITICAL'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** What the environment says, checked (requirement K3). Names and defaults are listed for people in `.env.example`. */
export interface Settings {
  /** Folder or address of the lake; undefined where nobody chose one. */
  readonly lake: string | undefined;
  /** Folder of the file outbox. */
  readonly outboxDir: string;
  readonly costMetric: Metric;
  /** Undefined: the currency of the first delivery. */
  readonly reportingCurrency: string | undefined;
  readonly requiredTagKeys: readonly string[];
  /** C1: share above the baseline, 0.20 = 20 %. */
  readonly anomalyThreshold: number;
  /** C1: money a day, in the reporting currency, as decimal text. */
  readonly anomalyMinImpact: string;
  readonly mail: MailSettings;
  readonly logLevel: LogLevel;
  readonly logFormat: 'text' | 'json';
  /** No slash at its end. */
  readonly publicUrl: string | undefined;
  /** Who may ask the server; a token that is asked for and not set is made when it starts. */
  readonly auth: { readonly mode: 'none' | 'token'; readonly token: string | undefined };
  /** What the embedded engine may take; larger sorts go over the disk. */
  readonly memoryLimit: string;
  readonly duckdbExtensions: string | undefined;
  readonly aws: AwsSettings;
  /** How what lies in an archive tier comes back. */
  readonly archiveRestoreSpeed: RestoreHow['speed'];
  /** The QuickSight data set that each run refreshes, and its account where that is said. */
  readonly quickSight: { readonly dataSetId: string; readonly accountId: string | undefined } | undefined;
  /** The database of AWS Glue that follows a lake on S3; undefined: none does. */
  readonly glueDatabase: string | undefined;
  readonly athena: AthenaSettings;
  /** A Trino server that knows the lake's tables. */
  readonly trino: TrinoSettings | undefined;
  /** CSVs of billing days that are older may lie in the archive tier: the table over them leaves these days out. */
  readonly csvArchiveAfterDays: number;
  /** There is no organization to read: accounts come from a file, or from the bills alone. */
  readonly singleAccountMode: boolean;
}

/** How AWS is reached. Keys, profile and SSO are found by the SDK's own chain. */
export interface AwsSettings {
  readonly region: string;
  /** The role to act as; undefined: the identity that the chain finds, which is that role already where a web identity is set up. */
  readonly roleArn: string | undefined;
  readonly externalId: string | undefined;
  readonly sessionName: string;
  /** Exports at these addresses are read as roles of their own, which the identity assumes. */
  readonly sourceRoles: readonly SourceRole[];
  /** Another service than AWS's own: an emulator, a store that speaks S3. */
  readonly endpoint: string | undefined;
  /** Objects of a lake on S3 are encrypted with this key; undefined: as the bucket says. */
  readonly kmsKeyId: string | undefined;
  /** Long-lived keys stand in the environment: for development only. */
  readonly hasStaticKeys: boolean;
}

/** A member account's role for the exports at `source` (`s3://bucket` or `s3://bucket/prefix`) and below. */
export interface SourceRole {
  readonly source: string;
  readonly roleArn: string;
  readonly externalId: string | undefined;
}

export interface MailSettings {
  /** `smtp://user:password@host:587` or `smtps://…`; undefined: the file outbox. */
  readonly smtpUrl: string | undefined;
  readonly from: string;
  readonly finops: readonly string[];
  readonly exec: readonly string[];
  /** Who hears of a failed run: as set, else both groups. */
  readonly failure: readonly string[];
  readonly slackWebhookUrl: string | undefined;
  /** Mail goes by Amazon SES; undefined: it does not. */
  readonly ses: { readonly region: string; readonly configurationSet: string | undefined } | undefined;
  /** SNS topic for alarms. */
  readonly alertTopicArn: string | undefined;
}

/** Spendlight's sender where SES_SENDER_EMAIL is not set; `.invalid` is reserved for addresses that reach nobody. */
const NOBODY = 'spendlight@localhost.invalid';

/**
 * The settings that `env` says. An empty value is an absent one.
 * @throws UserError `SETTING_INVALID` naming the first variable that makes no sense
 */
export function readSettings(env: Environment): Settings {
  const finops = addresses(env, 'DIGEST_RECIPIENTS_FINOPS') ?? addresses(env, 'SES_RECIPIENT_EMAILS') ?? [];
  const exec = addresses(env, 'DIGEST_RECIPIENTS_EXEC') ?? [];
  checkUnused(env);
  return {
    lake: text(env, 'SPENDLIGHT_LAKE'),
    outboxDir: text(env, 'OUTBOX_DIR') ?? 'outbox',
    costMetric: choice(env, 'COST_METRIC', METRICS) ?? 'BilledCost',
    reportingCurrency: matching(env, 'REPORTING_CURRENCY', /^[A-Z]{3}$/, 'an ISO 4217 code such as USD'),
    requiredTagKeys: list(env, 'REQUIRED_TAG_KEYS') ?? ['Environment', 'Owner', 'Project', 'CostCenter'],
    anomalyThreshold: Number(decimal(env, 'ANOMALY_THRESHOLD') ?? '0.20'),
    anomalyMinImpact: decimal(env, 'ANOMALY_MIN_IMPACT') ?? '10',
    mail: {
      smtpUrl: url(env, 'SMTP_URL', ['smtp:', 'smtps:']),
      from: addresses(env, 'SES_SENDER_EMAIL')?.[0] ?? NOBODY,
      finops,
      exec,
      failure: addresses(env, 'ALERT_RECIPIENTS_FAILURE') ?? [...new Set([...finops, ...exec])],
      slackWebhookUrl:
        url(env, 'SLACK_WEBHOOK_URL', ['https:', 'http:']) ?? url(env, 'SLACK_WEBHOOK', ['https:', 'http:']),
      ses: sesSettings(env),
      alertTopicArn: matching(
        env,
        'ALERT_TOPIC_ARN',
        /^arn:aws[a-z-]*:sns:[a-z0-9-]+:\d{12}:[\w-]{1,256}$/,
        'an SNS topic such as arn:aws:sns:us-east-1:123456789012:finops-alerts',
      ),
    },
    logLevel: choice(env, 'LOG_LEVEL', LOG_LEVELS) ?? 'INFO',
    logFormat: choice(env, 'LOG_FORMAT', ['text', 'json'] as const) ?? 'text',
    publicUrl: url(env, 'SPENDLIGHT_PUBLIC_URL', ['https:', 'http:'])?.replace(/\/+$/, ''),
    memoryLimit:
      matching(env, 'SPENDLIGHT_MEMORY_LIMIT', /^[1-9]\d{0,5}(MB|GB)$/, 'an amount of memory such as 2GB') ??
      '2GB',
    auth: {
      mode: choice(env, 'SPENDLIGHT_AUTH', ['none', 'token'] as const) ?? 'none',
      token: secret(env, 'SPENDLIGHT_TOKEN', /^[!-~]{16,256}$/, 'at least 16 characters without spaces'),
    },
    duckdbExtensions: text(env, 'SPENDLIGHT_DUCKDB_EXTENSIONS'),
    aws: awsSettings(env),
    athena: athenaSettings(env),
    trino: trinoSettings(env),
    archiveRestoreSpeed: choice(env, 'ARCHIVE_RESTORE_TIER', ['Bulk', 'Standard'] as const) ?? 'Bulk',
    quickSight: quickSightSettings(env),
    glueDatabase: matching(
      env,
      'GLUE_DATABASE',
      /^[a-z0-9_]{1,255}$/,
      'the name of a database: lower-case letters, digits and underscores',
    ),
    csvArchiveAfterDays: Number(
      matching(env, 'CSV_ARCHIVE_AFTER_DAYS', /^[1-9]\d{0,5}$/, 'a number of days of 1 or more') ?? '90',
    ),
    singleAccountMode: choice(env, 'SINGLE_ACCOUNT_MODE', ['true', 'false'] as const) === 'true',
  };
}

function quickSightSettings(env: Environment): Settings['quickSight'] {
  const accountId = matching(env, 'AWS_ACCOUNT_ID', /^\d{12}$/, 'the 12 digits of an account');
  const dataSetId = matching(env, 'QUICKSIGHT_DATASET_ID', /^[\w-]{1,512}$/, 'the id of a data set');
  return dataSetId === undefined ? undefined : { dataSetId, accountId };
}

/** Variables that no command reads yet: nonsense in them is refused all the same, before somebody relies on it. */
function checkUnused(env: Environment): void {
  for (const name of ['SUPPORT_PROBE_ENABLED', 'REPORT_SCHEDULE_ENABLED'])
    choice(env, name, ['true', 'false'] as const);
  for (const name of ['LOOKBACK_DAYS', 'MAX_EXCEL_ROWS', 'CACHE_TTL_SECONDS'])
    matching(env, name, /^\d{1,9}$/, 'a whole number');
  for (const name of ['COST_THRESHOLD_DAILY', 'COST_THRESHOLD_MONTHLY', 'CE_MAX_REQUESTS_PER_SECOND'])
    decimal(env, name);
  decimal(env, 'CE_MONTHLY_BUDGET_USD');
}

function sesSettings(env: Environment): MailSettings['ses'] {
  const region = matching(env, 'SES_REGION', /^[a-z]{2}(-[a-z]+)+-\d$/, 'a region such as us-east-1');
  if (choice(env, 'SES_ENABLED', ['true', 'false'] as const) !== 'true') return undefined;
  const [problem] = [
    text(env, 'SMTP_URL') === undefined
      ? undefined
      : 'SES_ENABLED and SMTP_URL are both set: mail has two ways to go',
    text(env, 'SES_SENDER_EMAIL') === undefined
      ? 'SES_ENABLED is set, and SES_SENDER_EMAIL is not'
      : undefined,
  ].filter((found) => found !== undefined);
  if (problem === undefined)
    return { region: region ?? 'us-east-1', configurationSet: text(env, 'SES_CONFIGURATION_SET') };
  throw new UserError('SETTING_INVALID', {
    what: problem,
    remedy:
      'Set SES_ENABLED=true with SES_SENDER_EMAIL (an address that SES has verified), or SMTP_URL alone.',
  });
}

function awsSettings(env: Environment): AwsSettings {
  return {
    region: text(env, 'AWS_REGION') ?? text(env, 'AWS_DEFAULT_REGION') ?? 'us-east-1',
    roleArn: roleArn(env),
    externalId: text(env, 'ASSUME_ROLE_EXTERNAL_ID'),
    sessionName:
      matching(env, 'AWS_ROLE_SESSION_NAME', /^[\w+=,.@-]{2,64}$/, '2 to 64 letters, digits and +=,.@-') ??
      'spendlight',
    sourceRoles: sourceRoles(env),
    endpoint:
      url(env, 'AWS_ENDPOINT_URL_S3', ['https:', 'http:']) ??
      url(env, 'AWS_ENDPOINT_URL', ['https:', 'http:']),
    kmsKeyId: text(env, 'SPENDLIGHT_KMS_KEY_ID'),
    hasStaticKeys:
      text(env, 'AWS_ACCESS_KEY_ID') !== undefined && text(env, 'AWS_SESSION_TOKEN') === undefined,
  };
}

const ROLE_ARN = /^arn:aws[a-z-]*:iam::\d{12}:role\/[\w+=,.@/-]+$/;

/** `s3://bucket/prefix=arn:aws:iam::…:role/Name`, parted by commas; each address once. */
function sourceRoles(env: Environment): readonly SourceRole[] {
  const name = 'SOURCE_ROLES';
  const externalId = matching(
    env,
    'SOURCE_ROLE_EXTERNAL_ID',
    /^[\w+=,.@:/-]{2,1224}$/,
    '2 to 1224 letters, digits and +=,.@:/-',
  );
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
  const shape = 'an IAM role such as arn:aws:iam::123456789012:role/FinOps';
  const [role, alias] = [
    matching(env, 'AWS_ROLE_ARN', ROLE_ARN, shape),
    matching(env, 'ASSUME_ROLE_ARN', ROLE_ARN, shape),
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
