import type { AtScale } from '../ports/at-scale.ts';
import type { Clock, Log, Progress, Random } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Outside } from '../ports/outside.ts';
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
  /** An engine that reads and writes where the files lie; absent where none is set up. */
  readonly atScale?: AtScale | undefined;
  /** Files at `s3://` addresses; absent where only this machine's own are taken. */
  readonly outside?: () => Promise<Outside>;
  /** Whether no further delivery must be begun in this process; those that are in are found known by the next. */
  readonly isTimeUp?: (() => boolean) | undefined;
}

/** What the user asks for. */
export interface IngestRequest {
  /** Files, folders, manifests; also at `s3://` addresses. */
  readonly paths: readonly string[];
  /** Undefined: the export's name, else made from format and file. */
  readonly source?: string | undefined;
  /** `auto`, `focus`, `cur2`, `events`, `mapping:FILE`. */
  readonly format: string;
  /** ISO 8601 UTC: the age of loose files. */
  readonly deliveredAt?: string | undefined;
  readonly allow: { readonly shrink: boolean };
  /** More rejected rows than this in a delivery, and nothing of it is loaded. */
  readonly maxRejects: number;
  /** A CSV or YAML file: the account map to import before anything is loaded. */
  readonly accounts?: string | undefined;
}
