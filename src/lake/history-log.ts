import type { ObjectStore } from '../ports/object-store.ts';
import type { FileLog, History, LakeFile, LakeState, LoggedFile } from './catalog-types.ts';
import { historySegmentKey } from './keys.ts';
import { damaged, readSelfChecked, selfChecked } from './self-checked.ts';

/** Files that one segment lists. A log keeps fewer than twice as many outside of segments. */
export const SEGMENT_FILES = 256;

export const NO_HISTORY: LakeState['history'] = {
  restatements: { segments: [], recent: [] },
  arrivals: { segments: [], recent: [] },
};

const LOGS = ['restatements', 'arrivals'] as const satisfies readonly (keyof History)[];

/** Segments that list the oldest files of a log from now on. */
export type Segments = Readonly<Partial<Record<keyof History, LakeFile>>>;

/** What a commit brings to the logs. */
interface LogEntry {
  readonly version: number;
  readonly committedAt: string;
  readonly change: { readonly history?: History };
  readonly segments?: Segments;
}

/** Both logs after a commit: the oldest files have gone into the segments that it names, its own have come. */
export function historyAfter(
  { history }: LakeState,
  { version, committedAt, change, segments = {} }: LogEntry,
): LakeState['history'] {
  const after = (log: keyof History): FileLog => {
    const segment = segments[log];
    const { recent, segments: before } = history[log];
    const came = (change.history?.[log] ?? []).map((file) => ({ ...file, version, committedAt }));
    return {
      segments: segment === undefined ? before : [...before, segment],
      recent: [...(segment === undefined ? recent : recent.slice(SEGMENT_FILES)), ...came],
    };
  };
  return { restatements: after('restatements'), arrivals: after('arrivals') };
}

/**
 * Writes the segments that are due in `state`, for the next entry to name. What a segment of a number lists is decided by
 * the versions before: of racing writers each writes the same bytes, so one that loses leaves nothing behind.
 * @throws UserError `LAKE_DAMAGED` where something else stands under its key
 */
export async function dueSegments(store: ObjectStore, state: LakeState): Promise<Segments> {
  const due: Partial<Record<keyof History, LakeFile>> = {};
  for (const { log, key, bytes } of segmentsOf(state)) {
    if (!(await store.putIfAbsent(key, bytes)) && !same(await store.get(key), bytes))
      throw damaged(key, 'it does not list the files that the catalog says');
    due[log] = { key, rows: SEGMENT_FILES, bytes: bytes.length, sha256: (await store.seal(key)).sha256 };
  }
  return due;
}

/** The segments that are due in `state`, by key, as they are or were written. */
export const dueBytes = (state: LakeState): ReadonlyMap<string, Uint8Array> =>
  new Map(segmentsOf(state).map(({ key, bytes }) => [key, bytes]));

const segmentsOf = ({ history }: LakeState) =>
  LOGS.filter((log) => history[log].recent.length >= SEGMENT_FILES).map((log) => ({
    log,
    key: historySegmentKey(log, history[log].segments.length + 1),
    bytes: selfChecked({ format: 1, files: history[log].recent.slice(0, SEGMENT_FILES) }),
  }));

/** All files of a log, oldest first. @throws UserError `LAKE_DAMAGED` naming a segment that is gone or changed */
export async function filesOf(store: ObjectStore, { segments, recent }: FileLog): Promise<LoggedFile[]> {
  const listed = await Promise.all(segments.map((segment) => filesIn(store, segment)));
  return [...listed.flat(), ...recent];
}

async function filesIn(store: ObjectStore, { key }: LakeFile): Promise<readonly LoggedFile[]> {
  const bytes = await store.get(key);
  if (bytes === undefined) throw damaged(key, 'it is gone');
  return readSelfChecked<{ readonly files: readonly LoggedFile[] }>(bytes, key).files;
}

const same = (a: Uint8Array | undefined, b: Uint8Array): boolean =>
  a !== undefined && Buffer.from(a).equals(Buffer.from(b));
