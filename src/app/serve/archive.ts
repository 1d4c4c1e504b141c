import { type BillingDate, billingDate } from '../../core/calendar/billing-date.ts';
import { currency, exactText, money } from '../../core/money/money.ts';
import { type EntryOf, entriesOf, type Ledger, readLedger } from '../../lake/ledger.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { archiveGet } from '../archive.ts';

/** What of a day is kept, by its ending. */
export const ARCHIVED_FILES = ['csv', 'parquet'] as const;
export type ArchivedFile = (typeof ARCHIVED_FILES)[number];

/** The archived days, newest first, with everything that was ever written of each, by the ledger. */
export async function archivedDays(store: ObjectStore, limit: number) {
  const ledger = await readLedger(store);
  const days = writesByDay(ledger);
  const newest = [...days.keys()].sort().reverse().slice(0, limit);
  const digests = entriesOf(ledger, 'digest');
  return {
    head: ledger.entries.length === 0 ? null : ledger.head,
    entries: ledger.entries.length,
    count: days.size,
    days: newest.map((date) => {
      const writes = days.get(date) ?? [];
      const sent = digests.filter(({ headline }) => headline === date).at(-1);
      return {
        date,
        versions: writes,
        digest: sent === undefined ? null : { key: sent.key, runDate: sent.runDate, at: sent.at },
      };
    }),
    emptyBecause:
      days.size === 0 ? 'No day is archived yet: "spendlight run" archives every complete day.' : null,
  };
}

/** Each planned write of a day, oldest first. */
function writesByDay(ledger: Ledger) {
  const written = new Set(entriesOf(ledger, 'archive.written').map(({ planned }) => planned));
  const days = new Map<BillingDate, ReturnType<typeof versionOf>[]>();
  for (const entry of entriesOf(ledger, 'archive.planned')) {
    for (const day of entry.days) {
      const version = versionOf(entry, day, written.has(entry.number));
      days.set(day.date, [...(days.get(day.date) ?? []), version]);
    }
  }
  return days;
}

const ONE = currency('one');

const versionOf = (
  { number, at, lakeVersion, again }: EntryOf<'archive.planned'>,
  { rows, total, csv }: EntryOf<'archive.planned'>['days'][number],
  isWritten: boolean,
) => ({
  entry: number,
  at,
  lakeVersion,
  rows,
  total: exactText(money(total, ONE)),
  csvSha256: csv,
  why: again === undefined ? ('first' as const) : again.why,
  what: again === undefined ? ('csv and parquet' as const) : again.what,
  isWritten,
});

/** A file of an archived day as it was kept at the moment that `store` shows. @throws UserError `NOT_FOUND`, `LAKE_DAMAGED` */
export async function archivedFile(
  store: ObjectStore,
  day: string,
  file: ArchivedFile,
): Promise<Uint8Array<ArrayBuffer>> {
  const { bytes } = await archiveGet(store, { of: { day: billingDate(day), kind: file } });
  return new Uint8Array(bytes);
}
