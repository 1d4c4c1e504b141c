// The judge is judged: IAM's rules, as far as our policies use them.
import { describe, expect, it } from 'vitest';
import { needsOf } from './support/actions.ts';
import { callOf } from './support/calls.ts';
import { allowing, like, policyOf } from './support/policy.ts';
import type { RecordedCall } from './support/recorder.ts';

const policy = (statement: Readonly<Record<string, unknown>>) =>
  JSON.stringify({ Version: '2012-10-17', Statement: [{ Sid: 'One', Effect: 'Allow', ...statement }] });
const LAKE = 'arn:aws:s3:::lake';

describe('a policy', () => {
  it.each<[string, Readonly<Record<string, unknown>>, [string, string, Record<string, string>?], boolean]>([
    ['its action on its resource', {}, ['s3:GetObject', `${LAKE}/a/b`], true],
    ['its action in other letters', {}, ['S3:getobject', `${LAKE}/a/b`], true],
    ['another action', {}, ['s3:PutObject', `${LAKE}/a/b`], false],
    ['its action on another resource', {}, ['s3:GetObject', 'arn:aws:s3:::lake2/a'], false],
    ['a resource in other letters', {}, ['s3:GetObject', 'arn:aws:s3:::Lake/a'], false],
    ['a bucket for its objects', { Resource: LAKE }, ['s3:GetObject', `${LAKE}/a`], false],
    ['a dot is a dot', { Resource: 'arn:aws:s3:::l.ke/*' }, ['s3:GetObject', `${LAKE}/a`], false],
    ['one of several', { Action: ['s3:ListBucket', 's3:GetObject'] }, ['s3:GetObject', `${LAKE}/a`], true],
    [
      'a condition that holds',
      { Condition: { StringLike: { 's3:prefix': ['x/*', 'y'] } } },
      ['s3:GetObject', `${LAKE}/a`, { 's3:prefix': 'x/1' }],
      true,
    ],
    [
      'a condition that does not hold',
      { Condition: { StringLike: { 's3:prefix': 'x/*' } } },
      ['s3:GetObject', `${LAKE}/a`, { 's3:prefix': 'y/1' }],
      false,
    ],
    [
      'a condition on what is not said',
      { Condition: { StringLike: { 's3:prefix': 'x/*' } } },
      ['s3:GetObject', `${LAKE}/a`],
      false,
    ],
    [
      'the same, where it only counts if it is said',
      { Condition: { StringLikeIfExists: { 's3:prefix': 'x/*' } } },
      ['s3:GetObject', `${LAKE}/a`],
      true,
    ],
    [
      'a star that is meant as a star',
      { Condition: { StringEquals: { 's3:prefix': 'x*' } } },
      ['s3:GetObject', `${LAKE}/a`, { 's3:prefix': 'x1' }],
      false,
    ],
    [
      'two conditions, one of which holds',
      { Condition: { StringEquals: { 's3:prefix': 'x', 's3:delimiter': '/' } } },
      ['s3:GetObject', `${LAKE}/a`, { 's3:prefix': 'x' }],
      false,
    ],
  ])('judges %s', (_, statement, [action, resource, context = {}], allows) => {
    const judged = policyOf(policy({ Action: 's3:GetObject', Resource: `${LAKE}/*`, ...statement }), {});
    expect(allowing(judged, { action, resource, context })).toHaveLength(allows ? 1 : 0);
  });

  it.each<[string, Readonly<Record<string, unknown>>]>([
    ['a denial', { Effect: 'Deny' }],
    ['all actions but some', { NotAction: 's3:GetObject' }],
    ['an operator that nobody taught it', { Condition: { IpAddress: { 'aws:SourceIp': '10.0.0.0/8' } } }],
    ['a placeholder without a word', { Resource: ['$', '{nobody}'].join('') }],
  ])('refuses to judge %s', (_, statement) =>
    expect(() => policyOf(policy({ Action: 's3:GetObject', Resource: '*', ...statement }), {})).toThrow(
      /cannot judge|nobody says/,
    ),
  );

  it('takes * and ? as IAM does', () => {
    expect([like('a*c', 'a/b/c'), like('a?c', 'abc'), like('a?c', 'ac'), like('*', '')]).toEqual([
      true,
      true,
      false,
      true,
    ]);
  });
});

