import { stat } from 'node:fs/promises';
import { UserError } from '../../core/errors/user-error.ts';
import type { Clock, Log, Pause } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { FolderChanges } from '../../ports/folder-changes.ts';
import type { IngestReport } from '../ingest-report.ts';
import { type Arrival, isQuiet, Landing, type Look, nameIn, PATIENT_MS, SETTLED_MS } from './landing.ts';
import { moveOn, putAway, tellWhyKept } from './put-away.ts';

/** What watching works with. */
export interface WatchDoors {
  readonly engine: () => Promise<Engine>;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly log: Log;
  readonly changes: FolderChanges;
  /** Brings files in, as the command `ingest` does. */
  readonly ingest: (paths: readonly string[]) => Promise<IngestReport>;
  /** Told after each delivery, and now and then where nothing comes: that somebody watches. */
  readonly alive: (seen: WatchSeen) => Promise<void>;
  /** Aborted when the process is told to stop. */
  readonly stop: AbortSignal;
}

export interface WatchRequest {
  readonly folder: string;
  /** `keep` leaves ingested files where they are. */
  readonly after: 'move' | 'keep';
  /** Ends when everything that lies there has been dealt with. */
  readonly once: boolean;
  /** How often to look where the system tells of no change, in milliseconds. */
  readonly intervalMs: number;
}

/** What became of what came. */
export interface WatchSeen {
  readonly ingested: number;
  readonly unchanged: number;
  readonly failed: number;
  /** What waits for something else: a manifest for its files, a month for its manifest. */
  readonly waiting: number;
  readonly lakeVersion: number;
}

/** After a failure that is not the file's the delivery is tried again, later each time. */
const RETRY_MS = { first: 1_000, most: 60_000 };

/**
 * Ingests what lands in a folder, once it is complete. Every file ends in the lake, or in `failed/` with the reason, or
 * waits where it is; who is killed at any moment goes on where it stopped, because an equal delivery counts once.
 * @throws UserError `FILE_NOT_FOUND` if there is no such folder
 */
export async function watchFolder(doors: WatchDoors, request: WatchRequest): Promise<WatchSeen> {
  await refuseNoFolder(request.folder);
  await moveOn(request.folder);
  const watching = new Watching(doors, request);
  const { pause, changes, stop } = doors;
  stop.addEventListener('abort', changes.wake, { once: true });
  for (;;) {
    const change = changes.next();
    const look = await watching.round();
    if (stop.aborted || (request.once && watching.isThrough(look))) break;
    // What is being written tells of a change all the time.
    await pause(watching.pauseMs(look), look.unsettled ? undefined : change);
  }
  changes.close();
  return watching.seen;
}

class Watching {
  readonly #doors: WatchDoors;
  readonly #request: WatchRequest;
  readonly #landing: Landing;
  /** Files that stay where they are and have been dealt with, as they were then. */
  readonly #dealtWith = new Set<string>();
  readonly #retries = new Map<string, { readonly at: number; readonly pause: number }>();
  readonly #told = new Set<string>();
  seen: WatchSeen = { ingested: 0, unchanged: 0, failed: 0, waiting: 0, lakeVersion: 0 };

  constructor(doors: WatchDoors, request: WatchRequest) {
    this.#doors = doors;
    this.#request = request;
    this.#landing = new Landing(request.folder);
  }

