import type { BillingDate } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import { type Artefact, type ArtefactKind, artefacts, bytesOf } from '../lake/artefacts.ts';
import { openLake } from '../lake/lake.ts';
import { readLedger } from '../lake/ledger.ts';
import type { ObjectStore } from '../ports/object-store.ts';

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

/** One version of an artefact, byte for byte. @throws UserError `NOT_FOUND`, `VERSION_UNKNOWN`, `LAKE_DAMAGED` */
export async function archiveGet(
  store: ObjectStore,
  { of, version }: ArchiveGetOf,
): Promise<{ readonly artefact: Artefact; readonly bytes: Uint8Array }> {
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
  return { artefact, bytes: await bytesOf(store, artefact) };
}
