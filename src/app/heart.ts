import { type Beat, beat, endBeat } from '../lake/heartbeats.ts';
import { LAKE_KEY } from '../lake/keys.ts';
import type { Clock, Log } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { IngestDoors } from './ingest-doors.ts';
import type { IngestReport } from './ingest-report.ts';

/** Notes a sign of life where that is possible: what is done matters more than the note of it. */
export async function beatQuietly(
  { store, clock, log }: { readonly store: ObjectStore; readonly clock: Clock; readonly log: Log },
  of: Beat,
): Promise<void> {
  await beat(store, clock, of).catch((error: unknown) =>
    log.warn('heartbeat.not-kept', { of: `${of.kind} ${of.name}`, what: String(error) }),
  );
}

/** What says nothing about a feed: its older delivery came again, or its newest is still being written. */
const NO_FAILURE = new Set(['DELIVERY_OLDER', 'DELIVERY_NOT_READY']);

/** Notes which sources brought something, and of the one that was named what was refused. */
export async function beatFeeds(
  doors: Pick<IngestDoors, 'store' | 'clock' | 'log'>,
  named: string | undefined,
  { deliveries, refused }: Pick<IngestReport, 'deliveries' | 'refused'>,
): Promise<void> {
  const sources = new Set(deliveries.map(({ source }) => source));
  for (const name of sources) await beatQuietly(doors, { kind: 'feed', name });
  const failed = refused.find(({ error }) => !NO_FAILURE.has(error.code));
  if (named === undefined || failed === undefined) return;
  const { code, what, remedy } = failed.error;
  await beatQuietly(doors, { kind: 'feed', name: named, problem: { code, what, remedy } });
}

const HOUR_MS = 3_600_000;

/** Signs of life of a watch over `folder`: one an hour, and one for each delivery that failed. Ended on purpose, it is silent. */
export function watchHeart(doors: Pick<IngestDoors, 'store' | 'clock' | 'log'>, folder: string) {
  const heart = { kind: 'schedule', name: `watch ${folder}`, everyHours: 3 } as const;
  let last: { readonly at: number; readonly failed: number } | undefined;
  return {
    async alive({ failed }: { readonly failed: number }): Promise<void> {
      const at = doors.clock.monotonic();
      const hasFailed = failed > (last?.failed ?? 0);
      if (last !== undefined && !hasFailed && at - last.at < HOUR_MS) return;
      if ((await doors.store.head(LAKE_KEY)) === undefined) return; // a sign of life must not make a lake
      last = { at, failed };
      const problem = {
        code: 'WATCH_FAILED',
        what: `${failed} of the deliveries in ${folder} could not be ingested`,
        remedy: `Read the reasons in ${folder}/failed, mend the files and put them into ${folder} again`,
      };
      await beatQuietly(doors, hasFailed ? { ...heart, problem } : heart);
    },
    ended: (): Promise<void> => endBeat(doors.store, heart.kind, heart.name),
  };
}
