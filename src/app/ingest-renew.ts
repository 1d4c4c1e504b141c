import type { DeliveryRef } from '../lake/catalog-types.ts';
import { lakeBusy, openLakeIfAny, RACES_MAX } from '../lake/lake.ts';
import { sameContent } from '../lake/precedence.ts';
import type { IngestDoors } from './ingest-doors.ts';

/** A delivery that is in the lake already, and by what age it came this time; undefined where only its arrival tells. */
export interface CameAgain {
  readonly source: string;
  /** sha256 of its content. */
  readonly content: string;
  readonly age: Pick<DeliveryRef, 'deliveredAt' | 'ageFrom'> | undefined;
}

/**
 * Makes the lake remember that a delivery was made once more, later, with the same content: nothing is loaded, and one
 * that was made in between and comes late is older from now on. Without this, the order of arrival would decide.
 */
export async function renewed(
  { store, clock, log }: Pick<IngestDoors, 'store' | 'clock' | 'log'>,
  { source, content, age }: CameAgain,
): Promise<void> {
  const lake = age === undefined ? undefined : await openLakeIfAny(store);
  if (lake === undefined || age === undefined) return;
  for (let race = 0; race < RACES_MAX; race++) {
    const state = await lake.head();
    const younger = sameContent(state, source, content).filter(
      ({ delivery }) => delivery.deliveredAt < age.deliveredAt,
    );
    if (younger.length === 0) return;
    const { exclusions } = state;
    const change = { kind: 'loads', added: [], removed: [], exclusions } as const;
    const loads = younger.map(({ id }) => ({ load: id, ...age }));
    const next = await lake.commit(state, { ...change, renewed: loads }, clock);
    if (next === undefined) continue;
    log.info('delivery.renewed', { lakeVersion: next.version, source, deliveredAt: age.deliveredAt });
    return;
  }
  throw lakeBusy(lake);
}
