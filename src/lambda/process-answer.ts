import { ingest } from '../app/ingest.ts';
import type { IngestDoors } from '../app/ingest-doors.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { Landed } from './events.ts';
import { linesOf } from './ingest-answer.ts';
import type { Invocation } from './invocation.ts';
import { tellRefusals } from './refusals.ts';

/** What the process function answers where all files were taken. */
export interface ProcessAnswer {
  readonly status: 'fine';
  readonly lake_version: number | null;
  readonly records: readonly RecordAnswer[];
}

interface RecordAnswer {
  readonly file: string;
  readonly outcome: 'loaded' | 'unchanged';
  readonly events: number;
  /** Events that had come before, and other things worth knowing. */
  readonly notes: readonly string[];
}

/** A file that was taken, or why it was not. */
type Taken =
  | (RecordAnswer & { readonly version: number })
  | { readonly file: string; readonly error: UserError };

/**
 * Brings files of cost events in, each by itself: one that is refused is told and does not hold up the others. An event
 * counts once by its id, so whatever comes twice changes nothing.
 */
export async function processed(files: readonly Landed[], invocation: Invocation): Promise<ProcessAnswer> {
  const { metrics, log, turn } = invocation;
  const doors = await invocation.ingestDoors();
  const taken = await turn(doors.store, 'process', async (store) => {
    const all: Taken[] = [];
    for (const { uri } of files) all.push(...(await takenOne({ ...doors, store }, uri)));
    return all;
  });
  const refused = taken.flatMap((one) => ('error' in one ? [one] : []));
  const records = taken.flatMap((one) => ('error' in one ? [] : [one]));
  for (const { file, error } of refused)
    log.warn('record.refused', { file, code: error.code, what: error.what });
  metrics.add(
    'LinesLoaded',
    records.reduce((sum, { events }) => sum + events, 0),
  );
  await tellRefusals(refused, invocation);
  return {
    status: 'fine',
    lake_version: Math.max(0, ...records.map(({ version }) => version)),
    records: records.map(({ version: _, ...record }) => record),
  };
}

async function takenOne(doors: IngestDoors, uri: string): Promise<readonly Taken[]> {
  const request = { paths: [uri], format: 'events', allow: { shrink: false }, maxRejects: 0 };
  try {
    const { lakeVersion: version, deliveries, refused } = await ingest(doors, request);
    return [
      ...deliveries.map((delivery) => ({
        file: uri,
        outcome: delivery.outcome,
        events: delivery.outcome === 'loaded' ? linesOf(delivery) : 0,
        notes: delivery.notes,
        version,
      })),
      ...refused.map(({ error }) => ({ file: uri, error })),
    ];
  } catch (error) {
    // A file that was taken away holds up nobody; what is wrong with the lake holds up all.
    if (error instanceof UserError && error.code === 'FILE_NOT_FOUND') return [{ file: uri, error }];
    throw error;
  }
}
