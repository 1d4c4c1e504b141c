import { isDeepStrictEqual } from 'node:util';
import type { ObjectStore } from '../../ports/object-store.ts';
import { applied, type CatalogEntry, decoded, decodedCheckpoint, emptyState } from '../catalog.ts';
import type { LakeIdentity, LakeState } from '../catalog-types.ts';
import { CATALOG_HINT_KEY, checkpointKey, LAKE_KEY, versionKey } from '../keys.ts';
import { readSelfChecked, selfCheck } from '../self-checked.ts';
import { sha256Of } from '../sha256.ts';
import { type Finding, remedyOf } from './finding.ts';

/** The catalog as it lies there, read without trust. */
export interface CatalogChain {
  readonly identity: LakeIdentity | undefined;
  /** All commits that can be read, oldest first. */
  readonly entries: readonly CatalogEntry[];
  /** sha256 (hex) of each version's bytes that are there. */
  readonly hashes: ReadonlyMap<number, string>;
  /** The newest version, made from all commits again; undefined where the chain is broken. */
  readonly state: LakeState | undefined;
  /** The newest version there is any trace of. */
  readonly newest: number;
  readonly findings: readonly Finding[];
}

const READ_AT_ONCE = 32;

/**
 * Reads every commit and makes each version from the one before it: each must be whole, named by the next with its hash,
 * and what its checkpoint says. `keys`: all objects of the lake.
 */
export async function readCatalogChain(
  store: ObjectStore,
  keys: ReadonlySet<string>,
  newest: number,
): Promise<CatalogChain> {
  const findings: Finding[] = [];
  const identity = await identityOf(store, findings);
  const entries: CatalogEntry[] = [];
  const hashes = new Map<number, string>();
  let state = identity === undefined ? undefined : emptyState(identity.createdAt);
  let before: string | null | undefined = null;
  for await (const { version, bytes } of versionsUpTo(store, newest)) {
    const entry = entryIn(bytes, version);
    const hash = bytes === undefined ? undefined : sha256Of(bytes);
    if (hash !== undefined) hashes.set(version, hash);
    if (entry === undefined) {
      findings.push(broken(version, bytes));
      state = undefined;
    } else {
      entries.push(entry);
      if (before !== undefined && entry.previous !== before) {
        findings.push(unchained(version, entry.previous, before));
        state = undefined;
      }
      state = state === undefined ? undefined : applied(state, entry);
    }
    if (keys.has(checkpointKey(version))) findings.push(...(await checkpoint(store, version, state, hash)));
    before = entry === undefined ? undefined : hash;
  }
  findings.push(...(await hint(store, newest)));
  return { identity, entries, hashes, state, newest, findings: named(findings, entries) };
}

async function identityOf(store: ObjectStore, findings: Finding[]): Promise<LakeIdentity | undefined> {
  const bytes = await store.get(LAKE_KEY);
  if (bytes === undefined) {
    findings.push(missing(LAKE_KEY, 'What this lake is, is gone'));
    return undefined;
  }
  if (selfCheck(bytes) !== 'broken') return decoded<LakeIdentity>(bytes, LAKE_KEY);
  findings.push(changed(LAKE_KEY, bytes));
  return undefined;
}

async function* versionsUpTo(store: ObjectStore, newest: number) {
  for (let from = 1; from <= newest; from += READ_AT_ONCE) {
    const some = Array.from({ length: Math.min(READ_AT_ONCE, newest - from + 1) }, (_, i) => from + i);
    const read = await Promise.all(some.map((version) => store.get(versionKey(version))));
    for (const [i, bytes] of read.entries()) yield { version: from + i, bytes };
  }
}

function entryIn(bytes: Uint8Array | undefined, version: number): CatalogEntry | undefined {
  if (bytes === undefined || selfCheck(bytes) === 'broken') return undefined;
  const entry = readSelfChecked<CatalogEntry>(bytes, versionKey(version));
  return entry.version === version && entry.change?.kind !== undefined ? entry : undefined;
}

/** A checkpoint is a copy: it must say what the commits say. Where these are broken, it can only prove itself. */
async function checkpoint(
  store: ObjectStore,
  version: number,
  state: LakeState | undefined,
  hash: string | undefined,
): Promise<readonly Finding[]> {
  const key = checkpointKey(version);
  const bytes = await store.get(key);
  if (bytes === undefined) return [];
  if (selfCheck(bytes) === 'broken') return [changed(key, bytes)];
  if (state === undefined) return [];
  const told = decodedCheckpoint(bytes, version, key);
  const plain = JSON.parse(JSON.stringify(state));
  if (told.sha256 === hash && isDeepStrictEqual(JSON.parse(JSON.stringify(told.state)), plain)) return [];
  return [
    {
      fault: 'altered',
      key,
      what: `The checkpoint of version ${version} is not what the commits up to it make`,
      expected: hash,
      found: told.sha256,
      remedy: remedyOf(key, 'changed'),
    },
  ];
}

async function hint(store: ObjectStore, newest: number): Promise<readonly Finding[]> {
  const bytes = await store.get(CATALOG_HINT_KEY);
  if (bytes === undefined) return [];
  const version =
    selfCheck(bytes) === 'broken'
      ? undefined
      : readSelfChecked<{ version?: number }>(bytes, CATALOG_HINT_KEY).version;
  return version !== undefined && version <= newest ? [] : [changed(CATALOG_HINT_KEY, bytes)];
}

/** What a commit should be is told by the next one, which names its hash. */
function named(findings: readonly Finding[], entries: readonly CatalogEntry[]): readonly Finding[] {
  const told = new Map(entries.map(({ version, previous }) => [versionKey(version - 1), previous]));
  return findings.map((finding) => ({
    ...finding,
    expected: finding.expected ?? told.get(finding.key) ?? undefined,
  }));
}

function broken(version: number, bytes: Uint8Array | undefined): Finding {
  const key = versionKey(version);
  return bytes === undefined ? missing(key, `The commit of version ${version} is gone`) : changed(key, bytes);
}

function unchained(version: number, expected: string | null, found: string | null): Finding {
  const key = version === 1 ? versionKey(1) : versionKey(version - 1);
  return {
    fault: 'chain',
    key,
    what: `Version ${version} was made after other bytes of the version before it`,
    expected: expected ?? undefined,
    found: found ?? undefined,
    remedy: remedyOf(key, 'changed'),
  };
}

const missing = (key: string, what: string): Finding => ({
  fault: 'missing',
  key,
  what,
  expected: undefined,
  found: undefined,
  remedy: remedyOf(key, 'missing'),
});

/** A JSON object of ours that is not as it was written; all of them end with a line feed. */
export const changed = (key: string, bytes: Uint8Array): Finding => ({
  fault: bytes.at(-1) === 10 ? 'altered' : 'truncated',
  key,
  what: 'The object is not what was written: its bytes do not have its own hash',
  expected: undefined,
  found: sha256Of(bytes),
  remedy: remedyOf(key, 'changed'),
});
