import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { HOUSE, type Said, type Workshop, workshop } from './workshop.ts';

/** Fails with what the checker said. */
const fine = ({ fine: isFine, text }: Said): void => expect(isFine, text).toBe(true);

describe('the infrastructure as it is', () => {
  let house: Workshop;
  beforeAll(() => {
    house = workshop();
  });

  it('is formatted', () => fine(house.format()));
  it('fits the provider’s schema', () => fine(house.validate()));
  it('does what its variables say', () => fine(house.test()));
  it('is applied, and a second plan finds nothing to do', () => {
    fine(house.apply());
    fine(house.planAgain());
  });
  it('has policies in which every action, resource and condition exists', () => {
    const said = house.policies();
    fine(said);
    expect(said.text).toContain('0 findings');
  });
  it('has values that the AWS APIs take', () => {
    const said = workshop().values();
    fine(said);
    // A check that looked at nothing would be green for ever.
    expect(Number(/(\d+) values checked/.exec(said.text)?.[1])).toBeGreaterThan(400);
  });
  it('declares nothing that it does not use', () => fine(house.lint()));
  it('has no security finding that was not accepted in writing', () => fine(workshop().security()));
});

interface Statement {
  readonly Sid: string;
  readonly Effect: string;
  readonly Action: readonly string[] | string;
  readonly Resource: readonly string[] | string;
}

/** Actions that AWS gives only on all resources. */
const ON_EVERYTHING = /^(ce|organizations|tag|resource-groups|support|xray):|^ses:GetAccount$/;

describe.each(readdirSync(join(HOUSE, 'iam')).filter((name) => name.endsWith('-policy.json')))(
  'iam/%s',
  (file) => {
    const { Statement: statements }: { readonly Statement: readonly Statement[] } = JSON.parse(
      readFileSync(join(HOUSE, 'iam', file), 'utf8'),
    );
    it('names every action, and every resource where AWS can tell them apart', () => {
      for (const { Sid, Effect, Action, Resource } of statements) {
        const actions = [Action].flat();
        expect(Effect).toBe('Allow');
        expect(
          actions.filter((action) => action.includes('*')),
          Sid,
        ).toEqual([]);
        if ([Resource].flat().includes('*')) {
          expect(
            actions.filter((action) => !ON_EVERYTHING.test(action)),
            Sid,
          ).toEqual([]);
        }
      }
    });
    it('keeps what an organization may refuse in statements of their own', () => {
      for (const { Sid, Action } of statements) {
        const services = new Set([Action].flat().map((action) => action.split(':')[0]));
        expect(services.size, Sid).toBe(1);
      }
    });
  },
);

type Check = Exclude<keyof Workshop, 'folder' | 'plant'>;

