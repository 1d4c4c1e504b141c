import type { S3 } from '../adapters/s3/open.ts';
import type { Settings } from '../config.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { Log } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Outside } from '../ports/outside.ts';
import { machine } from './machine.ts';

const DEFAULT_LAKE = './lake';

/** The store at a folder or an `s3://` address; by default that of the settings, else ./lake. Nothing is made there yet. */
export async function openStore(
  settings: Settings,
  log: () => Log,
  location: string = settings.lake ?? DEFAULT_LAKE,
): Promise<ObjectStore> {
  if (/^s3:\/\//i.test(location)) {
    const remedy = 'for development only: prefer a role, or a profile with SSO';
    if (settings.aws.hasStaticKeys) log().warn('credentials.static', { names: 'AWS_ACCESS_KEY_ID', remedy });
    return (await s3For(settings)).store(location);
  }
  if (/^[a-z][a-z0-9+.-]+:\/\//i.test(location)) {
    throw new UserError('USAGE', {
      what: `A lake at ${location} is not supported`,
      remedy: 'Name a folder (--lake ./lake), or a place on S3 (--lake s3://bucket/prefix).',
    });
  }
  const { diskStore } = await import('../adapters/disk/disk-store.ts');
  return diskStore(location);
}

/** Files at `s3://` addresses. */
export const openOutside = async (settings: Settings): Promise<Outside> => (await s3For(settings)).outside;

/** S3 as the settings say. */
export async function s3For({ aws }: Settings): Promise<S3> {
  const { openS3 } = await import('../adapters/s3/open.ts');
  return openS3(aws, machine);
}
