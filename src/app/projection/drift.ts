import { addDays, type BillingDate, dayOf } from '../../core/calendar/billing-date.ts';
import { daysInLedger } from '../../lake/archive.ts';
import { ouBreakdownCsvKey, ouBreakdownKey } from '../../lake/keys.ts';
import { type Ledger, readLedger } from '../../lake/ledger.ts';
import type { Clock } from '../../ports/clock.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import type { FollowingTables, Partition, TableCatalog } from '../../ports/table-catalog.ts';

/** What a table lacks, and what it has and must not have. A partition with a wrong location is in both. */
export interface TableDrift {
  readonly table: string;
  readonly missing: readonly Partition[];
  readonly surplus: readonly Partition[];
}

const BREAKDOWN_TABLE = 'ou_breakdown';
const BREAKDOWN_CSV_TABLE = 'ou_breakdown_csv';

/** Year, month and day as whole numbers, as in `ALTER TABLE … ADD PARTITION (year=2025, month=9, day=10)`. */
const dayValues = (day: BillingDate): readonly string[] => day.split('-').map((part) => String(Number(part)));

/** A day's partition for people: `year=2025/month=9/day=10`. */
export const dayPartition = (day: BillingDate): string => {
  const [year, month, date] = dayValues(day);
  return `year=${year}/month=${month}/day=${date}`;
};

/** Billing days whose CSV is left in its table on `today`. */
export const csvDaysFrom = (
  { csvArchiveAfterDays }: Pick<FollowingTables, 'csvArchiveAfterDays'>,
  today: BillingDate,
) => addDays(today, -csvArchiveAfterDays);

/** The days that the ledger names, as partitions of the tables over the archive. */
export function breakdownPartitions(
  store: Pick<ObjectStore, 'uri'>,
  ledger: Ledger,
  csvFrom: BillingDate,
): ReadonlyMap<string, readonly Partition[]> {
  const days = [...daysInLedger(ledger)].sort();
  const of = (day: BillingDate, key: string): Partition => ({
    values: dayValues(day),
    location: `${store.uri(key.slice(0, key.lastIndexOf('/')))}/`,
  });
  return new Map([
    [BREAKDOWN_TABLE, days.map((day) => of(day, ouBreakdownKey(day)))],
    [BREAKDOWN_CSV_TABLE, days.filter((day) => day >= csvFrom).map((day) => of(day, ouBreakdownCsvKey(day)))],
  ]);
}

/** What has to come and to go so that exactly `wanted` are there. */
export function driftOf(
  table: string,
  wanted: readonly Partition[],
  there: readonly Partition[],
): TableDrift {
  const [wantedTexts, thereTexts] = [wanted, there].map((list) => new Set(list.map(textOf)));
  return {
    table,
    missing: wanted.filter((partition) => thereTexts?.has(textOf(partition)) === false),
    surplus: there.filter((partition) => wantedTexts?.has(textOf(partition)) === false),
  };
}

/** What the tables over the archive lack and must not have, by the ledger; tables that are as they should be among them. */
export async function archiveDrifts(
  { catalog, csvArchiveAfterDays }: FollowingTables,
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
): Promise<readonly TableDrift[]> {
  const from = csvDaysFrom({ csvArchiveAfterDays }, dayOf(clock.now()));
  const drifts: TableDrift[] = [];
  for (const [table, wanted] of breakdownPartitions(store, await readLedger(store), from))
    drifts.push(driftOf(table, wanted, await catalog.partitions(table)));
  return drifts;
}

/** First what must not be there goes: a wrong location makes room for the right one. */
export async function mended(catalog: TableCatalog, { table, missing, surplus }: TableDrift): Promise<void> {
  if (surplus.length > 0)
    await catalog.drop(
      table,
      surplus.map(({ values }) => values),
    );
  if (missing.length > 0) await catalog.add(table, missing);
}

const textOf = ({ values, location }: Partition): string => JSON.stringify([values, location]);
