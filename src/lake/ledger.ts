import type { BillingDate } from '../core/calendar/billing-date.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { InputVersions } from './catalog-types.ts';
import { LEDGER_PREFIX, ledgerKey, versionKey } from './keys.ts';
import { readSelfChecked, selfCheck, selfChecked } from './self-checked.ts';
import { sha256Of } from './sha256.ts';

/** A load as the ledger remembers it: enough to find the delivery in `raw/` and to check it by its hash. */
export interface LedgerDelivery {
  readonly load: string;
  readonly source: string;
  readonly billingPeriod: string;
  readonly delivery: string;
  readonly deliveredAt: string;
  /** sha256 hex over the delivery's files. */
  readonly content: string;
}

/** One archived billing day. `total` is exact decimal text in the reporting currency. */
export interface ArchivedDay {
  readonly date: BillingDate;
  readonly rows: number;
  readonly total: string;
  /** sha256 hex of the CSV object. */
  readonly csv: string;
}

/** Days are archived once more: as new versions of their objects, what was there stays readable. */
export interface WrittenAgain {
  /** `restated`: a commit changed the day; `backfill`: somebody asked for it. */
  readonly why: 'restated' | 'backfill';
  /** Id of the run that did it. */
  readonly run: string;
  /** What is written: of a restated day the CSV stays as it was mailed. */
  readonly what: 'parquet' | 'csv and parquet';
}

/** What an entry says. */
export type LedgerFact =
  /** Deliveries that became part of the lake by the versions after the entry before and up to `lakeVersion`. */
  | {
      readonly kind: 'deliveries';
      readonly lakeVersion: number;
      readonly deliveries: readonly LedgerDelivery[];
    }
  /** Written before the objects: these days are archived with exactly these CSV bytes, made from that lake version. */
  | {
      readonly kind: 'archive.planned';
      readonly lakeVersion: number;
      readonly versions: InputVersions;
      readonly deliveries: readonly LedgerDelivery[];
      readonly days: readonly ArchivedDay[];
      /** Absent: nothing of these days was archived before. */
      readonly again?: WrittenAgain;
    }
  /** The objects of entry `planned` are there; sha256 hex of each day's Parquet. */
  | {
      readonly kind: 'archive.written';
      readonly planned: number;
      readonly parquet: readonly { readonly date: BillingDate; readonly sha256: string }[];
    }
  /** A digest went out (or to nobody); sha256 hex of its `.eml`. */
  | {
      readonly kind: 'digest';
      readonly key: string;
      readonly runDate: BillingDate;
      readonly headline: BillingDate | undefined;
      readonly lakeVersion: number;
      readonly messageId: string;
      readonly mail: string;
      /** Month to date as the mail tells it, exact decimal text in the reporting currency: the next one goes on from it. */
      readonly monthToDate?: string;
    }
  /** An executives' page was made and kept under `key`. */
  | {
      readonly kind: 'snapshot';
      readonly key: string;
      readonly runDate: BillingDate;
      readonly day: BillingDate | undefined;
      readonly lakeVersion: number;
      readonly sha256: string;
    }
  /** Written before files are removed: they were thinned out, or no version names them. */
  | { readonly kind: 'prune'; readonly lakeVersion: number; readonly removed: readonly RemovedFile[] }
  /** Files were lost or damaged and made again, with the same rows and sums: from now on these are their hashes. */
  | {
      readonly kind: 'rebuilt';
      readonly lakeVersion: number;
      readonly objects: readonly KeptObject[];
      /** Of these, files of the history that nothing could make again: they stand empty. */
      readonly emptied: readonly string[];
    }
  /** Objects beside the data were written: rows that could not be loaded, the truth of a simulation. */
  | { readonly kind: 'kept'; readonly objects: readonly KeptObject[] };

export interface RemovedFile {
  readonly key: string;
  readonly why: 'thinned' | 'unreferenced';
}

/** An object as it was written; sha256 hex. */
export interface KeptObject {
  readonly key: string;
  readonly sha256: string;
}

/** An entry names the sha256 (hex) of the entry before it: nothing in between can be changed or taken out unseen. */
export type Entered<F extends LedgerFact> = F & {
  readonly number: number;
  readonly at: string;
  readonly previous: string;
  /** sha256 (hex) of the commit of `lakeVersion`; absent in older entries and where the fact names no version. */
  readonly catalog?: string;
};
export type LedgerEntry = Entered<LedgerFact>;

