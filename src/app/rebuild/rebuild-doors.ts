import type { IngestDoors } from '../ingest-doors.ts';
import type { JudgeSettings } from '../verdicts.ts';

/** What a rebuilding works with: as an ingest, and by rules as a run. */
export type RebuildDoors = Omit<IngestDoors, 'settings'> & {
  readonly settings: IngestDoors['settings'] & JudgeSettings;
  /** Id of this process's run. */
  readonly run: string;
};
