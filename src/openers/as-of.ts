import type { AsOf } from '../lake/as-of.ts';
import type { Clock, Log } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';

/** A lake as it was known at some moment. */
export interface KnownThen {
  readonly point: AsOf;
  readonly store: ObjectStore;
}

/** The lake in `store` as it was known at what `text` says: a version, a moment, a day. @throws UserError `AS_OF_…` */
export async function knownThen(
  store: ObjectStore,
  text: string,
  { clock, log }: { readonly clock: Clock; readonly log: Log },
): Promise<KnownThen> {
  const [{ stateAsOf }, { storeAsOf }, { openLake }] = await Promise.all([
    import('../lake/as-of.ts'),
    import('../lake/as-of-store.ts'),
    import('../lake/lake.ts'),
  ]);
  const point = await stateAsOf(await openLake(store), text, clock.now());
  const { state, moment } = point;
  log.info('lake.pinned', { lakeVersion: state.version, asOf: new Date(moment).toISOString() });
  return { point, store: storeAsOf(store, point) };
}
