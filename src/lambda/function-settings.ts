import type { Environment } from '../config.ts';
import { UserError } from '../core/errors/user-error.ts';

/** What only functions read; `.env.example` lists it with the settings. */
export interface FunctionSettings {
  /** Addresses below which exports lie. */
  readonly exportLocations: readonly string[];
  /** Simulated cost events are written, for a lake without bills. */
  readonly simulateEvents: boolean;
  /** Where files of cost events land: a folder beside the lake. Undefined where no bucket is named. */
  readonly inbox: string | undefined;
  /** Name of the parameter that holds the address of a Slack webhook. */
  readonly slackWebhookParameter: string | undefined;
  /** Name of the function that makes days again. */
  readonly digestFunction: string | undefined;
}

/** @throws UserError `SETTING_INVALID` naming the first variable that makes no sense */
export function functionSettings(env: Environment): FunctionSettings {
  const bucket = matching(
    env,
    'ARCHIVE_BUCKET',
    /^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/,
    'the name of a bucket',
  );
  return {
    exportLocations: (env.EXPORT_LOCATIONS ?? '')
      .split(',')
      .map((location) => location.trim())
      .filter((location) => location !== '')
      .map(checkedLocation),
    simulateEvents:
      matching(env, 'SIMULATE_EVENTS', /^(true|false)$/i, 'true or false')?.toLowerCase() === 'true',
    inbox: bucket === undefined ? undefined : `s3://${bucket}/inbox/events`,
    slackWebhookParameter: matching(
      env,
      'SLACK_WEBHOOK_PARAMETER',
      /^\/?[\w.-]+(\/[\w.-]+)*$/,
      'the name of a parameter such as /spendlight/slack-webhook',
    ),
    digestFunction: matching(env, 'DIGEST_FUNCTION', /^[\w:-]{1,140}$/, 'the name of a function'),
  };
}

function checkedLocation(location: string): string {
  if (/^s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](\/.*)?$/.test(location)) return location;
  throw settingInvalid(
    'EXPORT_LOCATIONS',
    location,
    'addresses such as s3://bucket/prefix/, parted by commas',
  );
}

function matching(env: Environment, name: string, shape: RegExp, means: string): string | undefined {
  const value = env[name]?.trim();
  if (value === undefined || value === '') return undefined;
  if (!shape.test(value)) throw settingInvalid(name, value, means);
  return value;
}

const settingInvalid = (name: string, value: string, means: string): UserError =>
  new UserError('SETTING_INVALID', {
    what: `${name} is "${value}", which makes no sense`,
    remedy: `Set ${name} to ${means}, or leave it out. .env.example lists every setting.`,
  });
