import { RestoreObjectCommand } from '@aws-sdk/client-s3';
import { known } from '../../core/errors/invariant.ts';
import type { RestoreHow, Restoring } from '../../ports/object-store.ts';
import { saidBy } from '../aws/failures.ts';
import { retried } from '../aws/retried.ts';
import { headOf, type Place } from './place.ts';

/** Tiers whose objects can't be read where they lie, and the hours that AWS documents for each way back, at most. */
const HOURS: Readonly<Record<string, Readonly<Record<RestoreHow['speed'], number>>>> = {
  GLACIER: { Bulk: 12, Standard: 5 },
  DEEP_ARCHIVE: { Bulk: 48, Standard: 12 },
};

/** Asks S3 to lay a copy of an archived object beside it for some days, unless that was asked for already. */
export async function restored(
  place: Place,
  versionId: string | undefined,
  { speed, days }: RestoreHow,
): Promise<Restoring | undefined> {
  const head = known(await headOf(place, versionId), `the object ${place.key}`);
  const hours = HOURS[head.storageClass ?? ''];
  const isReady = head.restore?.includes('ongoing-request="false"') === true;
  if (hours === undefined || isReady) return undefined;
  const tier = known(head.storageClass, 'the tier of an archived object');
  // Nobody knows how fast it was asked for: the slowest way is the one that can be relied on.
  const earlier: Restoring = { tier, since: 'earlier', hoursMax: hours.Bulk };
  if (head.restore !== undefined) return earlier;
  try {
    await retried(place, () =>
      place.client.send(
        new RestoreObjectCommand({
          Bucket: place.bucket,
          Key: place.key,
          VersionId: versionId,
          RestoreRequest: { Days: days, GlacierJobParameters: { Tier: speed } },
        }),
      ),
    );
  } catch (error) {
    // Two asked at the same time, or the answer to our first attempt was lost.
    if (saidBy(error).name === 'RestoreAlreadyInProgress') return earlier;
    // Written anew since we looked.
    if (saidBy(error).name === 'ObjectAlreadyInActiveTierError') return undefined;
    throw error;
  }
  return { tier, since: 'now', hoursMax: hours[speed] };
}
