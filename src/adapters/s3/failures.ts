import { UserError } from '../../core/errors/user-error.ts';
import {
  type Fate,
  fateOf,
  identityFailure,
  PASSING,
  type Said,
  saidBy,
  type Told,
} from '../aws/failures.ts';

/** The condition of a write does not hold: 412, or a key to be replaced that is not there. */
export const isLostRace = (error: unknown): boolean =>
  ['PreconditionFailed', 'NoSuchKey'].includes(saidBy(error).name) || saidBy(error).status === 412;

/** There is no such object (HEAD has no body to say more). */
export const isAbsent = (error: unknown): boolean => ['NoSuchKey', 'NotFound'].includes(saidBy(error).name);

/** The object lies in an archive tier: it has to be restored before it can be read or copied. */
export const isArchived = (error: unknown): boolean =>
  ['InvalidObjectState', 'ObjectNotInActiveTierError'].includes(saidBy(error).name);

/** A call by HEAD was refused, and nobody knows why: its answer has no body. */
export const isRefusedHead = (error: unknown): boolean => [301, 400, 403].includes(saidBy(error).status ?? 0);

/** A failure of `location`'s store as the error a user can mend, where it is one; else as it is. */
export function storeFailure(error: unknown, location: string): unknown {
  if (error instanceof UserError) return error;
  const said = saidBy(error);
  const explained = explanation(said, fateOf(error), location);
  return explained === undefined ? error : new UserError(...explained, { cause: error });
}

function explanation(said: Said, fate: Fate, location: string): Told | undefined {
  const bucket = location.replace(/^s3:\/\/([^/]+).*$/, '$1');
  const { name, message, status } = said;
  const identity = identityFailure(said);
  if (identity !== undefined) return identity;
  if (name === 'NoSuchBucket' || name === 'InvalidBucketName') return noBucket(bucket);
  if (PASSING.has(name) || status === 429 || status === 503) return busy(location, message);
  if (/^(PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)$/.test(name))
    return elsewhere(bucket, message);
  if (['InvalidObjectState', 'ObjectNotInActiveTierError'].includes(name)) return archived(location);
  if (/^KMS[.A-Z]/.test(name)) return keyUnusable(location, message);
  if (status === 403 || /^AccessDenied/.test(name)) return denied(location, message);
  if (fate === 'unknown') return unreachable(location, said);
  return undefined;
}

const noBucket = (bucket: string): Told => [
  'STORE_BUCKET_MISSING',
  {
    what: `There is no bucket ${bucket}`,
    remedy: `Check the name, or make it: aws s3 mb s3://${bucket}, then switch its versioning on.`,
  },
];

const elsewhere = (bucket: string, message: string): Told => [
  'SETTING_INVALID',
  {
    what: `The bucket ${bucket} is not in the region that was asked: ${message}`,
    remedy: 'Set AWS_REGION to the region of the bucket.',
  },
];

const archived = (location: string): Told => [
  'STORE_ARCHIVED',
  {
    what: `An object of ${location} lies in the archive tier`,
    remedy:
      'Of the archive: spendlight archive get DAY asks for it and says when to come back. Else: aws s3api restore-object --restore-request Days=7 with its bucket and key, and wait up to 48 hours.',
  },
];

const denied = (location: string, message: string): Told => [
  'STORE_DENIED',
  {
    what: `AWS denied access to ${location}: ${message}`,
    remedy:
      'Give the role s3:GetObject, s3:PutObject and s3:DeleteObject on the objects, s3:ListBucket, s3:ListBucketVersions and s3:GetBucketVersioning on the bucket, and the use of its KMS key. Without s3:ListBucket, S3 also says "denied" of what is not there.',
  },
];

const keyUnusable = (location: string, message: string): Told => [
  'STORE_KEY_UNUSABLE',
  {
    what: `The key that encrypts the objects of ${location} cannot be used: ${message}`,
    remedy:
      'Look at it: aws kms describe-key --key-id KEY; then aws kms enable-key, or aws kms cancel-key-deletion and enable-key. Without the key nobody can read these objects.',
  },
];

const busy = (location: string, message: string): Told => [
  'STORE_BUSY',
  {
    what: `${location} kept asking to slow down: ${message}`,
    remedy: 'Run the command again in some minutes; nothing was lost.',
  },
];

const unreachable = (location: string, { name, message, status }: Said): Told => [
  'STORE_UNREACHABLE',
  {
    what: `${location} could not be reached: ${status === undefined ? '' : `HTTP ${status}, `}${message || name}`,
    remedy:
      'Check the network, AWS_REGION and AWS_ENDPOINT_URL, then run the command again; nothing was lost.',
  },
];
