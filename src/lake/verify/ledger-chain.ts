import type { ObjectStore } from '../../ports/object-store.ts';
import { ledgerKey, versionKey } from '../keys.ts';
import { type LedgerEntry, NOTHING } from '../ledger.ts';
import { readSelfChecked, selfCheck } from '../self-checked.ts';
import { sha256Of } from '../sha256.ts';
import { changed } from './catalog-chain.ts';
import { type Finding, remedyOf } from './finding.ts';

/** The ledger as it lies there, read without trust. */
export interface LedgerChain {
  /** All entries that can be read, oldest first. */
  readonly entries: readonly LedgerEntry[];
  /** Hash of each entry (what digests print as the head) → its number; that of the empty ledger has number 0. */
  readonly heads: ReadonlyMap<string, number>;
  readonly head: string;
  readonly findings: readonly Finding[];
}

const READ_AT_ONCE = 32;

/** Reads the entries from 1 to `newest`: each must be whole and named by the next one with its hash. */
export async function readLedgerChain(store: ObjectStore, newest: number): Promise<LedgerChain> {
  const findings: Finding[] = [];
  const entries: LedgerEntry[] = [];
  const heads = new Map([[NOTHING, 0]]);
  let before: string | undefined = NOTHING;
  for (let from = 1; from <= newest; from += READ_AT_ONCE) {
    const some = Array.from({ length: Math.min(READ_AT_ONCE, newest - from + 1) }, (_, i) => from + i);
    const read = await Promise.all(some.map((number) => store.get(ledgerKey(number))));
    for (const [i, bytes] of read.entries()) {
      const number = from + i;
      const entry = entryIn(bytes, number);
      if (bytes === undefined || entry === undefined) {
        findings.push(broken(number, bytes));
        before = undefined;
        continue;
      }
      if (before !== undefined && entry.previous !== before)
        findings.push(unchained(number, entry.previous, before));
      entries.push(entry);
      before = sha256Of(bytes);
      heads.set(before, number);
    }
  }
  return { entries, heads, head: before ?? NOTHING, findings: named(findings, entries) };
}

/** The ledger names versions of the lake with their hashes: the commits must still be those. */
export function ledgerAgainstCatalog(
  { entries }: LedgerChain,
  hashes: ReadonlyMap<number, string>,
): readonly Finding[] {
  const findings = new Map<number, Finding>();
  for (const entry of entries) {
    if (!('lakeVersion' in entry) || entry.lakeVersion === 0 || findings.has(entry.lakeVersion)) continue;
    const found = hashes.get(entry.lakeVersion);
    if (found !== undefined && (entry.catalog === undefined || entry.catalog === found)) continue;
    const key = versionKey(entry.lakeVersion);
    findings.set(entry.lakeVersion, {
      fault: found === undefined ? 'missing' : 'chain',
      key,
      what: `Entry ${entry.number} of the ledger names version ${entry.lakeVersion} of the lake${found === undefined ? ', which is gone' : ' with another hash'}`,
      expected: entry.catalog,
      found,
      remedy: remedyOf(key, found === undefined ? 'missing' : 'changed'),
    });
  }
  return [...findings.values()];
}

function entryIn(bytes: Uint8Array | undefined, number: number): LedgerEntry | undefined {
  if (bytes === undefined || selfCheck(bytes) === 'broken') return undefined;
  const entry = readSelfChecked<LedgerEntry>(bytes, ledgerKey(number));
  return entry.number === number ? entry : undefined;
}

function named(findings: readonly Finding[], entries: readonly LedgerEntry[]): readonly Finding[] {
  const told = new Map(entries.map(({ number, previous }) => [ledgerKey(number - 1), previous]));
  return findings.map((finding) => ({ ...finding, expected: finding.expected ?? told.get(finding.key) }));
}

function broken(number: number, bytes: Uint8Array | undefined): Finding {
  const key = ledgerKey(number);
  if (bytes !== undefined) return changed(key, bytes);
  return {
    fault: 'missing',
    key,
    what: `Entry ${number} of the ledger is gone`,
    expected: undefined,
    found: undefined,
    remedy: remedyOf(key, 'missing'),
  };
}

function unchained(number: number, expected: string, found: string): Finding {
  const key = ledgerKey(Math.max(1, number - 1));
  return {
    fault: 'chain',
    key,
    what: `Entry ${number} of the ledger was written after other bytes of the entry before it`,
    expected,
    found,
    remedy: remedyOf(key, 'changed'),
  };
}
