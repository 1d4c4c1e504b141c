import { type AwsKeys, type AwsSettings, awsKeys, silenceNodeWarning } from './access.ts';

const CONNECT_MS = 5_000;
/** Nothing came or went for so long: the other side is taken for dead. */
const SILENCE_MS = 30_000;

/** What differs from one client to the next; what is left out is as the settings say. */
export interface ClientOf {
  readonly aws: AwsSettings;
  readonly region?: string;
  /** Undefined: those of our own identity. */
  readonly keys?: () => Promise<AwsKeys>;
  /** Undefined: as AWS_ENDPOINT_URL says, else Amazon's own. */
  readonly endpoint?: string | undefined;
  /** A server that says nothing for so long is given up. */
  readonly silenceMs?: number;
}

/** How every client of an AWS service is made. It repeats nothing by itself: `retried` does, and knows what may be repeated. */
export function clientOptions({ aws, region, keys, endpoint, silenceMs }: ClientOf) {
  silenceNodeWarning();
  return {
    region: region ?? aws.region,
    credentials: keys ?? awsKeys(aws),
    maxAttempts: 1,
    ...(endpoint === undefined ? {} : { endpoint }),
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: silenceMs ?? SILENCE_MS },
  };
}
