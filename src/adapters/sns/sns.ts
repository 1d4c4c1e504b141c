import { PublishCommand, SNSClient } from '@aws-sdk/client-sns';
import type { AwsSettings } from '../aws/access.ts';
import { clientOptions } from '../aws/client-options.ts';
import { type Patience, retried } from '../aws/retried.ts';

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
  const client = new SNSClient(
    clientOptions({ aws, endpoint, region: topicArn.split(':')[3] ?? aws.region }),
  );
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
