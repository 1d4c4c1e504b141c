// A request as AWS's own log would name it: service, operation, resources.
import type { IncomingHttpHeaders } from 'node:http';

/** A request of any AWS service, with what was sent and answered as far as it was kept. */
export interface Exchange {
  readonly method: string;
  /** Path and query. */
  readonly url: string;
  readonly headers: IncomingHttpHeaders;
  /** Empty for S3. */
  readonly body: string;
}

/** A call by its name. */
export interface Call {
  /** As in the credential's scope: `s3`, `glue`, `ses` … */
  readonly service: string;
  /** As in the service's API: `GetObject`, `StartQueryExecution` … */
  readonly operation: string;
  /** ARNs; empty where the operation is about no resource that it names. */
  readonly resources: readonly string[];
  /** What IAM's conditions see of the request, by the name of the condition's key. */
  readonly context: Readonly<Record<string, string>>;
}

/** The account and region that the emulator stands for. */
export const ACCOUNT = '123456789012';
export const REGION = 'us-east-1';

/** Access key id and service of a signed request (AWS Signature Version 4, header `Authorization`); undefined for others. */
export function signedBy({
  authorization = '',
}: IncomingHttpHeaders): { readonly key: string; readonly service: string } | undefined {
  const [, key, service] =
    /Credential=([^/]+)\/\d{8}\/[^/]*\/([^/]+)\/aws4_request/.exec(authorization) ?? [];
  return key === undefined || service === undefined ? undefined : { key, service };
}

/** The call that a request of `service` makes. */
export function callOf(service: string, exchange: Exchange): Call {
  if (service === 's3') return s3Call(exchange);
  const target = String(exchange.headers['x-amz-target'] ?? '');
  if (target !== '') return targeted(service, target.split('.').at(-1) ?? '', exchange.body);
  const form = new URLSearchParams(exchange.body);
  const action = form.get('Action');
  if (action !== null) return queried(service, action, form);
  return restful(service, exchange);
}

const EMPTY = { resources: [], context: {} };
const arn = (service: string, rest: string): string => `arn:aws:${service}:${REGION}:${ACCOUNT}:${rest}`;

/** S3: what stands in the query makes the operation, else the method does. */
function s3Call({ method, url, headers }: Exchange): Call {
  const { pathname, searchParams: query } = new URL(url, 'http://s3');
  const [, bucket = '', path = ''] = /^\/([^/]*)\/?(.*)$/.exec(pathname) ?? [];
  const key = decodeURIComponent(path);
  const bucketArn = `arn:aws:s3:::${bucket}`;
  const source = headers['x-amz-copy-source'];
  const made = { service: 's3', operation: key === '' ? bucketOperation(method, query) : objectOperation() };
  const context: Record<string, string> = {};
  if (key === '') {
    const prefix = query.get('prefix');
    if (prefix !== null) context['s3:prefix'] = prefix;
    return { ...made, resources: bucket === '' ? [] : [bucketArn], context };
  }
  if (headers['if-match'] !== undefined) context['if-match'] = String(headers['if-match']);
  const versionId = query.get('versionId');
  if (versionId !== null) context['s3:VersionId'] = versionId;
  const resources = [`${bucketArn}/${key}`];
  if (source !== undefined) resources.push(copied(String(source)));
  return { ...made, resources, context };

  function objectOperation(): string {
    const part = query.has('uploadId');
    if (query.has('tagging')) return `${verb(method)}ObjectTagging`;
    if (query.has('retention')) return `${verb(method)}ObjectRetention`;
    if (query.has('legal-hold')) return `${verb(method)}ObjectLegalHold`;
    if (query.has('acl')) return `${verb(method)}ObjectAcl`;
    if (query.has('attributes')) return 'GetObjectAttributes';
    if (query.has('restore')) return 'RestoreObject';
    if (query.has('select')) return 'SelectObjectContent';
    if (method === 'POST') return query.has('uploads') ? 'CreateMultipartUpload' : 'CompleteMultipartUpload';
    if (method === 'PUT' && part) return source === undefined ? 'UploadPart' : 'UploadPartCopy';
    if (method === 'PUT') return source === undefined ? 'PutObject' : 'CopyObject';
    if (method === 'DELETE') return part ? 'AbortMultipartUpload' : 'DeleteObject';
    if (method === 'GET' && part) return 'ListParts';
    return method === 'HEAD' ? 'HeadObject' : 'GetObject';
  }
}

const verb = (method: string): string => ({ PUT: 'Put', DELETE: 'Delete' })[method] ?? 'Get';

/** `/bucket/key?versionId=…` of a copy's source as an ARN; a version is marked as IAM sees it: another action. */
function copied(source: string): string {
  const [path = '', version] = source.split('?versionId=');
  const named = `arn:aws:s3:::${decodeURIComponent(path).replace(/^\//, '')}`;
  return version === undefined ? named : `${named}?versionId=${version}`;
}

const BUCKET_PARTS: Readonly<Record<string, string>> = {
  versioning: 'BucketVersioning',
  location: 'BucketLocation',
  policy: 'BucketPolicy',
  encryption: 'BucketEncryption',
  lifecycle: 'BucketLifecycleConfiguration',
  notification: 'BucketNotificationConfiguration',
  'object-lock': 'ObjectLockConfiguration',
};

