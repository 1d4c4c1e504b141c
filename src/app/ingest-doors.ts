import type { Clock, Log, Progress, Random } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { LakeSettings } from './lake-settings.ts';

/** What the use case works with. */
export interface IngestDoors {
  readonly engine: Engine;
  readonly store: ObjectStore;
  readonly clock: Clock;
  readonly random: Random;
  readonly progress: Progress;
  readonly log: Log;
  readonly settings: LakeSettings;
  /** A folder for what has to be staged. */
  readonly scratch: string;
}
