import type { BillingDate } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import { type Artefact, type ArtefactKind, artefacts, contentOf } from '../lake/artefacts.ts';
import { openLake } from '../lake/lake.ts';
import { readLedger } from '../lake/ledger.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore, RestoreHow, Restoring } from '../ports/object-store.ts';

/** Everything that is archived, or that is about `day`, newest first: each version, who replaced it, when and why. */
export async function archiveList(store: ObjectStore, day?: BillingDate): Promise<readonly Artefact[]> {
  await openLake(store);
  const all = artefacts(await readLedger(store));
  return all.filter((artefact) => day === undefined || artefact.day === day).reverse();
}

/** What somebody wants out of the archive. */
export interface ArchiveGetOf {
  /** A billing day, which means its artefact of `kind`, or the key of an artefact. */
  readonly of: { readonly day: BillingDate; readonly kind: ArtefactKind } | { readonly key: string };
  /** As `archive list` counts; the newest unless told. */
  readonly version?: number | undefined;
}

/** One version of an artefact, byte for byte. @throws UserError `NOT_FOUND`, `VERSION_UNKNOWN`, `LAKE_DAMAGED`, `STORE_ARCHIVED` */
export async function archiveGet(
  store: ObjectStore,
  of: ArchiveGetOf,
): Promise<{ readonly artefact: Artefact; readonly bytes: Uint8Array }> {
  const artefact = await artefactOf(store, of);
  const content = await contentOf(store, artefact);
  return { artefact, bytes: await content.read() };
}

/** For so many days a restored object can be read. */
const RESTORED_DAYS = 7;

/**
 * As `archiveGet`, but what lies in an archive tier is asked for. @throws UserError `ARCHIVE_RESTORING`, which says when to
 * come back, and all that `archiveGet` throws
 */
export async function archiveFetch(
  { store, clock, speed }: ArchiveFetchTools,
  of: ArchiveGetOf,
): Promise<{ readonly artefact: Artefact; readonly bytes: Uint8Array }> {
  const artefact = await artefactOf(store, of);
  const content = await contentOf(store, artefact);
  const restoring = await store.restore(artefact.key, content.id, { speed, days: RESTORED_DAYS });
  if (restoring !== undefined) throw comeBack(artefact, restoring, { speed, now: clock.now() });
  return { artefact, bytes: await content.read() };
}

export interface ArchiveFetchTools {
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly speed: RestoreHow['speed'];
}

function comeBack(
  { key, version }: Artefact,
  { tier, since, hoursMax }: Restoring,
  { speed, now }: { readonly speed: string; readonly now: number },
): UserError {
  const name = tier === 'DEEP_ARCHIVE' ? 'S3 Glacier Deep Archive' : `the archive tier ${tier}`;
  const until = new Date(now + hoursMax * 3_600_000).toISOString().slice(0, 16).replace('T', ' ');
  return new UserError('ARCHIVE_RESTORING', {
    what:
      since === 'now'
        ? `Version ${version} lies in ${name}; a restore was asked for (${speed}, up to ${hoursMax} hours)`
        : `Version ${version} lies in ${name}; a restore was asked for before and is under way`,
    place: { file: key },
    remedy: `Run the same command again after ${until} UTC at the latest; it can be read for ${RESTORED_DAYS} days then.`,
  });
}

/** @throws UserError `NOT_FOUND`, `VERSION_UNKNOWN` */
export async function artefactOf(store: ObjectStore, { of, version }: ArchiveGetOf): Promise<Artefact> {
  const all = (await archiveList(store)).filter((artefact) =>
    'key' in of ? artefact.key === of.key : artefact.day === of.day && artefact.kind === of.kind,
  );
  const [newest] = all;
  if (newest === undefined) {
    throw new UserError('NOT_FOUND', {
      what:
        'key' in of
          ? `Nothing is archived under ${of.key}`
          : `There is no ${of.kind} of ${of.day} in the archive`,
      remedy:
        'spendlight archive list names what there is; spendlight run archives the days that are complete.',
    });
  }
  // A day may have mails of several keys: the newest of them is meant.
  const versions = all.filter(({ key }) => key === newest.key);
  const artefact = version === undefined ? newest : versions.find((one) => one.version === version);
  if (artefact === undefined) {
    throw new UserError('VERSION_UNKNOWN', {
      what: `${newest.key} has no version ${version}; the newest is ${newest.version}`,
      remedy: 'spendlight archive list names the versions there are.',
    });
  }
  return artefact;
}
