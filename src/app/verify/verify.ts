import { UserError } from '../../core/errors/user-error.ts';
import { CATALOG_HINT_KEY, entryIn, LAKE_KEY, ledgerKey, versionIn, versionKey } from '../../lake/keys.ts';
import { openLake } from '../../lake/lake.ts';
import { readLedger } from '../../lake/ledger.ts';
import { selfCheck } from '../../lake/self-checked.ts';
import { type CatalogChain, readCatalogChain } from '../../lake/verify/catalog-chain.ts';
import { checkObjects } from '../../lake/verify/check-objects.ts';
import { bySeverity, type Finding, type Remark } from '../../lake/verify/finding.ts';
import { type LedgerChain, ledgerAgainstCatalog, readLedgerChain } from '../../lake/verify/ledger-chain.ts';
import { type NamedObjects, namedObjects } from '../../lake/verify/named-objects.ts';
import { checkStoredTotals } from '../../lake/verify/stored-totals.ts';
import type { Progress } from '../../ports/clock.ts';
import type { Asker, Engine } from '../../ports/engine.ts';
import type { ObjectInfo, ObjectStore } from '../../ports/object-store.ts';
import { archiveLayers } from './archive-layers.ts';
import { archivedDays, toldSince } from './archived-days.ts';
import { deepSums } from './deep.ts';
import { mailAttachments } from './mails.ts';
import {
  type Compared,
  FINDINGS_MAX,
  remarksOf,
  type VerifyReport,
  type VerifyRequest,
  wrongBy,
} from './report.ts';
import { rollupsAgainstTotals } from './rollup-totals.ts';
import { NO_TABLES, type TablesCompared, type TablesToday, tablesLayer } from './tables.ts';

export interface VerifyDoors {
  readonly store: ObjectStore;
  /** Reads files that no table holds. */
  readonly engine: () => Promise<Engine>;
  /** Adds sums up, where that engine does not. */
  readonly asker?: (() => Promise<Asker>) | undefined;
  readonly progress: Progress;
  /** A folder outside the lake, for what is read at one stroke. */
  readonly scratch: string;
  readonly settings: { readonly requiredTagKeys: readonly string[] };
  /** The tables of other engines that follow the lake; absent where none do. */
  readonly tables?: TablesToday | undefined;
}

/**
 * Proves the lake, or says what is wrong with it: every object has the bytes that were written, the chains of catalog and
 * ledger are unbroken, the sums of every layer are those of the layer before, and other engines see what is there. Changes
 * nothing, but the tables of other engines where they are to be mended.
 * @throws UserError `LAKE_EMPTY`, `LAKE_NEWER_FORMAT`, `USAGE` for an anchor that is none
 */
export async function verify(doors: VerifyDoors, request: VerifyRequest): Promise<VerifyReport> {
  const { store, progress } = doors;
  const anchor = request.anchor === undefined ? undefined : anchorOf(request.anchor);
  progress.step('list objects', 0, 0);
  const listed = await store.list('');
  if (listed.length === 0) await openLake(store); // says that there is none
  const { catalog, ledger } = await chains(store, listed);
  const named = namedObjects(catalog, ledger.entries, listed);
  const total = listed.reduce((bytes, info) => bytes + info.bytes, 0);
  const objects = await checkObjects({
    store,
    listed,
    named,
    seen: isChained,
    onRead: (count, bytes) => progress.step('read', bytes, total, `${count} of ${listed.length} objects`),
  });
  progress.end();
  const anchored = anchor === undefined ? undefined : anchoredIn(ledger, anchor);
  const found = [
    ...catalog.findings,
    ...ledger.findings,
    ...ledgerAgainstCatalog(ledger, catalog.hashes),
    ...objects.findings,
    ...checkStoredTotals(catalog.entries),
    ...(anchored !== undefined && anchored.entry === undefined ? [notAnchored(anchored.head)] : []),
  ];
  const sums = await allSums(doors, request, {
    catalog,
    ledger,
    removed: named.removed,
    far: keysOutOfReach(objects.remarks),
    broken: found.length,
  });
  const tables = await allTables(doors, request, { catalog, named });
  const findings = [...found, ...sums.findings, ...tables.findings].sort(bySeverity);
  return {
    lake: store.location,
    lakeVersion: catalog.newest,
    deep: request.deep,
    ledger: { entries: ledger.entries.length, head: ledger.head },
    anchor: anchored,
    objects: listed.length,
    bytes: total,
    compared: [...sums.compared, ...tables.compared],
    notCompared: [...sums.notCompared, ...tables.notCompared],
    mended: tables.mended,
    findings: findings.slice(0, FINDINGS_MAX),
    wrong: findings.length,
    wrongBy: wrongBy(findings),
    remarks: remarksOf([
      ...objects.remarks,
      ...tables.remarks,
      ...(await unprovedEnds(store, catalog, ledger)),
    ]),
  };
}

const keysOutOfReach = (remarks: readonly Remark[]): ReadonlySet<string> =>
  new Set(
    remarks
      .filter(({ kind, isEarlier }) => (kind === 'archived' || kind === 'unread') && isEarlier !== true)
      .map(({ key }) => key),
  );

