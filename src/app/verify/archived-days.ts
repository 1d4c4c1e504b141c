import type { BillingDate } from '../../core/calendar/billing-date.ts';
import type { CatalogEntry } from '../../lake/catalog.ts';
import { ouBreakdownCsvKey, ouBreakdownKey } from '../../lake/keys.ts';
import type { LedgerEntry } from '../../lake/ledger.ts';

/** An archived day as the ledger tells it. Totals are exact decimal texts in the reporting currency. */
export interface ArchivedDayFacts {
  readonly date: BillingDate;
  /** The CSV as mailed: never written again. */
  readonly csv: WrittenDay & { readonly sha256: string };
  /** The Parquet: current truth, written again after a restatement. */
  readonly parquet: WrittenDay;
}

/** An object of a day, with what it held when it was written from a lake version. */
export interface WrittenDay {
  readonly key: string;
  readonly rows: number;
  readonly total: string;
  readonly lakeVersion: number;
}

/** The days whose objects are written, in order. */
export function archivedDays(entries: readonly LedgerEntry[]): readonly ArchivedDayFacts[] {
  const planned = new Map<number, Extract<LedgerEntry, { kind: 'archive.planned' }>>();
  const days = new Map<BillingDate, ArchivedDayFacts>();
  for (const entry of entries) {
    if (entry.kind === 'archive.planned') planned.set(entry.number, entry);
    if (entry.kind !== 'archive.written') continue;
    const plan = planned.get(entry.planned);
    if (plan === undefined) continue;
    const { lakeVersion } = plan;
    for (const { date, rows, total, csv: sha256 } of plan.days) {
      const before = plan.again?.what === 'parquet' ? days.get(date)?.csv : undefined;
      days.set(date, {
        date,
        csv: before ?? { key: ouBreakdownCsvKey(date), rows, total, lakeVersion, sha256 },
        parquet: { key: ouBreakdownKey(date), rows, total, lakeVersion },
      });
    }
  }
  return [...days.values()].sort((a, b) => (a.date < b.date ? -1 : 1));
}

/**
 * The oldest version after which every commit that changed a figure tells what it changed: older programs did not write it,
 * and what nothing could make again stands empty.
 */
export function toldSince(commits: readonly CatalogEntry[], entries: readonly LedgerEntry[]): number {
  const emptied = new Set(entries.flatMap((entry) => (entry.kind === 'rebuilt' ? entry.emptied : [])));
  const silent = commits.filter(({ change }) => {
    if (change.kind === 'verdicts') return false;
    const { history } = change;
    if (history !== undefined)
      return [...history.restatements, ...history.arrivals].some(({ key }) => emptied.has(key));
    return change.kind === 'loads' || change.rollups.length > 0;
  });
  return silent.at(-1)?.version ?? 0;
}
