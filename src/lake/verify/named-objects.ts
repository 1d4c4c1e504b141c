import type { ObjectInfo } from '../../ports/object-store.ts';
import type { LakeFile } from '../catalog-types.ts';
import { copyIn, mailKey, ouBreakdownCsvKey, ouBreakdownKey, receiptKeyOf } from '../keys.ts';
import type { LedgerEntry } from '../ledger.ts';
import type { CatalogChain } from './catalog-chain.ts';

/** What the contents of a key must be: one, or several one after the other, the last of them the current one. */
export interface NamedObject {
  readonly contents: readonly { readonly sha256: string; readonly bytes: number | undefined }[];
  /** Who names it: `version 12 of the catalog`, `entry 3 of the ledger`. */
  readonly by: string;
}

/** Every object whose hash the catalog or the ledger knows, and the receipts that go with raw files. */
export interface NamedObjects {
  readonly objects: ReadonlyMap<string, NamedObject>;
  /** Receipts of deliveries that a version names: they prove themselves, but must be there. */
  readonly receipts: ReadonlySet<string>;
  /** Days that were planned and whose objects may not be there yet, nor be known: a run is at them, or was killed. */
  readonly owed: ReadonlySet<string>;
  /** What was removed by rule: it need not be there any more. */
  readonly removed: ReadonlySet<string>;
}

/** @param listed  every object there is: a copy of a commit must be the commit */
export function namedObjects(
  { entries: commits, hashes }: Pick<CatalogChain, 'entries' | 'hashes'>,
  entries: readonly LedgerEntry[],
  listed: readonly ObjectInfo[],
): NamedObjects {
  const objects = new Map<string, NamedObject>();
  const receipts = new Set<string>();
  const removed = new Set<string>();
  const name = (key: string, sha256: string, bytes: number | undefined, by: string): void => {
    const before = objects.get(key)?.contents ?? [];
    if (before.at(-1)?.sha256 === sha256) return;
    objects.set(key, { contents: [...before, { sha256, bytes }], by });
  };
  for (const commit of commits) {
    for (const { key, sha256, bytes } of filesIn(commit)) {
      name(key, sha256, bytes, `version ${commit.version} of the catalog`);
      const receipt = receiptKeyOf(key);
      if (receipt !== undefined) receipts.add(receipt);
    }
  }
  for (const { key } of listed) {
    const version = copyIn(key);
    const hash = version === undefined ? undefined : hashes.get(version);
    if (hash !== undefined) name(key, hash, undefined, `version ${version} of the catalog`);
  }
  const owed = new Map<number, Extract<LedgerEntry, { kind: 'archive.planned' }>>();
  for (const entry of entries) {
    const by = `entry ${entry.number} of the ledger`;
    if (entry.kind === 'archive.planned') owed.set(entry.number, entry);
    if (entry.kind === 'archive.written') {
      const plan = owed.get(entry.planned);
      const csvs = plan?.again?.what === 'parquet' ? [] : (plan?.days ?? []);
      for (const { date, csv } of csvs) name(ouBreakdownCsvKey(date), csv, undefined, by);
      for (const { date, sha256 } of entry.parquet) name(ouBreakdownKey(date), sha256, undefined, by);
      owed.delete(entry.planned);
    }
    if (entry.kind === 'prune') for (const { key } of entry.removed) removed.add(key);
    if (entry.kind === 'digest') name(mailKey(entry.runDate, entry.key), entry.mail, undefined, by);
    if (entry.kind === 'snapshot') name(entry.key, entry.sha256, undefined, by);
    // Made again: what stood there before it is gone, and was not whole.
    if (entry.kind === 'rebuilt')
      for (const { key, sha256 } of entry.objects)
        objects.set(key, { contents: [{ sha256, bytes: undefined }], by });
    if (entry.kind === 'kept') for (const { key, sha256 } of entry.objects) name(key, sha256, undefined, by);
  }
  const days = [...owed.values()].flatMap((entry) => entry.days.map(({ date }) => date));
  return {
    objects,
    receipts,
    removed,
    owed: new Set(days.flatMap((date) => [ouBreakdownCsvKey(date), ouBreakdownKey(date)])),
  };
}

/** Every file that `value` names, wherever in it: what a newer kind of commit names is checked, too. */
export function filesIn(value: unknown): LakeFile[] {
  if (typeof value !== 'object' || value === null) return [];
  if (isFile(value)) return [value];
  return Object.values(value).flatMap(filesIn);
}

const isFile = (value: object): value is LakeFile =>
  'key' in value &&
  'sha256' in value &&
  'bytes' in value &&
  typeof value.key === 'string' &&
  typeof value.sha256 === 'string' &&
  typeof value.bytes === 'number';
