import type { LakeState } from '../lake/catalog-types.ts';
import type { Lake } from '../lake/lake.ts';
import type { Clock } from '../ports/clock.ts';
import { type RollingUp, staleRollups } from './rollups.ts';

/** Rolls up again what was rolled up from other inputs or settings than there are now, in one commit. Gives the head. */
export async function rerollStale(
  doors: RollingUp & { readonly clock: Clock },
  lake: Lake,
): Promise<LakeState> {
  for (;;) {
    const state = await lake.head();
    const rollups = await staleRollups(doors, lake, state);
    if (rollups.length === 0) return state;
    const next = await lake.commit(state, { kind: 'inputs', inputs: {}, rollups }, doors.clock);
    if (next !== undefined) return next;
  }
}