/** Commits, checkpoints and entries are looked at as chains. */
const isChained = (key: string): boolean =>
  versionIn(key) !== undefined || entryIn(key) !== undefined || key === CATALOG_HINT_KEY || key === LAKE_KEY;

/** The ends of the chains are named by nobody yet: where older programs wrote them, nothing proves them. */
async function unprovedEnds(
  store: ObjectStore,
  { newest, hashes }: CatalogChain,
  { entries }: LedgerChain,
): Promise<readonly Remark[]> {
  const head = hashes.get(newest);
  const isNamed = entries.some((entry) => entry.catalog !== undefined && entry.catalog === head);
  const ends = [
    LAKE_KEY,
    ...(newest === 0 || isNamed ? [] : [versionKey(newest)]),
    ...entries.slice(-1).map(({ number }) => ledgerKey(number)),
  ];
  const unproved: Remark[] = [];
  for (const key of ends) {
    const bytes = await store.get(key);
    if (bytes !== undefined && selfCheck(bytes) === 'unproved') unproved.push({ kind: 'unproved', key });
  }
  return unproved;
}

async function chains(store: ObjectStore, listed: readonly ObjectInfo[]) {
  const keys = new Set(listed.map(({ key }) => key));
  const newest = (of: (key: string) => number | undefined): number =>
    listed.reduce((most, { key }) => Math.max(most, of(key) ?? 0), 0);
  const [catalog, ledger] = await Promise.all([
    readCatalogChain(store, keys, newest(versionIn)),
    readLedgerChain(store, newest(entryIn)),
  ]);
  return { catalog, ledger };
}

interface SumsOf {
  readonly catalog: CatalogChain;
  readonly ledger: LedgerChain;
  readonly removed: ReadonlySet<string>;
  /** Keys whose content lies in an archive tier. */
  readonly far: ReadonlySet<string>;
  readonly broken: number;
}

/** Sums are compared where the objects that hold them are whole: of others they would say nothing, or not be readable. */
async function allSums(
  { store, engine: opened, asker: asking = opened, progress, settings, scratch }: VerifyDoors,
  { deep }: VerifyRequest,
  { catalog, ledger, removed, far, broken }: SumsOf,
): Promise<Compared> {
  const state = catalog.state;
  if (broken > 0 || state === undefined) {
    return { compared: [], notCompared: ['Sums: mend the objects first, then verify again.'], findings: [] };
  }
  const [engine, asker, lake] = [await opened(), await asking(), await openLake(store)];
  const days = archivedDays(ledger.entries);
  const parts: Compared[] = [];
  progress.step('compare sums', 0, 0, 'rollups');
  parts.push(await rollupsAgainstTotals(asker, lake, state));
  progress.step('compare sums', 0, 0, 'archive');
  parts.push(
    await archiveLayers(
      { engine, lake, state, scratch, far },
      days,
      toldSince(catalog.entries, ledger.entries),
    ),
  );
  progress.step('compare sums', 0, 0, 'mails');
  parts.push(await mailAttachments(store, ledger.entries));
  progress.end();
  if (deep)
    parts.push(
      await deepSums({
        engine: asker,
        lake,
        state,
        days,
        removed,
        progress,
        requiredTagKeys: settings.requiredTagKeys,
      }),
    );
  return {
    compared: parts.flatMap((part) => part.compared),
    notCompared: parts.flatMap((part) => part.notCompared),
    findings: parts.flatMap((part) => part.findings),
  };
}

/** Where the catalog itself is broken nobody can say what other engines should see. */
async function allTables(
  { store, tables, progress }: VerifyDoors,
  { repair = false }: VerifyRequest,
  {
    catalog: { state },
    named: { objects, removed },
  }: { readonly catalog: CatalogChain; readonly named: NamedObjects },
): Promise<TablesCompared> {
  if (tables === undefined || state === undefined) return NO_TABLES;
  progress.step('compare tables', 0, 0, tables.catalog.database);
  const [lake, ledger] = [await openLake(store), await readLedger(store)];
  const files = [...objects.keys()].filter((key) => !removed.has(key));
  const layer = await tablesLayer({ tables, lake, state, ledger, named: files }, { repair });
  progress.end();
  return layer;
}

function anchorOf(text: string): string {
  const head = text.trim().toLowerCase();
  if (/^[0-9a-f]{8,64}$/.test(head)) return head;
  throw new UserError('USAGE', {
    what: `"${text}" is not the head of a ledger`,
    remedy: 'Copy it from the end of a digest: 64 characters from 0 to f, or at least the first 8 of them.',
  });
}

function anchoredIn({ heads, entries }: LedgerChain, head: string): NonNullable<VerifyReport['anchor']> {
  const entry = [...heads].find(([hash]) => hash.startsWith(head))?.[1];
  return { head, entry, at: entries.find(({ number }) => number === entry)?.at };
}

const notAnchored = (head: string): Finding => ({
  fault: 'chain',
  key: 'ledger/entries/',
  what: 'The ledger does not hold the head that was mailed: it is another one, or was written again since',
  expected: head,
  found: undefined,
  remedy: 'Bring ledger/ back from a backup of the day of that mail or later.',
});
