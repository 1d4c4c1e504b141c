import type { BillingDate } from '../core/calendar/billing-date.ts';
import { invariant } from '../core/errors/invariant.ts';
import { BUILT_IN, type Rules } from '../core/rules/rules.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { decoded, LAKE_FORMAT } from './catalog.ts';
import type { LakeFile } from './catalog-types.ts';
import { inputKey } from './keys.ts';
import { damaged, selfChecked } from './self-checked.ts';
import { sha256Of } from './sha256.ts';

/** Who an account is on the days [validFrom, validUntil); undefined is "from the beginning", "until further notice". */
export interface AccountInterval {
  readonly accountId: string;
  readonly accountName: string | undefined;
  /** `Commercial/Marketing`; empty for an account directly below Root. */
  readonly ouPath: string;
  readonly ouId: string | undefined;
  readonly payerAccountId: string | undefined;
  readonly status: string | undefined;
  readonly validFrom: BillingDate | undefined;
  readonly validUntil: BillingDate | undefined;
  readonly tags: Readonly<Record<string, string>>;
}

export const BUDGET_SCOPES = ['total', 'ou', 'service', 'account'] as const;

/** A budget as imported (requirement E1). */
export interface Budget {
  /** One of BUDGET_SCOPES, or `tag:<key>`. */
  readonly scopeType: string;
  /** Name of the OU, service, account or tag value; empty for `total`. */
  readonly scope: string;
  /** `2026-11`, `2026-Q4` or `2026`. */
  readonly period: string;
  /** Exact decimal text. */
  readonly amount: string;
  readonly currency: string;
  readonly validFrom: BillingDate | undefined;
  readonly ownerEmail: string | undefined;
}

/** On the days [validFrom, validUntil) one unit of `currency` is `rate` (decimal text, 12 places) of the reporting currency. */
export interface Rate {
  readonly currency: string;
  readonly validFrom: BillingDate | undefined;
  readonly validUntil: BillingDate | undefined;
  readonly rate: string;
}

/** A version of what people decide, with where it came from. */
export interface Imported<T> {
  /** ISO 8601 UTC. */
  readonly importedAt: string;
  /** Name of the file, and its sha256 (hex): an equal one is no new version. */
  readonly file: string;
  readonly sha256: string;
  readonly rows: readonly T[];
}

/** The rows of each kind. */
export interface InputRows {
  readonly accounts: AccountInterval;
  readonly budgets: Budget;
  readonly rates: Rate;
  /** One row; version 1 is built in and has no object. */
  readonly rules: Rules;
}
export type InputKind = keyof InputRows;

/** A version of an input and the object that it lies in. */
export interface InputVersion {
  readonly version: number;
  readonly object: LakeFile;
}

/** What has a store: the lake, without a circle of imports. */
interface Stored {
  readonly store: ObjectStore;
}

/** The account map of `version`; nothing for version 0. */
export const readAccounts = (lake: Stored, version: number): Promise<readonly AccountInterval[]> =>
  rowsOf(lake, 'accounts', version);
export const readBudgets = (lake: Stored, version: number): Promise<readonly Budget[]> =>
  rowsOf(lake, 'budgets', version);
export const readRates = (lake: Stored, version: number): Promise<readonly Rate[]> =>
  rowsOf(lake, 'rates', version);

/** The whole object of `version`; `undefined` for version 0, and for the rules that are built in. @throws UserError `LAKE_DAMAGED` if it is gone */
export async function readInput<K extends InputKind>(
  { store }: Stored,
  kind: K,
  version: number,
): Promise<Imported<InputRows[K]> | undefined> {
  if (version === 0 || (kind === 'rules' && version === BUILT_IN)) return undefined;
  const key = inputKey(kind, version);
  const bytes = await store.get(key);
  if (bytes === undefined) throw damaged(key, 'it is gone');
  return decoded<{ format: number } & Imported<InputRows[K]>>(bytes, key);
}

/**
 * Keeps `imported` under the first free number after `version` (one may be taken by an import that was killed before
 * its commit) and gives the number and the object. It counts from the commit on that names it.
 */
export async function writeInput<K extends InputKind>(
  { store }: Stored,
  kind: K,
  version: number,
  imported: Imported<InputRows[K]>,
): Promise<InputVersion> {
  const bytes = selfChecked({ format: LAKE_FORMAT, ...imported });
  for (let next = version + 1; ; next++) {
    invariant(next < version + 10_000, 'a free number is found');
    const key = inputKey(kind, next);
    if (!(await store.putIfAbsent(key, bytes))) continue;
    return { version: next, object: { key, rows: 0, bytes: bytes.length, sha256: sha256Of(bytes) } };
  }
}

async function rowsOf<K extends InputKind>(lake: Stored, kind: K, version: number) {
  return (await readInput(lake, kind, version))?.rows ?? [];
}
