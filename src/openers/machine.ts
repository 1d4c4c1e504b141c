import { systemClock, systemPause, systemRandom } from '../adapters/clock/clock.ts';
import { thisProcess } from '../adapters/process/this-process.ts';
import type { Clock, Pause, Random } from '../ports/clock.ts';
import type { ThisProcess } from '../ports/this-process.ts';

/** What this machine gives: its time, its chance, and the name of this process. */
export const machine: {
  readonly clock: Clock;
  readonly pause: Pause;
  readonly random: Random;
  process(): ThisProcess;
} = { clock: systemClock, pause: systemPause, random: systemRandom, process: thisProcess };
