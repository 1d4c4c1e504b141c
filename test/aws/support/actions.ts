// What a call needs by IAM's names. Source: the Service Authorization Reference (docs.aws.amazon.com/service-authorization),
// and for S3 the permissions that the page of each operation in the S3 API Reference states.
import { ACCOUNT, REGION } from './calls.ts';
import type { Need } from './policy.ts';
import type { RecordedCall } from './recorder.ts';

/** Every right that `call` needs. @throws Error for an operation that nobody has looked up yet */
export function needsOf(call: RecordedCall): readonly Need[] {
  if (call.service === 's3') return s3Needs(call);
  if (call.service === 'sts' && call.operation === 'GetCallerIdentity') return []; // needs no right
  if (call.service === 'athena') return [need(call, `athena:${call.operation}`, workgroupOf(call))];
  if (call.service === 'lambda' && call.operation === 'Invoke')
    return call.resources.map((resource) => need(call, 'lambda:InvokeFunction', resource));
  if (call.service === 'ses' && call.operation === 'SendEmail') {
    // One operation of the API, but what is raw is another action.
    const action = call.context.content === 'Raw' ? 'ses:SendRawEmail' : 'ses:SendEmail';
    return call.resources.map((resource) => need(call, action, resource));
  }
  if (!/^\w+$/.test(call.operation))
    throw new Error(`${call.service} ${call.operation}: which operation is it?`);
  const resources = call.resources.length === 0 ? ['*'] : call.resources;
  return resources.map((resource) => need(call, `${call.service}:${call.operation}`, resource));
}

const need = ({ context }: RecordedCall, action: string, resource: string): Need => ({
  action,
  resource,
  context,
});

const workgroupOf = ({ context }: RecordedCall): string =>
  `arn:aws:athena:${REGION}:${ACCOUNT}:workgroup/${context.WorkGroup ?? 'primary'}`;

/** Operations on objects, and the action on the object itself. */
const ON_OBJECTS: Readonly<Record<string, string>> = {
  GetObject: 's3:GetObject',
  HeadObject: 's3:GetObject',
  PutObject: 's3:PutObject',
  CopyObject: 's3:PutObject',
  CreateMultipartUpload: 's3:PutObject',
  UploadPart: 's3:PutObject',
  UploadPartCopy: 's3:PutObject',
  CompleteMultipartUpload: 's3:PutObject',
  AbortMultipartUpload: 's3:AbortMultipartUpload',
  ListParts: 's3:ListMultipartUploadParts',
  DeleteObject: 's3:DeleteObject',
  RestoreObject: 's3:RestoreObject',
};

const ON_BUCKETS: Readonly<Record<string, string>> = {
  ListObjectsV2: 's3:ListBucket',
  ListObjects: 's3:ListBucket',
  HeadBucket: 's3:ListBucket',
  ListObjectVersions: 's3:ListBucketVersions',
  ListMultipartUploads: 's3:ListBucketMultipartUploads',
  GetBucketVersioning: 's3:GetBucketVersioning',
  GetBucketLocation: 's3:GetBucketLocation',
};

function s3Needs(call: RecordedCall): readonly Need[] {
  const { operation, resources, context, status } = call;
  const [resource = '', source] = resources;
  const onBucket = ON_BUCKETS[operation];
  if (onBucket !== undefined) return [need(call, onBucket, resource)];
  const action = ON_OBJECTS[operation];
  if (action === undefined) throw new Error(`s3 ${operation}: which right does it need?`);
  const needs = [need(call, versioned(action, context['s3:VersionId']), resource)];
  // Without the right to list, S3 says "denied" of an object that is not there.
  if (status === 404) needs.push({ action: 's3:ListBucket', resource: bucketOf(resource), context: {} });
  // To compare an ETag is to read it.
  if (context['if-match'] !== undefined && action !== 's3:GetObject')
    needs.push(need(call, 's3:GetObject', resource));
  if (source !== undefined) {
    const [path = '', version] = source.split('?versionId=');
    needs.push({ action: versioned('s3:GetObject', version), resource: path, context: {} });
  }
  return [...needs, ...keyNeeds(call, action, source !== undefined)];
}

const versioned = (action: string, versionId: string | undefined): string =>
  versionId !== undefined && /:(Get|Delete|Restore)Object$/.test(action) && action !== 's3:RestoreObject'
    ? `${action}Version`
    : action;

const bucketOf = (resource: string): string => resource.split('/')[0] ?? '';

/** What an object that is encrypted with a key of one's own needs besides. */
function keyNeeds(call: RecordedCall, action: string, isCopy: boolean): Need[] {
  const { kms } = call.context;
  if (kms === undefined) return [];
  const key = kms.startsWith('arn:') ? kms : `arn:aws:kms:${REGION}:${ACCOUNT}:key/${kms}`;
  const isWrite = action === 's3:PutObject';
  // What is uploaded in parts is decrypted again when it is put together.
  const isRead = !isWrite || isCopy || /Multipart|Part/.test(call.operation);
  return [...(isWrite ? ['kms:GenerateDataKey'] : []), ...(isRead ? ['kms:Decrypt'] : [])].map((one) =>
    need(call, one, key),
  );
}