  /** Looks once, and deals with all that is complete. */
  async round(): Promise<Look> {
    const { clock, stop } = this.#doors;
    const look = await this.#landing.look(await this.#doors.engine(), clock.monotonic());
    this.seen = { ...this.seen, waiting: look.waiting.length };
    for (const error of look.waiting) this.#tellOnce('delivery.waiting', error.place.file, error.what);
    for (const path of look.ignored) this.#tellOnce('file.ignored', path, 'no bill and no events');
    for (const arrival of look.arrivals) {
      if (stop.aborted) break;
      if (this.#isDue(arrival)) await this.#dealWith(arrival);
    }
    await this.#doors.alive(this.seen);
    return look;
  }

  isThrough({ arrivals, unsettled }: Look): boolean {
    return (
      !unsettled && arrivals.every((arrival) => this.#dealtWith.has(markOf(arrival)) || this.#isGone(arrival))
    );
  }

  /** How long to wait for the next look: as asked, or until something may be complete or is to be tried again. */
  pauseMs({ arrivals, unsettled }: Look): number {
    const now = this.#doors.clock.monotonic();
    const retries = arrivals.map(
      (arrival) => this.#retries.get(markOf(arrival))?.at ?? Number.POSITIVE_INFINITY,
    );
    const settles = unsettled ? now + SETTLED_MS / 2 : Number.POSITIVE_INFINITY;
    const next = Math.min(settles, ...retries) - now;
    return Math.min(this.#request.intervalMs, Math.max(next, SETTLED_MS / 2));
  }

  /** Arrivals of a look that were put away in the same round. */
  readonly #gone = new Set<string>();
  #isGone(arrival: Arrival): boolean {
    return this.#gone.has(markOf(arrival));
  }

  #isDue(arrival: Arrival): boolean {
    const mark = markOf(arrival);
    if (this.#dealtWith.has(mark)) return false;
    return (this.#retries.get(mark)?.at ?? 0) <= this.#doors.clock.monotonic();
  }

  async #dealWith(arrival: Arrival): Promise<void> {
    const names = arrival.files.map(({ path }) => nameIn(this.#request.folder, path));
    try {
      const report = await this.#doors.ingest(arrival.paths);
      this.seen = { ...this.seen, lakeVersion: report.lakeVersion };
      for (const { error, files: of } of report.refused) await this.#refused(partOf(arrival, of), error);
      const refused = new Set(report.refused.flatMap(({ files: of }) => partOf(arrival, of).files));
      const rest = arrival.files.filter((file) => !refused.has(file));
      if (rest.length > 0) await this.#done({ ...arrival, files: rest }, report);
    } catch (error) {
      if (await this.#isTaken(arrival)) return;
      if (isOfTheFile(error)) await this.#refused(arrival, error);
      else this.#later(arrival, names, error);
    }
  }

  async #done(arrival: Arrival, { deliveries, lakeVersion }: IngestReport): Promise<void> {
    const changed = deliveries.some(({ outcome }) => outcome === 'loaded');
    this.seen = changed
      ? { ...this.seen, ingested: this.seen.ingested + 1 }
      : { ...this.seen, unchanged: this.seen.unchanged + 1 };
    await this.#putAway(arrival);
    this.#doors.log.info('arrival.ingested', {
      files: arrival.paths,
      outcome: changed ? 'loaded' : 'unchanged',
      lakeVersion,
    });
  }

  /** A refusal is the last word only on what nobody writes any more. */
  async #refused(arrival: Arrival, error: UserError): Promise<void> {
    // What stays is read again by the next process: that a newer one took its place meanwhile is how it should be.
    if (error.code === 'DELIVERY_OLDER' && this.#request.after === 'keep') return this.#putAway(arrival);
    const isLast = error.code === 'DELIVERY_OLDER' || arrival.files.every(isQuiet);
    if (!isLast) {
      // Whatever changes in it meanwhile makes it another arrival, which is tried at once.
      const quiet = Math.min(...arrival.files.map(({ quietMs }) => quietMs));
      const at = this.#doors.clock.monotonic() + PATIENT_MS - quiet;
      this.#retries.set(markOf(arrival), { at, pause: RETRY_MS.first });
      return;
    }
    this.seen = { ...this.seen, failed: this.seen.failed + 1 };
    await this.#putAway(arrival, error);
    this.#doors.log.error('arrival.failed', {
      files: arrival.paths,
      code: error.code,
      what: error.what,
      do: error.remedy,
    });
  }

  /** Another watcher, or a person, took the files away meanwhile. */
  async #isTaken(arrival: Arrival): Promise<boolean> {
    const there = await Promise.all(arrival.paths.map((path) => stat(path).catch(() => undefined)));
    if (there.every((info) => info !== undefined)) return false;
    this.#gone.add(markOf(arrival));
    return true;
  }

  /** The disk is full, the lake is busy, an engine failed: nothing that the file could mend. */
  #later(arrival: Arrival, files: readonly string[], error: unknown): void {
    const mark = markOf(arrival);
    const pause = Math.min(RETRY_MS.most, (this.#retries.get(mark)?.pause ?? RETRY_MS.first / 2) * 2);
    this.#retries.set(mark, { at: this.#doors.clock.monotonic() + pause, pause });
    this.#doors.log.error('arrival.postponed', { files, problem: String(error), againInMs: pause });
    if (this.#request.once) throw error;
  }

  async #putAway(arrival: Arrival, why?: UserError): Promise<void> {
    const { folder, after } = this.#request;
    const mark = markOf(arrival);
    this.#retries.delete(mark);
    if (after === 'move') {
      await putAway(folder, arrival.files, why);
      this.#gone.add(mark);
      return;
    }
    this.#dealtWith.add(mark);
    if (why === undefined) return;
    for (const path of arrival.paths) await tellWhyKept(folder, path, why);
  }

  #tellOnce(event: string, path: string | undefined, what: string): void {
    const key = `${event} ${path} ${what}`;
    if (this.#told.has(key)) return;
    this.#told.add(key);
    this.#doors.log.warn(event, { path, what });
  }
}

/** An arrival as it is now: a changed file is another one. A manifest speaks for its files: it is written last. */
const markOf = ({ paths, files }: Arrival): string =>
  files
    .filter(({ path }) => paths.includes(path))
    .map(({ path, bytes, modified }) => `${path} ${bytes} ${modified}`)
    .join('\n');

/** The loose files that a refusal speaks of; of an export all of it. */
const partOf = (arrival: Arrival, refused: readonly string[]): Arrival => {
  const of = arrival.files.filter(({ path }) => arrival.paths.includes(path) && refused.includes(path));
  return of.length === 0 ? arrival : { ...arrival, paths: of.map(({ path }) => path), files: of };
};

/** What is wrong with the file itself, and not with the lake, the disk or us. */
const isOfTheFile = (error: unknown): error is UserError =>
  error instanceof UserError && !/^(LAKE_|DISK_|LEASE_|FILE_NOT_FOUND|STORE_|AWS_)/.test(error.code);

async function refuseNoFolder(folder: string): Promise<void> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory() === true) return;
  throw new UserError('FILE_NOT_FOUND', {
    what: 'There is no such folder to watch',
    place: { file: folder },
    remedy: 'Make it, or name another one.',
  });
}
