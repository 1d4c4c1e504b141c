import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import { type AwsSettings, awsKeys, silenceNodeWarning } from '../aws/access.ts';
import { type Patience, retried } from '../aws/retried.ts';

const CONNECT_MS = 5_000;
const SILENCE_MS = 20_000;
/** What SNS takes as the subject of a mail: printable ASCII. */
const SUBJECT_MAX = 100;

export interface SnsOf extends Patience {
  readonly aws: AwsSettings;
  /** Undefined: as AWS_ENDPOINT_URL says, else Amazon's own. */
  readonly endpoint?: string;
}

/** Publishes lines of text to a topic; after a lost answer twice rather than never. @throws Error if it is not taken */
export function snsTopic(
  topicArn: string,
  { aws, endpoint, ...patience }: SnsOf,
): (text: string) => Promise<void> {
  silenceNodeWarning();
  const client = new SNSClient({
    region: topicArn.split(':')[3] ?? aws.region,
    credentials: awsKeys(aws),
    maxAttempts: 1,
    ...(endpoint === undefined ? {} : { endpoint }),
    requestHandler: { connectionTimeout: CONNECT_MS, socketTimeout: SILENCE_MS },
  });
  return async (text) => {
    const Subject = text
      .replace(/[^ -~]+/g, ' ')
      .slice(0, SUBJECT_MAX)
      .trim();
    await retried(patience, () =>
      client.send(
        new PublishCommand({ TopicArn: topicArn, Message: text, ...(Subject === '' ? {} : { Subject }) }),
      ),
    );
  };
}
