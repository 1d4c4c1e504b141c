import { randomUUID } from 'node:crypto';
import { setTimeout } from 'node:timers/promises';
import type { Clock, Pause, Random } from '../../ports/clock.ts';

export const systemClock: Clock = { now: () => Date.now() };

/** A clock that stands still at `moment` (milliseconds since 1970): `--now`, for tests and rehearsals. */
export const stoppedClock = (moment: number): Clock => ({ now: () => moment });

export const systemRandom: Random = { id: () => randomUUID() };

export const systemPause: Pause = (ms) => setTimeout(ms);
