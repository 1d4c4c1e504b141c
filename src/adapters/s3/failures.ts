import { UserError } from '../../core/errors/user-error.ts';

/** What AWS says of a failed call. */
interface Said {
  /** The error's code, such as `SlowDown`. */
  readonly name: string;
  readonly message: string;
  /** HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
}

/** Refusals without any effect that pass by themselves. `ConditionalRequestConflict`: S3 has not decided between two writers yet. */
const PASSING = new Set([
  'SlowDown',
  'Throttling',
  'ThrottlingException',
  'ThrottledException',
  'TooManyRequestsException',
  'RequestLimitExceeded',
  'RequestThrottled',
  'RequestThrottledException',
  'ConditionalRequestConflict',
  'OperationAborted',
  'RequestTimeout', // what was sent came too slowly and was thrown away
  'RequestTimeTooSkewed', // the SDK has set its clock by the answer
  'BadDigest', // damaged on the way
]);

/** `not done`: refused, and worth repeating. `unknown`: no answer, or none to be trusted. `final`: repeating helps nobody. */
export type Fate = 'not done' | 'unknown' | 'final';

/** What became of a call that failed. */
export function fateOf(error: unknown): Fate {
  if (error instanceof UserError) return 'final';
  const { name, status } = saidBy(error);
  if (PASSING.has(name) || status === 429) return 'not done';
  if (name === 'SyntaxError') return 'unknown'; // an answer that is cut off, or not S3's
  if (status === undefined) return isFromNetwork(error) ? 'unknown' : 'final';
  return status >= 500 ? 'unknown' : 'final';
}

/** The condition of a write does not hold: 412, or a key to be replaced that is not there. */
export const isLostRace = (error: unknown): boolean =>
  ['PreconditionFailed', 'NoSuchKey'].includes(saidBy(error).name) || saidBy(error).status === 412;

/** There is no such object (HEAD has no body to say more). */
export const isAbsent = (error: unknown): boolean => ['NoSuchKey', 'NotFound'].includes(saidBy(error).name);

/** A call by HEAD was refused, and nobody knows why: its answer has no body. */
export const isRefusedHead = (error: unknown): boolean => [301, 400, 403].includes(saidBy(error).status ?? 0);

/** A failure of `location`'s store as the error a user can mend, where it is one; else as it is. */
export function storeFailure(error: unknown, location: string): unknown {
  if (error instanceof UserError) return error;
  const said = saidBy(error);
  const explained = explanation(said, fateOf(error), location);
  return explained === undefined ? error : new UserError(...explained, { cause: error });
}

type Explained = ConstructorParameters<typeof UserError>;
type Told = readonly [Explained[0], Explained[1]];

function explanation(said: Said, fate: Fate, location: string): Told | undefined {
  const bucket = location.replace(/^s3:\/\/([^/]+).*$/, '$1');
  const { name, message, status } = said;
  if (/^(ExpiredToken|ExpiredTokenException|RequestExpired|TokenRefreshRequired)$/.test(name))
    return expired(message);
  if (/CredentialsProviderError|TokenProviderError/.test(name))
    return /expired/i.test(message) ? expired(message) : missing(message);
  if (
    /^(InvalidAccessKeyId|SignatureDoesNotMatch|InvalidToken|InvalidClientTokenId|UnrecognizedClientException)$/.test(
      name,
    )
  )
    return refused(message);
  if (name === 'NoSuchBucket' || name === 'InvalidBucketName') return noBucket(bucket);
  if (PASSING.has(name) || status === 429 || status === 503) return busy(location, message);
  if (/^(PermanentRedirect|AuthorizationHeaderMalformed|IllegalLocationConstraintException)$/.test(name))
    return elsewhere(bucket, message);
  if (status === 403 || /^AccessDenied/.test(name)) return denied(location, message);
  if (fate === 'unknown') return unreachable(location, said);
  return undefined;
}

const expired = (message: string): Told => [
  'CREDENTIALS_EXPIRED',
  {
    what: `The AWS credentials have run out: ${message}`,
    remedy:
      'Get new ones (for example: aws sso login), then run the command again; what was committed stays.',
  },
];

const missing = (message: string): Told => [
  'CREDENTIALS_MISSING',
  {
    what: `No AWS credentials were found: ${message}`,
    remedy:
      'Set AWS_PROFILE (after aws sso login, where it is an SSO profile), give the machine a role, or set AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY for a trial.',
  },
];

const refused = (message: string): Told => [
  'CREDENTIALS_REFUSED',
  {
    what: `AWS refuses the credentials: ${message}`,
    remedy:
      'Check AWS_PROFILE, or AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY and AWS_SESSION_TOKEN: all of one set.',
  },
];

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

const denied = (location: string, message: string): Told => [
  'STORE_DENIED',
  {
    what: `AWS denied access to ${location}: ${message}`,
    remedy:
      'Give the role s3:GetObject, s3:PutObject and s3:DeleteObject on the objects, s3:ListBucket, s3:ListBucketVersions and s3:GetBucketVersioning on the bucket, and the use of its KMS key. Without s3:ListBucket, S3 also says "denied" of what is not there.',
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

function saidBy(error: unknown): Said {
  if (!(error instanceof Error)) return { name: '', message: String(error), status: undefined };
  const { $metadata, Code } = error as {
    readonly $metadata?: { httpStatusCode?: number };
    readonly Code?: string;
  };
  return { name: Code ?? error.name, message: error.message, status: $metadata?.httpStatusCode };
}

/** Failures of sockets and names, as Node and the SDK call them. */
function isFromNetwork(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  return (
    /^(ECONN|EPIPE|ENOTFOUND|EAI_AGAIN|ETIMEDOUT|EHOSTUNREACH|ENETUNREACH|ERR_STREAM_PREMATURE_CLOSE|HPE_)/.test(
      code,
    ) ||
    ['TimeoutError', 'AbortError', 'NetworkingError'].includes(error.name) ||
    /socket hang up|aborted|premature close/i.test(error.message) ||
    ('errors' in error && Array.isArray(error.errors) && error.errors.some(isFromNetwork))
  );
}
