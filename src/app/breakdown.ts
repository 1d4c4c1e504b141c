import type { Period } from '../core/calendar/billing-date.ts';
import { openLake } from '../lake/lake.ts';
import { pinLake } from '../lake/pin.ts';
import type { Asker, ColumnDef, Engine, Row } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { breakdownCsv, CSV_HEADER } from '../sql/breakdown-csv.ts';
import { ouBreakdown } from '../sql/ou-breakdown.ts';
import { whyEmpty } from './why-empty.ts';

export interface BreakdownSource {
  readonly engine: Asker;
  readonly store: ObjectStore;
}

/** The consolidated breakdown of `period` as CSV, piece by piece, the header first: the bytes of the archive. */
export async function* breakdownAsCsv(source: BreakdownSource, period: Period): AsyncGenerator<string> {
  await pinned(source, period);
  yield CSV_HEADER;
  for await (const days of source.engine.batches(breakdownCsv({ period }))) {
    for (const [, text] of days) yield String(text);
  }
}

/** The breakdown of `period` as rows, in A1's order. For ranges that a screen or a script takes at once. */
export async function breakdownAsRows(
  source: BreakdownSource,
  period: Period,
): Promise<{ readonly columns: readonly ColumnDef[]; readonly rows: readonly Row[] }> {
  await pinned(source, period);
  return source.engine.table(ouBreakdown({ period }));
}

/** Writes the breakdown of `period` as Parquet (Snappy) to the file `path`, which must not exist. Gives its rows. */
export async function breakdownAsParquet(
  source: BreakdownSource & { readonly engine: Engine },
  period: Period,
  path: string,
): Promise<number> {
  await pinned(source, period);
  return (await source.engine.write(ouBreakdown({ period }).sql, path, { compression: 'snappy' })).rows;
}

/** Why the breakdown of `period` has no rows, in a sentence. */
export async function whyNoRows({ store }: BreakdownSource, period: Period): Promise<string> {
  return whyEmpty(await (await openLake(store)).head(), period);
}

async function pinned({ engine, store }: BreakdownSource, days: Period): Promise<void> {
  const lake = await openLake(store);
  await pinLake(engine, lake, await lake.head(), { days });
}
