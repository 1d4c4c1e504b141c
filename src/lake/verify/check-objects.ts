import type { Hashed, ObjectInfo, ObjectStore } from '../../ports/object-store.ts';
import { selfCheck } from '../self-checked.ts';
import { sha256Of } from '../sha256.ts';
import { changed } from './catalog-chain.ts';
import { type Finding, type Outcome, type Remark, remedyOf } from './finding.ts';
import type { NamedObject, NamedObjects } from './named-objects.ts';

/** What was read to check the objects. */
export interface CheckedObjects extends Outcome {
  readonly objects: number;
  readonly bytes: number;
}

export interface ObjectsOf {
  readonly store: ObjectStore;
  /** Every object there is. */
  readonly listed: readonly ObjectInfo[];
  readonly named: NamedObjects;
  /** Keys that were looked at already: commits and entries of the ledger. */
  readonly seen: (key: string) => boolean;
  /** Told after each object. */
  readonly onRead: (objects: number, bytes: number) => void;
}

/** Objects that are hashed at one time: reading one goes on while another is hashed. */
const AT_ONCE = 4;

/** Data that a load or a run that was killed may leave behind: no version names it, and nobody reads it. */
const LEFT_BEHIND =
  /^(raw|cost-lines|daily-costs|verdicts|arrivals|restatements|snapshots|state|catalog\/history)\//;
/** Where objects of ours lie that an older version wrote without a hash. */
const OURS = /^(ledger|state|simulated|rejects|snapshots|\.finops_prefs)\/|^raw\/.*\/receipt\.json$/;
/** Replaced when somebody says so, and readable later; signs of life are replaced every minute and forgotten. */
const REPLACED = /^\.finops_prefs\//;

