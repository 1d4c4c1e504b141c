import type { BillingDate } from '../core/calendar/billing-date.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { mailKey, ouBreakdownCsvKey, ouBreakdownKey } from './keys.ts';
import { type EntryOf, entriesOf, type Ledger } from './ledger.ts';
import { damaged } from './self-checked.ts';
import { sha256Of } from './sha256.ts';

export type ArtefactKind = 'csv' | 'parquet' | 'mail' | 'snapshot';

/** Something that was archived, as the ledger remembers it. */
export interface Artefact {
  readonly kind: ArtefactKind;
  readonly key: string;
  /** From 1, by key: what replaced what. */
  readonly version: number;
  /** The one that stands under the key now. */
  readonly isNewest: boolean;
  /** The billing day that it is about; undefined for a digest before the first complete day. */
  readonly day: BillingDate | undefined;
  /** When the ledger said so, ISO 8601 UTC, and in which entry. */
  readonly at: string;
  readonly entry: number;
  readonly lakeVersion: number;
  /** sha256, hex. */
  readonly sha256: string;
  /** `first`; what replaced an earlier version says why. */
  readonly why: 'first' | 'restated' | 'backfill' | 'sent again';
  /** The run that replaced the version before, where one is named. */
  readonly run: string | undefined;
}

type Written = Omit<Artefact, 'version' | 'isNewest' | 'why'> & { readonly why: Artefact['why'] | undefined };

/** All versions of everything that is archived, in the order of the ledger; days that a killed run still owes are not there yet. */
export function artefacts(ledger: Ledger): readonly Artefact[] {
  const done = new Set(entriesOf(ledger, 'archive.written').map(({ planned }) => planned));
  const written = [
    ...entriesOf(ledger, 'archive.planned').flatMap((plan) => (done.has(plan.number) ? csvFiles(plan) : [])),
    ...parquetFiles(ledger),
    ...entriesOf(ledger, 'digest').map(mail),
    ...entriesOf(ledger, 'snapshot').map(page),
  ].sort((a, b) => a.entry - b.entry || (a.key < b.key ? -1 : 1));
  const versions = new Map<string, Written[]>();
  const found: { readonly of: Written; readonly version: number }[] = [];
  for (const of of written) {
    const before = versions.get(of.key) ?? [];
    // The same bytes once more are no new version: the store keeps what stands there.
    if (before.at(-1)?.sha256 === of.sha256) continue;
    versions.set(of.key, [...before, of]);
    found.push({ of, version: before.length + 1 });
  }
  return found.map(({ of, version }) => ({
    ...of,
    version,
    isNewest: versions.get(of.key)?.length === version,
    why: version === 1 ? 'first' : (of.why ?? 'sent again'),
  }));
}

/** The bytes of an artefact, whatever replaced it since. @throws UserError `LAKE_DAMAGED` where no version of its key has them */
export async function bytesOf(store: ObjectStore, artefact: Artefact): Promise<Uint8Array> {
  return (await contentOf(store, artefact)).read();
}

/** Where an artefact stands: under its key, or as the earlier content of this id. */
export interface ArtefactContent {
  readonly id: string | undefined;
  /** @throws UserError `STORE_ARCHIVED` where it lies in an archive tier */
  read(): Promise<Uint8Array>;
}

/**
 * Finds the content of an artefact, whatever replaced it since, by its hash; what lies in an archive tier by the hash that
 * its store keeps. @throws UserError `LAKE_DAMAGED` where no version of its key has these bytes
 */
export async function contentOf(
  store: ObjectStore,
  { key, sha256: hash }: Pick<Artefact, 'key' | 'sha256'>,
): Promise<ArtefactContent> {
  const lost = () => damaged(key, `no version of it has the bytes that the ledger names, ${hash}`);
  if ((await store.hash(key)).some(({ sha256 }) => sha256 === hash)) {
    const read = async (): Promise<Uint8Array> => {
      const bytes = await store.get(key);
      // Replaced since, or held in two places that differ.
      if (bytes === undefined || sha256Of(bytes) !== hash) throw lost();
      return bytes;
    };
    return { id: undefined, read };
  }
  for (const earlier of await store.versions(key)) if ((await earlier.hash()).sha256 === hash) return earlier;
  throw lost();
}

function csvFiles({ days, again, at, number, lakeVersion }: EntryOf<'archive.planned'>): Written[] {
  if (again?.what === 'parquet') return [];
  return days.map(({ date, csv }) => ({
    kind: 'csv' as const,
    key: ouBreakdownCsvKey(date),
    day: date,
    at,
    entry: number,
    lakeVersion,
    sha256: csv,
    why: again?.why,
    run: again?.run,
  }));
}

function parquetFiles(ledger: Ledger): Written[] {
  const plans = new Map(entriesOf(ledger, 'archive.planned').map((entry) => [entry.number, entry]));
  return entriesOf(ledger, 'archive.written').flatMap(({ planned, parquet, at, number }) => {
    const plan = plans.get(planned);
    if (plan === undefined) return [];
    const { lakeVersion, again } = plan;
    return parquet.map(({ date, sha256: hash }) => ({
      kind: 'parquet' as const,
      key: ouBreakdownKey(date),
      day: date,
      at,
      entry: number,
      lakeVersion,
      sha256: hash,
      why: again?.why,
      run: again?.run,
    }));
  });
}

const mail = ({
  key,
  runDate,
  headline,
  lakeVersion,
  at,
  number,
  mail: hash,
}: EntryOf<'digest'>): Written => ({
  kind: 'mail',
  key: mailKey(runDate, key),
  day: headline ?? undefined,
  at,
  entry: number,
  lakeVersion,
  sha256: hash,
  why: undefined,
  run: undefined,
});

const page = ({ key, day, lakeVersion, at, number, sha256: hash }: EntryOf<'snapshot'>): Written => ({
  kind: 'snapshot',
  key,
  day: day ?? undefined,
  at,
  entry: number,
  lakeVersion,
  sha256: hash,
  why: undefined,
  run: undefined,
});