export interface Ledger {
  /** From the first to the newest. */
  readonly entries: readonly LedgerEntry[];
  /** sha256 hex of the newest entry; of nothing (64 zeros) where there is none. */
  readonly head: string;
}

/** The head of an empty ledger. */
export const NOTHING = '0'.repeat(64);
const READ_AT_ONCE = 32;

/** The whole chain, checked. @throws UserError `LAKE_DAMAGED` where an entry does not follow from the one before it */
export async function readLedger(store: ObjectStore): Promise<Ledger> {
  const keys = (await store.list(LEDGER_PREFIX)).map(({ key }) => key);
  const entries: LedgerEntry[] = [];
  let head = NOTHING;
  for (let at = 0; at < keys.length; at += READ_AT_ONCE) {
    const some = await Promise.all(keys.slice(at, at + READ_AT_ONCE).map((key) => store.get(key)));
    for (const bytes of some) {
      const entry = read(bytes, entries.length + 1);
      if (bytes === undefined || entry === undefined || entry.previous !== head)
        throw damaged(entries.length + 1);
      entries.push(entry);
      head = sha256Of(bytes);
    }
  }
  return { entries, head };
}

/**
 * Appends what `decide` makes of the ledger as it stands; nothing where it gives undefined. If another process
 * appends first, `decide` is asked again with that entry in: of racing writers each sees what the others wrote.
 * Gives the entry that was appended.
 */
export async function appendToLedger<F extends LedgerFact>(
  store: ObjectStore,
  clock: Clock,
  decide: (ledger: Ledger) => F | undefined,
): Promise<Entered<F> | undefined> {
  for (;;) {
    const ledger = await readLedger(store);
    const fact = decide(ledger);
    if (fact === undefined) return undefined;
    const number = ledger.entries.length + 1;
    const now = new Date(clock.now()).toISOString();
    const before = ledger.entries.at(-1)?.at ?? now;
    const at = now > before ? now : before; // a clock that went back does not take the chain with it
    const entry = { number, at, previous: ledger.head, ...fact, ...(await namedCommit(store, fact)) };
    const bytes = selfChecked(entry);
    if (await store.putIfAbsent(ledgerKey(number), bytes)) return entry;
  }
}

/** That objects were written: entered once for each content of a key. */
export async function enterKept(
  store: ObjectStore,
  clock: Clock,
  objects: readonly KeptObject[],
): Promise<void> {
  await appendToLedger(store, clock, (ledger) => {
    const before = new Set(
      entriesOf(ledger, 'kept').flatMap((entry) => entry.objects.map((kept) => `${kept.key} ${kept.sha256}`)),
    );
    const fresh = objects.filter((kept) => !before.has(`${kept.key} ${kept.sha256}`));
    return fresh.length === 0 ? undefined : { kind: 'kept', objects: fresh };
  });
}

/** So the chain of the catalog hangs on the ledger's, whose head is mailed. Version 0 is no commit. */
async function namedCommit(store: ObjectStore, fact: LedgerFact): Promise<{ readonly catalog?: string }> {
  if (!('lakeVersion' in fact) || fact.lakeVersion === 0) return {};
  const bytes = await store.get(versionKey(fact.lakeVersion));
  return bytes === undefined ? {} : { catalog: sha256Of(bytes) };
}

/** The entries of one kind, from the first to the newest. */
export const entriesOf = <K extends LedgerFact['kind']>(
  { entries }: Ledger,
  kind: K,
): readonly EntryOf<K>[] => entries.filter((entry): entry is EntryOf<K> => entry.kind === kind);

export type EntryOf<K extends LedgerFact['kind']> = Entered<Extract<LedgerFact, { readonly kind: K }>>;

function read(bytes: Uint8Array | undefined, number: number): LedgerEntry | undefined {
  if (bytes === undefined || selfCheck(bytes) === 'broken') return undefined;
  const entry = readSelfChecked<LedgerEntry>(bytes, ledgerKey(number));
  return entry.number === number ? entry : undefined;
}

function damaged(number: number): UserError {
  return new UserError('LAKE_DAMAGED', {
    what: `Entry ${number} of the ledger does not follow from the one before it`,
    place: { file: ledgerKey(number) },
    remedy: 'Bring back ledger/ from a backup: somebody changed, renamed or removed an entry.',
  });
}
