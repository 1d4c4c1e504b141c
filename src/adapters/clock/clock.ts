import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Clock, Pause, Random } from '../../ports/clock.ts';

export const systemClock: Clock = { now: () => Date.now(), monotonic: () => performance.now() };

/** A clock whose date stands still at `moment` (milliseconds since 1970): `--now`, for tests and rehearsals. Time goes by all the same. */
export const stoppedClock = (moment: number): Clock => ({
  now: () => moment,
  monotonic: systemClock.monotonic,
});

export const systemRandom: Random = { id: () => randomUUID() };

export const systemPause: Pause = (ms, until) =>
  setTimeout(ms, undefined, until && { signal: until }).catch((error: unknown) => {
    if (until?.aborted !== true) throw error;
  });