/** Every object is there with the bytes that were written, and none that nobody knows. */
export async function checkObjects(of: ObjectsOf): Promise<CheckedObjects> {
  const found: { findings: Finding[]; remarks: Remark[] } = { findings: [], remarks: [] };
  const rest = of.listed.filter(({ key }) => !of.seen(key));
  let [objects, bytes] = [0, 0];
  const next = rest.values();
  const work = async (): Promise<void> => {
    for (const info of next) {
      const { findings, remarks } = await checkOne(of, info);
      found.findings.push(...findings);
      found.remarks.push(...remarks);
      objects += 1;
      bytes += info.bytes;
      of.onRead(objects, bytes);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  const there = new Set(of.listed.map(({ key }) => key));
  found.findings.push(...(await missing(of, there)));
  const thinned = [...of.named.removed].filter((key) => !there.has(key));
  found.remarks.push(...thinned.map((key): Remark => ({ kind: 'thinned', key })));
  return { ...found, objects, bytes };
}

const FINE: Outcome = { findings: [], remarks: [] };
const wrong = (...findings: Finding[]): Outcome => ({ findings, remarks: [] });
const remark = (kind: Remark['kind'], key: string): Outcome => ({ findings: [], remarks: [{ kind, key }] });

async function checkOne(of: ObjectsOf, { key }: ObjectInfo): Promise<Outcome> {
  const named = of.named.objects.get(key);
  if (named !== undefined) return checkNamed(of, key, named);
  if (key.endsWith('.json')) return checkOwn(of.store, key);
  if (key.startsWith('mails/') || of.named.owed.has(key)) return wrong(unfinished(key));
  if (OURS.test(key)) return remark('unproved', key);
  if (LEFT_BEHIND.test(key)) return remark('leftover', key);
  return wrong(foreign(key));
}

/** The current content is the last one that was named, wherever the store holds it; earlier ones are among its versions. */
async function checkNamed(
  { store, named: { objects } }: ObjectsOf,
  key: string,
  named: NamedObject,
): Promise<Outcome> {
  const current = named.contents.at(-1);
  if (current === undefined) return FINE;
  const places = await store.hash(key);
  const off = places.find(({ sha256 }) => sha256 !== undefined && sha256 !== current.sha256);
  if (off !== undefined) {
    // A mended reject file that was brought in again lies in raw/, named like any other.
    if (key.startsWith('rejects/') && [...objects.values()].some((other) => isContentOf(other, off.sha256)))
      return FINE;
    return wrong(different(key, named, current, off));
  }
  const earlier = named.contents.slice(0, -1);
  const versions = earlier.length === 0 ? [] : await store.versions(key);
  const kept = await Promise.all(versions.map((version) => version.hash()));
  const hashes = new Set(kept.map(({ sha256 }) => sha256));
  const far = [...places, ...kept].filter((content) => content.isArchived === true);
  const isUnread = far.some(({ sha256 }) => sha256 === undefined);
  const kind = isUnread ? ('unread' as const) : ('archived' as const);
  // One of those without a checksum may be what seems to be gone.
  const gone = isUnread ? [] : earlier.filter((content) => !hashes.has(content.sha256));
  return {
    remarks: far.length === 0 ? [] : [{ kind, key, isEarlier: places[0]?.isArchived !== true }],
    findings: gone.map(
      (content): Finding => ({
        fault: 'altered',
        key,
        what: `An earlier content of it, named before ${named.by}, is gone or changed`,
        expected: content.sha256,
        found: undefined,
        remedy: remedyOf(key, 'missing'),
      }),
    ),
  };
}

const isContentOf = ({ contents }: NamedObject, hash: string | undefined): boolean =>
  contents.some(({ sha256: of }) => of === hash);

/** A JSON object that nobody names has to prove itself, and so have its earlier contents. */
async function checkOwn(store: ObjectStore, key: string): Promise<Outcome> {
  const bytes = await store.get(key);
  if (bytes === undefined) return FINE; // removed since the lake was listed: a lease that was given back
  const state = selfCheck(bytes);
  if (state === 'broken') return wrong(changed(key, bytes));
  const twins = await store.hash(key);
  const off = twins.find((twin) => twin.sha256 !== sha256Of(bytes));
  if (off !== undefined) {
    // Replaced between the two readings, or the file that people see is not the content.
    const now = await store.get(key);
    if (now !== undefined && sha256Of(now) === sha256Of(bytes))
      return wrong({ ...changed(key, bytes), found: off.sha256 });
  }
  const versions = REPLACED.test(key) ? await store.versions(key) : [];
  const earlier = await Promise.all(versions.map((version) => version.read()));
  const rotten = earlier.find((content) => selfCheck(content) === 'broken');
  if (rotten !== undefined) return wrong(changed(key, rotten));
  if (state === 'proved') return FINE;
  if (OURS.test(key) || key === 'lake.json' || key.startsWith('catalog/')) return remark('unproved', key);
  // The manifest of a delivery that was received and then refused: it is JSON, and not ours.
  return LEFT_BEHIND.test(key) ? remark('leftover', key) : wrong(foreign(key));
}

async function missing({ store, named }: ObjectsOf, there: ReadonlySet<string>): Promise<Finding[]> {
  const findings: Finding[] = [];
  const look = async (key: string, by: string, expected: string | undefined): Promise<void> => {
    // Written since the lake was listed, by a commit that we have read.
    if (there.has(key) || named.removed.has(key) || (await isListed(store, key))) return;
    findings.push({
      fault: 'missing',
      key,
      what: `The object is gone; ${by} names it`,
      expected,
      found: undefined,
      remedy: remedyOf(key, 'missing'),
    });
  };
  for (const [key, { contents, by }] of named.objects) await look(key, by, contents.at(-1)?.sha256);
  for (const key of named.receipts) await look(key, 'the delivery beside it', undefined);
  return findings;
}

/** By its listing: where a store holds an object twice, engines may miss the one that `head` does not ask for. */
const isListed = async (store: ObjectStore, key: string): Promise<boolean> =>
  (await store.list(key)).some((info) => info.key === key);

function different(
  key: string,
  { by }: NamedObject,
  expected: { readonly sha256: string; readonly bytes: number | undefined },
  found: Hashed,
): Finding {
  const isShort = expected.bytes !== undefined && found.bytes < expected.bytes;
  return {
    fault: isShort ? 'truncated' : 'altered',
    key,
    what: isShort
      ? `The object has ${found.bytes} of ${expected.bytes} bytes that ${by} names`
      : `The object is not the one that ${by} names`,
    expected: expected.sha256,
    found: found.sha256,
    remedy: remedyOf(key, 'changed'),
  };
}

const foreign = (key: string): Finding => ({
  fault: 'foreign',
  key,
  what: 'The object belongs to nothing in this lake',
  expected: undefined,
  found: undefined,
  remedy: 'Move it out of the lake.',
});

/** A mail is kept before it goes out and named when it went; a day's objects are named when both are there. */
const unfinished = (key: string): Finding => ({
  fault: 'unfinished',
  key,
  what: 'A run that has not ended wrote it, and the ledger does not name it yet',
  expected: undefined,
  found: undefined,
  remedy: key.startsWith('mails/')
    ? `Let the run end: spendlight run --date ${key.split('/')[1] ?? ''}`
    : 'Let the run end: spendlight run',
});
