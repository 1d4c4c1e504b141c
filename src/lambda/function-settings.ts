import type { Environment } from '../config.ts';
import { UserError } from '../core/errors/user-error.ts';

/** An address below which exports lie, with the source whose bills they are; undefined: as each export is named. */
export interface ExportLocation {
  readonly uri: string;
  readonly source: string | undefined;
}

/** What only functions read; `.env.example` lists it with the settings. */
export interface FunctionSettings {
  /** Where exports lie. */
  readonly exportLocations: readonly ExportLocation[];
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

/** `s3://bucket/prefix/`, or `payer-b=s3://bucket/prefix/` where exports of several payers have one name. */
function checkedLocation(text: string): ExportLocation {
  const shape = /^(?:([A-Za-z0-9][A-Za-z0-9_-]{0,62})=)?(s3:\/\/[a-z0-9][a-z0-9.-]{1,61}[a-z0-9](?:\/.*)?)$/;
  const [, source, uri] = shape.exec(text) ?? [];
  if (uri !== undefined) return { uri, source };
  const means = 'addresses such as s3://bucket/prefix/ or payer-b=s3://bucket/prefix/, parted by commas';
  throw settingInvalid('EXPORT_LOCATIONS', text, means);
}

function matching(env: Environment, name: string, shape: RegExp, means: string): string | undefined {
  const value = env[name]?.trim();
  if (value === undefined || value === '') return undefined;
  // Somebody may have put a webhook's address, which is a secret, where its parameter's name belongs.
  if (!shape.test(value)) throw settingInvalid(name, value.startsWith('https:') ? '…' : value, means);
  return value;
}

const settingInvalid = (name: string, value: string, means: string): UserError =>
  new UserError('SETTING_INVALID', {
    what: `${name} is "${value}", which makes no sense`,
    remedy: `Set ${name} to ${means}, or leave it out. .env.example lists every setting.`,
  });
