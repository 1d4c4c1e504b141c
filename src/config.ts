import { type AwsSettings, awsSettings } from './config-aws.ts';
import { type AthenaSettings, athenaSettings, type TrinoSettings, trinoSettings } from './config-engines.ts';
import {
  addresses,
  choice,
  decimal,
  type Environment,
  list,
  matching,
  secret,
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