/** A mistake that somebody could make, the check that has to see it, and the words in which it does. */
const MISTAKES: readonly (readonly [
  what: string,
  file: string,
  from: string,
  to: string,
  by: Check,
  says: string,
])[] = [
  [
    'an argument that does not exist',
    'bucket.tf',
    'force_destroy ',
    'force_destroi ',
    'validate',
    '"force_destroi" is not expected',
  ],
  [
    'a block that does not exist',
    'catalog.tf',
    'engine_version {',
    'engine_versions {',
    'validate',
    'Blocks of type "engine_versions"',
  ],
  [
    'a type that is wrong',
    'alerts.tf',
    'period              = 86400',
    'period              = "a day"',
    'validate',
    'a number is required',
  ],
  [
    'an argument that is required and missing',
    'catalog.tf',
    '  role          = aws_iam_role.crawler[0].arn\n',
    '',
    'validate',
    'The argument "role" is required',
  ],
  [
    'a reference to nothing',
    'outputs.tf',
    'aws_sns_topic.alerts.arn',
    'aws_sns_topic.alarms.arn',
    'validate',
    'Reference to undeclared resource',
  ],
  ['bad format', 'mail.tf', '    tls_policy = "REQUIRE"', '  tls_policy="REQUIRE"', 'format', 'tls_policy'],
  [
    'a runtime that AWS does not have',
    'modules/function/main.tf',
    '= var.runtime',
    '= "nodejs21.x"',
    'values',
    "'nodejs21.x' is not one of",
  ],
  [
    'a storage class with a dash',
    'bucket.tf',
    'days          = var.csv_archive_after_days\n      storage_class = "DEEP_ARCHIVE"',
    'days          = var.csv_archive_after_days\n      storage_class = "DEEP-ARCHIVE"',
    'values',
    "'DEEP-ARCHIVE' is not one of",
  ],
  ['a budget by the MONTHY', 'sources.tf', '"MONTHLY"', '"MONTHY"', 'values', "'MONTHY' is not one of"],
  [
    'an alarm that compares in a way of its own',
    'alerts.tf',
    '"LessThanThreshold"',
    '"SmallerThanThreshold"',
    'values',
    "'SmallerThanThreshold' is not one of",
  ],
  [
    's3:ListBucket on objects',
    '../../iam/lambda-digest-policy.json',
    '"s3:GetObjectVersion",',
    '"s3:GetObjectVersion",\n        "s3:ListBucket",',
    'policies',
    'RESOURCE_MISMATCH',
  ],
  [
    'an action that does not exist',
    '../../iam/lambda-process-policy.json',
    '"glue:GetTable"',
    '"glue:ReadTable"',
    'policies',
    'UNKNOWN_ACTION',
  ],
  [
    'a condition that does not exist',
    '../../iam/lambda-gap-check-policy.json',
    '"s3:prefix"',
    '"s3:prefixes"',
    'policies',
    'UNKNOWN_CONDITION_FOR_ACTION',
  ],
  [
    'all rights on S3',
    '../../iam/lambda-process-policy.json',
    '"s3:DeleteObject"',
    '"s3:*"',
    'policies',
    's3',
  ],
  [
    'no setting for small objects',
    'bucket.tf',
    '  transition_default_minimum_object_size = "varies_by_storage_class"\n',
    '',
    'test',
    'small CSV objects',
  ],
  [
    'news of mails that go to people',
    'mail.tf',
    'sns_destination {\n      topic_arn = aws_sns_topic.mail[0].arn',
    'sns_destination {\n      topic_arn = aws_sns_topic.alerts.arn',
    'test',
    'not to people',
  ],
  [
    'Parquet in the archive tier',
    'bucket.tf',
    '/ou-breakdowns-csv/"',
    '/ou-breakdowns"',
    'test',
    'nothing but mailed CSVs',
  ],
  [
    'versioning off',
    'bucket.tf',
    'status = "Enabled"\n  }\n}\n\nresource "aws_s3_bucket_ownership',
    'status = "Suspended"\n  }\n}\n\nresource "aws_s3_bucket_ownership',
    'test',
    'versioning is on',
  ],
  [
    'a lake in the open',
    'bucket.tf',
    'restrict_public_buckets = true',
    'restrict_public_buckets = false',
    'test',
    'nothing is public',
  ],
  ['plain HTTP', 'bucket.tf', 'values   = ["false"]', 'values   = ["true"]', 'test', 'TLS alone'],
  [
    'an error that is told only when there are many',
    'alerts.tf',
    'statistic           = "Sum"\n  period              = 300\n  evaluation_periods  = 1\n  threshold           = 0\n  comparison_operator = "GreaterThanThreshold"\n  treat_missing_data  = "notBreaching"\n  alarm_actions       = [aws_sns_topic.alerts.arn]\n  ok_actions ',
    'statistic           = "Sum"\n  period              = 300\n  evaluation_periods  = 1\n  threshold           = 10\n  comparison_operator = "GreaterThanThreshold"\n  treat_missing_data  = "notBreaching"\n  alarm_actions       = [aws_sns_topic.alerts.arn]\n  ok_actions ',
    'test',
    'an error is told within 300 seconds',
  ],
  [
    'a missing run that nobody hears of',
    'alerts.tf',
    '"breaching"',
    '"ignore"',
    'test',
    'a run that was never started',
  ],
  [
    'a run at another hour',
    'variables.tf',
    'cron(0 7 * * ? *)"\n  validation',
    'cron(0 19 * * ? *)"\n  validation',
    'test',
    'starts at 07:00 UTC',
  ],
  [
    'a variable that nothing uses',
    'variables.tf',
    'variable "tags" {',
    'variable "unused" {\n  description = "Of no use."\n  type        = string\n  default     = ""\n}\n\nvariable "tags" {',
    'lint',
    'unused',
  ],
  [
    'a bucket without encryption',
    'bucket.tf',
    'object_ownership = "BucketOwnerEnforced"',
    'object_ownership = "ObjectWriter"',
    'security',
    'CKV2_AWS_65',
  ],
];

describe('a planted mistake is caught by name', () => {
  it.each(MISTAKES)('%s', (_, file, from, to, by, says) => {
    const house = workshop();
    house.plant(join('infra/terraform', file), from, to);
    if (by === 'policies') fine(house.apply());
    const said = house[by]();
    expect(said.fine, said.text).toBe(false);
    expect(said.text).toContain(says);
  });
});
