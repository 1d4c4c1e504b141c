import { openLake } from '../lake/lake.ts';
import { pinLake } from '../lake/pin.ts';
import type { ColumnDef, Engine, Row } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** An answer with the lake version that it is true of. */
export interface Asked {
  readonly lakeVersion: number;
  readonly columns: readonly ColumnDef[];
  readonly rows: readonly Row[];
}

/** A user's own SELECT over the lake as it is now. @throws UserError `QUERY_INVALID`, `LAKE_EMPTY` */
export async function ask(engine: Engine, store: ObjectStore, text: string): Promise<Asked> {
  const lake = await openLake(store);
  const state = await lake.head();
  await pinLake(engine, lake, state);
  return { lakeVersion: state.version, ...(await engine.ask(text)) };
}