describe('a call', () => {
  const headers = (more: Record<string, string>) => ({
    authorization: 'AWS4-HMAC-SHA256 Credential=AKIA/20261119/us-east-1/s3/aws4_request',
    ...more,
  });
  const needs = (
    method: string,
    url: string,
    { said = {}, status = 200, kms }: { said?: Record<string, string>; status?: number; kms?: string } = {},
  ) => {
    const call = callOf('s3', { method, url, headers: headers(said), body: '' });
    const context = kms === undefined ? call.context : { ...call.context, kms };
    const recorded: RecordedCall = { who: 'digest', key: 'AKIA', ...call, context, status };
    return needsOf(recorded).map(({ action, resource }) => `${action} ${resource}`);
  };
  const KEY = 'arn:aws:kms:us-east-1:123456789012:key/k';
  it.each<[string, string, string, Parameters<typeof needs>[2], readonly string[]]>([
    ['a read', 'GET', '/lake/a%20b', {}, [`s3:GetObject ${LAKE}/a b`]],
    ['an earlier version', 'GET', '/lake/a?versionId=7', {}, [`s3:GetObjectVersion ${LAKE}/a`]],
    ['a look at an object', 'HEAD', '/lake/a', {}, [`s3:GetObject ${LAKE}/a`]],
    [
      'a look for what is not there',
      'HEAD',
      '/lake/a',
      { status: 404 },
      [`s3:GetObject ${LAKE}/a`, `s3:ListBucket ${LAKE}`],
    ],
    ['a write', 'PUT', '/lake/a', {}, [`s3:PutObject ${LAKE}/a`]],
    [
      'a write over what was seen',
      'PUT',
      '/lake/a',
      { said: { 'if-match': '"e"' } },
      [`s3:PutObject ${LAKE}/a`, `s3:GetObject ${LAKE}/a`],
    ],
    ['a part', 'PUT', '/lake/a?partNumber=1&uploadId=u', {}, [`s3:PutObject ${LAKE}/a`]],
    [
      'a copy of a version',
      'PUT',
      '/lake/a',
      { said: { 'x-amz-copy-source': '/exports/b%20c?versionId=7' } },
      [`s3:PutObject ${LAKE}/a`, 's3:GetObjectVersion arn:aws:s3:::exports/b c'],
    ],
    ['an upload taken back', 'DELETE', '/lake/a?uploadId=u', {}, [`s3:AbortMultipartUpload ${LAKE}/a`]],
    ['a deletion', 'DELETE', '/lake/a', {}, [`s3:DeleteObject ${LAKE}/a`]],
    ['a deletion for good', 'DELETE', '/lake/a?versionId=7', {}, [`s3:DeleteObjectVersion ${LAKE}/a`]],
    ['a list', 'GET', '/lake?list-type=2&prefix=x', {}, [`s3:ListBucket ${LAKE}`]],
    ['a list of versions', 'GET', '/lake/?versions&prefix=x', {}, [`s3:ListBucketVersions ${LAKE}`]],
    ['a restore', 'POST', '/lake/a?restore', {}, [`s3:RestoreObject ${LAKE}/a`]],
    ['a read with a key', 'GET', '/lake/a', { kms: KEY }, [`s3:GetObject ${LAKE}/a`, `kms:Decrypt ${KEY}`]],
    [
      'a write with a key',
      'PUT',
      '/lake/a',
      { kms: 'k' },
      [`s3:PutObject ${LAKE}/a`, `kms:GenerateDataKey ${KEY}`],
    ],
    [
      'a part with a key',
      'PUT',
      '/lake/a?partNumber=1&uploadId=u',
      { kms: KEY },
      [`s3:PutObject ${LAKE}/a`, `kms:GenerateDataKey ${KEY}`, `kms:Decrypt ${KEY}`],
    ],
  ])('is named by what it needs: %s', (_, method, url, more, expected) =>
    expect(needs(method, url, more)).toEqual(expected),
  );

  it.each<[string, Record<string, string>, string, string, readonly string[]]>([
    [
      'glue',
      { 'x-amz-target': 'AWSGlue.GetPartitions' },
      '/',
      '{"DatabaseName":"finops_db","TableName":"cost_lines"}',
      ['catalog', 'database/finops_db', 'table/finops_db/cost_lines'].map(
        (of) => `glue:GetPartitions arn:aws:glue:us-east-1:123456789012:${of}`,
      ),
    ],
    [
      'sns',
      {},
      '/',
      'Action=Publish&TopicArn=arn%3Aaws%3Asns%3Aus-east-1%3A123456789012%3Aalerts',
      ['sns:Publish arn:aws:sns:us-east-1:123456789012:alerts'],
    ],
    [
      'ses',
      {},
      '/v2/email/outbound-emails',
      '{"FromEmailAddress":"Spendlight <f@example.com>","Content":{"Raw":{}},"ConfigurationSetName":"set"}',
      ['identity/f@example.com', 'configuration-set/set'].map(
        (of) => `ses:SendRawEmail arn:aws:ses:us-east-1:123456789012:${of}`,
      ),
    ],
    [
      'lambda',
      {},
      '/2015-03-31/functions/daily-finops-digest/invocations',
      '{}',
      ['lambda:InvokeFunction arn:aws:lambda:us-east-1:123456789012:function:daily-finops-digest'],
    ],
    [
      'ssm',
      { 'x-amz-target': 'AmazonSSM.GetParameter' },
      '/',
      '{"Name":"/finops/slack"}',
      ['ssm:GetParameter arn:aws:ssm:us-east-1:123456789012:parameter/finops/slack'],
    ],
  ])('is named by what it needs: %s', (service, said, url, body, expected) => {
    const call = callOf(service, { method: 'POST', url, headers: headers(said), body });
    const needs = needsOf({ who: 'digest', key: 'AKIA', ...call, status: 200 });
    expect(needs.map(({ action, resource }) => `${action} ${resource}`)).toEqual(expected);
  });

  it('that nobody has looked up is not passed over', () => {
    expect(() => needs('PUT', '/lake/a?acl')).toThrow('which right');
    const call = callOf('ses', { method: 'PUT', url: '/v2/email/nothing', headers: {}, body: '' });
    expect(() => needsOf({ who: 'digest', key: 'AKIA', ...call, status: 200 })).toThrow('which operation');
  });
});
