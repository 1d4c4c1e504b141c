import { UserError } from '../../core/errors/user-error.ts';

/** What AWS says of a failed call. */
export interface Said {
  /** The error's code, such as `SlowDown`. */
  readonly name: string;
  readonly message: string;
  /** HTTP status; undefined where no answer came. */
  readonly status: number | undefined;
}

/** Refusals without any effect that pass by themselves. `ConditionalRequestConflict`: S3 has not decided between two writers yet. */
export const PASSING = new Set([
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

type Explained = ConstructorParameters<typeof UserError>;
/** A code of ours and its explanation. */
export type Told = readonly [Explained[0], Explained[1]];

/** What is wrong with the identity that called; undefined where it is something else. */
export function identityFailure({ name, message }: Said): Told | undefined {
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

/** What AWS says of a call that failed. */
export function saidBy(error: unknown): Said {
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
