import { openLake } from '../lake/lake.ts';
import { pinLake } from '../lake/pin.ts';
import { pinEvents } from '../lake/pin-events.ts';
import { pinHistory } from '../lake/pin-history.ts';
import type { Asker, ColumnDef, Row } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** An answer with the lake version that it is true of. */
export interface Asked {
  readonly lakeVersion: number;
  readonly columns: readonly ColumnDef[];
  readonly rows: readonly Row[];
}

/** Questions that read events or the history: the relations for these are made only then. */
const OF_HISTORY = /restatements|arrivals/i;
const OF_EVENTS = /cost_events|events_(daily|monthly)_summary/i;

/** A user's own SELECT over the lake as it is now. @throws UserError `QUERY_INVALID`, `LAKE_EMPTY` */
export async function ask(
  engine: Asker,
  store: ObjectStore,
  text: string,
  { requiredTagKeys }: { readonly requiredTagKeys: readonly string[] },
): Promise<Asked> {
  const lake = await openLake(store);
  const state = await lake.head();
  await pinLake(engine, lake, state);
  if (OF_EVENTS.test(text)) await pinEvents(engine, lake, state, requiredTagKeys);
  if (OF_HISTORY.test(text)) await pinHistory(engine, lake, state);
  return { lakeVersion: state.version, ...(await engine.ask(text)) };
}
