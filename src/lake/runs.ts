import type { BillingDate } from '../core/calendar/billing-date.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { RUNS_PREFIX, runKey } from './keys.ts';
import { readSelfChecked, selfChecked } from './self-checked.ts';

/** What is left of a daily run for `status`. Moments are ISO 8601 UTC. */
export interface RunRecord {
  readonly run: string;
  readonly runDate: BillingDate;
  readonly startedAt: string;
  readonly endedAt: string;
  /** `fine`, `not fine` (exit 1), `failed` (exit 2). */
  readonly outcome: 'fine' | 'not fine' | 'failed';
  readonly lakeVersion: number | undefined;
  /** Billing days that this run archived. */
  readonly archivedDays: number;
  /** Key of its digest, where it came that far. */
  readonly digest: string | undefined;
  readonly problems: readonly { readonly code: string; readonly what: string; readonly remedy: string }[];
}

/** Keeps the record under a key of its own: nothing is ever replaced. */
export async function keepRun(store: ObjectStore, record: RunRecord): Promise<void> {
  await store.putIfAbsent(runKey(record.runDate, record.run), selfChecked(record));
}

/** The run that ended last, of those with the newest run date; undefined where none was ever done. @throws UserError `LAKE_DAMAGED` */
export async function lastRun(store: ObjectStore): Promise<RunRecord | undefined> {
  const keys = (await store.list(RUNS_PREFIX)).map(({ key }) => key);
  const folder = keys.at(-1)?.slice(0, RUNS_PREFIX.length + 'YYYY-MM-DD'.length);
  if (folder === undefined) return undefined;
  const newest = keys.filter((key) => key.startsWith(folder));
  const read = await Promise.all(
    newest.map(async (key) => {
      const bytes = await store.get(key);
      return bytes === undefined ? [] : [readSelfChecked<RunRecord>(bytes, key)];
    }),
  );
  const records = read.flat();
  return records.sort((a, b) => (a.endedAt < b.endedAt ? -1 : 1)).at(-1);
}
