import type { Clock } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { HEARTBEATS_PREFIX, heartbeatKey } from './keys.ts';
import type { RunProblem } from './runs.ts';
import { readSelfChecked, selfChecked } from './self-checked.ts';

/** What may fall silent: a source of bills, what is done by the clock, a way to people, what runs the SQL. */
export type HeartKind = 'feed' | 'schedule' | 'channel' | 'engine';

/** A sign of life. Moments are ISO 8601 UTC. */
export interface Heartbeat {
  readonly kind: HeartKind;
  readonly name: string;
  /** Whether the last sign was a good one. */
  readonly isFine: boolean;
  /** When it was last fine; undefined: never. */
  readonly lastGood: string | undefined;
  /** When it last failed, and why. */
  readonly lastBad: string | undefined;
  readonly problem: RunProblem | undefined;
  /** What is worth knowing although it is fine. */
  readonly notes?: readonly RunProblem[] | undefined;
  /** It is to beat again within so many hours; undefined: it beats when there is something to do. */
  readonly everyHours: number | undefined;
}

export interface Beat extends Pick<Heartbeat, 'kind' | 'name'> {
  /** Undefined: it is fine. */
  readonly problem?: RunProblem | undefined;
  readonly notes?: readonly RunProblem[] | undefined;
  readonly everyHours?: number | undefined;
}

/** Notes a sign of life, good or bad. */
export async function beat(store: ObjectStore, clock: Clock, of: Beat): Promise<void> {
  const { kind, name, problem, notes, everyHours } = of;
  const key = heartbeatKey(kind, name);
  const before = await read(store, key);
  const now = new Date(clock.now()).toISOString();
  const next: Heartbeat = {
    kind,
    name,
    isFine: problem === undefined,
    lastGood: problem === undefined ? now : before?.lastGood,
    lastBad: problem === undefined ? before?.lastBad : now,
    problem: problem ?? before?.problem,
    // Who does not know what is worth knowing leaves it as it was.
    notes: notes ?? before?.notes,
    everyHours,
  };
  await store.put(key, selfChecked(next));
}

/** What watched no longer is to beat: it was ended on purpose. */
export async function endBeat(store: ObjectStore, kind: HeartKind, name: string): Promise<void> {
  const key = heartbeatKey(kind, name);
  const before = await read(store, key);
  if (before !== undefined) await store.put(key, selfChecked({ ...before, everyHours: undefined }));
}

/** All signs of life, by kind and name. @throws UserError `LAKE_DAMAGED` */
export async function heartbeats(store: ObjectStore): Promise<readonly Heartbeat[]> {
  const keys = (await store.list(HEARTBEATS_PREFIX)).map(({ key }) => key);
  const found = await Promise.all(keys.map((key) => read(store, key)));
  return found.filter((one) => one !== undefined);
}

async function read(store: ObjectStore, key: string): Promise<Heartbeat | undefined> {
  const bytes = await store.get(key);
  return bytes === undefined ? undefined : readSelfChecked<Heartbeat>(bytes, key);
}
