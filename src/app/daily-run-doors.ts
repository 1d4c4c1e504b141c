import type { Turn } from '../lake/lease.ts';
import type { Clock, Log, Pause, Progress, Random } from '../ports/clock.ts';
import type { Dashboard } from '../ports/dashboard.ts';
import type { Engine } from '../ports/engine.ts';
import type { Mailer } from '../ports/mailer.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { FollowingTables } from '../ports/table-catalog.ts';
import type { JudgeSettings } from './verdicts.ts';

/** What the daily run is told by its settings. */
export interface RunSettings extends JudgeSettings {
  readonly requiredTagKeys: readonly string[];
  readonly publicUrl: string | undefined;
  readonly mail: {
    readonly from: string;
    readonly finops: readonly string[];
    readonly exec: readonly string[];
    readonly failure: readonly string[];
  };
}

/** What the daily run works with. */
export interface RunDoors {
  readonly engine: Engine;
  readonly store: ObjectStore;
  readonly turn: Turn;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly random: Random;
  readonly progress: Progress;
  readonly log: Log;
  readonly settings: RunSettings;
  /** By SMTP where it is set up, else the file outbox. */
  readonly mailer: Mailer;
  /** The channel that is always there. */
  readonly outbox: Mailer;
  /** One line to a chat, where one is set up. */
  readonly notify: ((text: string) => Promise<void>) | undefined;
  /** Keeps a copy of the figures that each run refreshes; undefined where there is none. */
  readonly dashboard?: Dashboard | undefined;
  /** Lets other engines find what runs write; undefined where none does. */
  readonly tables?: FollowingTables | undefined;
  /** A new empty folder outside the lake. */
  readonly scratch: () => Promise<string>;
  /** Id of this run, as in the logs. */
  readonly run: string;
  /** Whether this process must not begin anything long any more. Absent: it may take as long as it likes. */
  readonly isTimeUp?: (() => boolean) | undefined;
}
