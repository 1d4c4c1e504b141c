import { S3Client } from '@aws-sdk/client-s3';
import { UserError } from '../../core/errors/user-error.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { Outside } from '../../ports/outside.ts';
import { type AwsKeys, type AwsSettings, awsKeys, memberKeys, type OtherRole } from '../aws/access.ts';
import { clientOptions } from '../aws/client-options.ts';
import type { Patience } from '../aws/retried.ts';
import type { S3Access } from '../duckdb/remote.ts';
import { type Reader, s3Outside } from './s3-outside.ts';
import { s3Store } from './s3-store.ts';

/** S3 as the settings say: the store of a lake, and what the engine reads and writes it with. */
export interface S3 {
  /** The store at `s3://bucket/prefix`. @throws UserError `USAGE` if it is not such an address */
  store(location: string): ObjectStore;
  readonly access: S3Access;
  /** Exports in any bucket. */
  readonly outside: Outside;
}

/** As the settings say, with the roles that read what lies in other accounts. */
export interface S3Settings extends AwsSettings {
  readonly sourceRoles: readonly SourceRole[];
}

/** Exports at `source` and below it are read as a role of their own. */
export interface SourceRole extends OtherRole {
  /** `s3://bucket` or `s3://bucket/prefix`, without a slash at its end. */
  readonly source: string;
}

export function openS3(aws: S3Settings, patience: Patience): S3 {
  const client = clientBy(aws, awsKeys(aws));
  return {
    store(location) {
      const { bucket, prefix } = parsed(location);
      return s3Store({ client, bucket, prefix, kmsKeyId: aws.kmsKeyId, ...patience });
    },
    outside: s3Outside(reachedBy(aws, client), patience),
    access: {
      region: aws.region,
      endpoint: aws.endpoint,
      kmsKeyId: aws.kmsKeyId,
      keys: (options) => client.config.credentials(options?.renewed === true ? { forceRefresh: true } : {}),
    },
  };
}

const clientBy = (aws: AwsSettings, keys: () => Promise<AwsKeys>): S3Client =>
  new S3Client({
    ...clientOptions({ aws, keys, endpoint: aws.endpoint }),
    followRegionRedirects: aws.endpoint === undefined,
    ...(aws.endpoint === undefined ? {} : { forcePathStyle: true }),
  });

/** Whose keys open an address: the role of the longest source that it lies in, else our own identity. */
function reachedBy(aws: S3Settings, own: S3Client): (uri: string) => Reader {
  const members = aws.sourceRoles
    .map(({ source, ...role }) => ({ source, role, client: undefined as S3Client | undefined }))
    .sort((a, b) => b.source.length - a.source.length);
  return (uri) => {
    const member = members.find(({ source }) => uri === source || uri.startsWith(`${source}/`));
    if (member === undefined) return { client: own, isOwn: true };
    member.client ??= clientBy(aws, memberKeys(aws, member.role));
    return { client: member.client, isOwn: false };
  };
}

/** `s3://bucket/a/b/` → bucket and `a/b`. */
function parsed(location: string): { readonly bucket: string; readonly prefix: string } {
  const [, bucket = '', rest = ''] = /^s3:\/\/([^/]*)(?:\/(.*))?$/i.exec(location) ?? [];
  const prefix = rest.replace(/\/+$/, '');
  const parts = prefix === '' ? [] : prefix.split('/');
  const isFine = parts.every((part) => /^[A-Za-z0-9!_.*'()=-]+$/.test(part) && part !== '.' && part !== '..');
  if (/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket) && isFine) return { bucket, prefix };
  throw new UserError('USAGE', {
    what: `${location} is not the address of a lake`,
    remedy:
      'Write s3://bucket or s3://bucket/prefix: letters, digits, dashes and dots, a slash between two parts.',
  });
}
