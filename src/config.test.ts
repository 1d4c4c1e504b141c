import { describe, expect, it } from 'vitest';
import { readSettings } from './config.ts';

describe('readSettings', () => {
  it('has a default for everything', () => {
    const settings = readSettings({});
    expect(settings).toMatchObject({
      lake: undefined,
      outboxDir: 'outbox',
      costMetric: 'BilledCost',
      requiredTagKeys: ['Environment', 'Owner', 'Project', 'CostCenter'],
      anomalyThreshold: 0.2,
      anomalyMinImpact: '10',
      logLevel: 'INFO',
      logFormat: 'text',
      aws: { region: 'us-east-1', roleArn: undefined },
    });
    expect(settings.mail).toMatchObject({ smtpUrl: undefined, finops: [], exec: [], failure: [] });
  });

  it('takes an empty value for an absent one', () => {
    expect(readSettings({ OUTBOX_DIR: '', COST_METRIC: ' ' })).toMatchObject({
      outboxDir: 'outbox',
      costMetric: 'BilledCost',
    });
  });

  it('lets the first name win where there are two', () => {
    const settings = readSettings({
      AWS_DEFAULT_REGION: 'eu-west-1',
      AWS_REGION: 'eu-central-1',
      SES_RECIPIENT_EMAILS: 'old@example.com',
      DIGEST_RECIPIENTS_FINOPS: 'a@example.com, b@example.com',
      DIGEST_RECIPIENTS_EXEC: 'b@example.com,boss@example.com',
      SLACK_WEBHOOK: 'https://hooks.example.com/x',
    });
    expect(settings.aws.region).toBe('eu-central-1');
    expect(settings.mail.finops).toEqual(['a@example.com', 'b@example.com']);
    expect(settings.mail.failure).toEqual(['a@example.com', 'b@example.com', 'boss@example.com']);
    expect(settings.mail.slackWebhookUrl).toBe('https://hooks.example.com/x');
  });

  it.each([
    ['COST_METRIC', 'UnblendedCost'],
    ['REPORTING_CURRENCY', 'dollars'],
    ['ANOMALY_THRESHOLD', '20%'],
    ['ANOMALY_MIN_IMPACT', '-1'],
    ['LOG_LEVEL', 'LOUD'],
    ['LOG_FORMAT', 'xml'],
    ['SMTP_URL', 'mail.example.com'],
    ['DIGEST_RECIPIENTS_FINOPS', 'finops'],
    ['DIGEST_RECIPIENTS_FINOPS', 'a@example.com\nBcc: b@example.com'],
    ['SPENDLIGHT_PUBLIC_URL', 'javascript:alert(1)'],
    ['AWS_ROLE_ARN', 'FinOps'],
    ['AWS_ROLE_SESSION_NAME', 'two words'],
    ['SOURCE_ROLES', 'arn:aws:iam::111122223333:role/Member'],
    ['SOURCE_ROLES', 's3://exports=FinOpsMemberReadOnly'],
    ['SOURCE_ROLES', 'exports=arn:aws:iam::111122223333:role/Member'],
    ['SOURCE_ROLES', 's3://exports=arn:aws:iam::1111:role/Member'],
    ['SOURCE_ROLE_EXTERNAL_ID', 'x'],
    ['CENTRAL_ROLE_ARN', 'FinOpsCentral'],
    ['CENTRAL_ROLE_EXTERNAL_ID', 'two words'],
    ['AWS_ENDPOINT_URL', 'localhost:4566'],
    ['SES_ENABLED', 'yes'],
    ['SES_ENABLED', 'true'],
    ['SES_REGION', 'Frankfurt'],
    ['ALERT_TOPIC_ARN', 'finops-alerts'],
    ['LOOKBACK_DAYS', 'thirty'],
    ['SINGLE_ACCOUNT_MODE', 'yes'],
    ['ARCHIVE_RESTORE_TIER', 'Expedited'],
  ])('refuses %s=%s by name', (name, value) => {
    expect(() => readSettings({ [name]: value })).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID', what: expect.stringContaining(name) }),
    );
  });

  it('never repeats a secret in its refusal', () => {
    expect(() => readSettings({ SMTP_URL: 'imap://me:hunter2@example.com' })).toThrow(
      expect.objectContaining({ what: expect.not.stringContaining('hunter2') }),
    );
  });

  it('refuses two roles, and takes one role by two names', () => {
    const [one, other] = ['arn:aws:iam::123456789012:role/One', 'arn:aws:iam::123456789012:role/Other'];
    expect(() => readSettings({ AWS_ROLE_ARN: one, ASSUME_ROLE_ARN: other })).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID', exit: 2 }),
    );
    expect(readSettings({ AWS_ROLE_ARN: one, ASSUME_ROLE_ARN: one }).aws.roleArn).toBe(one);
    expect(readSettings({ ASSUME_ROLE_ARN: other }).aws.roleArn).toBe(other);
  });

  it('takes roles for addresses, each once', () => {
    const [one, other] = ['111122223333', '444455556666'].map((id) => `arn:aws:iam::${id}:role/Member`);
    const of = (SOURCE_ROLES: string) =>
      readSettings({ SOURCE_ROLES, SOURCE_ROLE_EXTERNAL_ID: 'us-and-them' }).aws.sourceRoles;
    expect(of(`s3://exports-b=${one}, s3://all/payer-c/=${other}`)).toEqual([
      { source: 's3://exports-b', roleArn: one, externalId: 'us-and-them' },
      { source: 's3://all/payer-c', roleArn: other, externalId: 'us-and-them' },
    ]);
    expect(of('')).toEqual([]);
    expect(() => of(`s3://exports-b=${one},s3://exports-b/=${other}`)).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID', what: expect.stringContaining('two roles') }),
    );
  });

  it('takes a central role beside its own identity', () => {
    const role = 'arn:aws:iam::123456789012:role/FinOpsCentral';
    const { aws } = readSettings({ CENTRAL_ROLE_ARN: role, CENTRAL_ROLE_EXTERNAL_ID: 'us' });
    expect(aws).toMatchObject({ roleArn: undefined, centralRole: { roleArn: role, externalId: 'us' } });
    expect(readSettings({}).aws.centralRole).toBeUndefined();
  });

  it('sends by SES where it is switched on, and never by two ways', () => {
    const on = { SES_ENABLED: 'true', SES_SENDER_EMAIL: 'finops@example.com' };
    expect(readSettings(on).mail.ses).toEqual({ region: 'us-east-1', configurationSet: undefined });
    expect(readSettings({ ...on, SES_REGION: 'eu-central-1' }).mail.ses?.region).toBe('eu-central-1');
    expect(readSettings({ SES_SENDER_EMAIL: 'finops@example.com' }).mail.ses).toBeUndefined();
    expect(() => readSettings({ ...on, SMTP_URL: 'smtp://localhost' })).toThrow(
      expect.objectContaining({ code: 'SETTING_INVALID', what: expect.stringContaining('two ways') }),
    );
  });

  it('leaves the role to the chain where a web identity assumes it already', () => {
    const role = 'arn:aws:iam::123456789012:role/One';
    const token = { AWS_WEB_IDENTITY_TOKEN_FILE: '/var/run/token' };
    expect(readSettings({ AWS_ROLE_ARN: role, ...token }).aws.roleArn).toBeUndefined();
    expect(readSettings({ ASSUME_ROLE_ARN: role, ...token }).aws.roleArn).toBe(role);
  });

  it('tells keys that last from keys of a session', () => {
    const keys = { AWS_ACCESS_KEY_ID: 'AKIAIOSFODNN7EXAMPLE', AWS_SECRET_ACCESS_KEY: 'x' };
    expect(readSettings(keys).aws.hasStaticKeys).toBe(true);
    expect(readSettings({ ...keys, AWS_SESSION_TOKEN: 't' }).aws.hasStaticKeys).toBe(false);
    expect(readSettings({}).aws.hasStaticKeys).toBe(false);
  });

  it('knows where Trino is, and as whom', () => {
    expect(readSettings({ TRINO_CATALOG: 'hive' }).trino).toBeUndefined();
    expect(
      readSettings({ TRINO_URL: 'https://ann:s%40cret@trino.example:8443/', TRINO_LAKE: 'local:///lake/' })
        .trino,
    ).toEqual({
      server: 'https://trino.example:8443',
      user: 'ann',
      password: 's@cret',
      catalog: 'hive',
      schema: 'finops_db',
      lake: 'local:///lake',
    });
    expect(readSettings({ TRINO_URL: 'http://localhost:8080' }).trino?.user).toBe('spendlight');
  });

  it('takes no answers of Athena that are older than a week', () => {
    const of = (minutes: string) =>
      readSettings({ ATHENA_RESULT_REUSE_MINUTES: minutes }).athena.reuseMinutes;
    expect([of(''), of('0'), of('10080')]).toEqual([60, 0, 10_080]);
    for (const wrong of ['10081', '-1', '1.5', 'never'])
      expect(() => of(wrong)).toThrow(expect.objectContaining({ code: 'SETTING_INVALID' }));
  });
});