function bucketOperation(method: string, query: URLSearchParams): string {
  const part = Object.keys(BUCKET_PARTS).find((name) => query.has(name));
  if (part !== undefined) return `${verb(method)}${BUCKET_PARTS[part]}`;
  if (method === 'POST') return 'DeleteObjects';
  if (method === 'PUT') return 'CreateBucket';
  if (method === 'DELETE') return 'DeleteBucket';
  if (method === 'HEAD') return 'HeadBucket';
  if (query.has('versions')) return 'ListObjectVersions';
  if (query.has('uploads')) return 'ListMultipartUploads';
  return query.has('list-type') ? 'ListObjectsV2' : 'ListObjects';
}

/** The JSON protocols: the operation stands in a header, what it is about in the body. */
function targeted(service: string, operation: string, body: string): Call {
  const said = fields(body);
  const text = (name: string): string => String(said[name] ?? '');
  const call = { service, operation, ...EMPTY };
  if (service === 'glue') {
    const resources = glueResources(text);
    // What lists tables needs to be allowed on all of them.
    const every = operation === 'GetTables' ? [arn('glue', `table/${text('DatabaseName')}/*`)] : [];
    return { ...call, resources: [...resources, ...every] };
  }
  if (service === 'athena')
    return {
      ...call,
      context: named({ WorkGroup: text('WorkGroup'), QueryExecutionId: text('QueryExecutionId') }),
    };
  if (service === 'ssm') return { ...call, resources: [arn('ssm', `parameter${text('Name')}`)] };
  if (service === 'sqs')
    return { ...call, resources: [arn('sqs', text('QueueUrl').split('/').at(-1) ?? '')] };
  if (service === 'sns') return { ...call, resources: [text('TopicArn')] };
  return call;
}

function glueResources(text: (name: string) => string): string[] {
  const [database, table] = [text('DatabaseName') || text('Name'), text('TableName')];
  const catalog = arn('glue', 'catalog');
  if (database === '') return [catalog];
  const resources = [catalog, arn('glue', `database/${database}`)];
  const named = table === '' && text('DatabaseName') !== '' ? text('Name') : table;
  return named === '' ? resources : [...resources, arn('glue', `table/${database}/${named}`)];
}

/** The query protocol: everything stands in a form. */
function queried(service: string, operation: string, form: URLSearchParams): Call {
  const resource = form.get('TopicArn') ?? form.get('RoleArn') ?? form.get('QueueUrl');
  return { service, operation, context: {}, resources: resource === null ? [] : [resource] };
}

/** Method and path of an operation, and the resource that it is about. */
const REST: readonly (readonly [string, RegExp, string, ((found: readonly string[]) => string)?])[] = [
  ['POST', /^\/v2\/email\/outbound-emails$/, 'SendEmail'],
  ['GET', /^\/v2\/email\/account$/, 'GetAccount'],
  ['POST', /^\/v2\/email\/identities$/, 'CreateEmailIdentity'],
  ['GET', /^\/v2\/email\/identities\/([^/]+)$/, 'GetEmailIdentity', ([id]) => arn('ses', `identity/${id}`)],
  ['POST', /^\/2015-03-31\/functions\/([^/]+)\/invocations$/, 'Invoke', ([name = '']) => functionArn(name)],
  [
    'PUT',
    /^\/accounts\/\d+\/data-sets\/([^/]+)\/ingestions\/([^/]+)$/,
    'CreateIngestion',
    ([set, id]) => arn('quicksight', `dataset/${set}/ingestion/${id}`),
  ],
  [
    'GET',
    /^\/accounts\/\d+\/data-sets\/([^/]+)\/ingestions\/([^/]+)$/,
    'DescribeIngestion',
    ([set, id]) => arn('quicksight', `dataset/${set}/ingestion/${id}`),
  ],
];

const functionArn = (name: string): string =>
  name.startsWith('arn:') ? name : arn('lambda', `function:${name}`);

function restful(service: string, { method, url, body }: Exchange): Call {
  const { pathname } = new URL(url, 'http://aws');
  for (const [verb, shape, operation, resource] of REST) {
    const found = verb === method ? shape.exec(pathname) : null;
    if (found === null) continue;
    const parts = found.slice(1).map(decodeURIComponent);
    const call = {
      service,
      operation,
      context: {},
      resources: resource === undefined ? [] : [resource(parts)],
    };
    return operation === 'SendEmail' ? { ...call, ...mail(fields(body)) } : call;
  }
  // Named by its path, so that nothing is left out in silence.
  return { service, operation: `${method} ${pathname}`, ...EMPTY };
}

/** Sender and configuration set of a mail, and whether it is raw: that is another action of IAM. */
function mail(said: Readonly<Record<string, unknown>>): Pick<Call, 'resources' | 'context'> {
  const from = String(said.FromEmailAddress ?? '');
  const address = /<([^>]+)>/.exec(from)?.[1] ?? from;
  const set = said.ConfigurationSetName;
  const content = said.Content as Readonly<Record<string, unknown>> | undefined;
  return {
    resources: [
      arn('ses', `identity/${address}`),
      ...(set === undefined ? [] : [arn('ses', `configuration-set/${String(set)}`)]),
    ],
    context: { 'ses:FromAddress': address, content: Object.keys(content ?? {})[0] ?? '' },
  };
}

function fields(body: string): Readonly<Record<string, unknown>> {
  try {
    return JSON.parse(body);
  } catch {
    return {}; // no JSON, no fields: the call still has its name
  }
}

const named = (all: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''));
