import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { systemClock, systemPause } from '../../../src/adapters/clock/clock.ts';
import { diskStore } from '../../../src/adapters/disk/disk-store.ts';
import { openDuckDb } from '../../../src/adapters/duckdb/duckdb-engine.ts';
import { outbox } from '../../../src/adapters/mail/outbox.ts';
import { thisProcess } from '../../../src/adapters/process/this-process.ts';
import { backfill } from '../../../src/app/backfill.ts';
import { requestOf } from '../../../src/app/backfill-event.ts';
import { dailyRun } from '../../../src/app/daily-run.ts';
import type { RunDoors } from '../../../src/app/daily-run-doors.ts';
import { ingest } from '../../../src/app/ingest.ts';
import type { IngestDoors } from '../../../src/app/ingest-doors.ts';
import { rebuild } from '../../../src/app/rebuild/rebuild.ts';
import type { VerifyReport } from '../../../src/app/verify/report.ts';
import { verify } from '../../../src/app/verify/verify.ts';
import { watchFolder } from '../../../src/app/watch/watch.ts';
import { readSettings } from '../../../src/config.ts';
import { billingDate } from '../../../src/core/calendar/billing-date.ts';
import { type Turn, turnBy } from '../../../src/lake/lease.ts';
import type { Clock, Pause } from '../../../src/ports/clock.ts';
import type { Engine } from '../../../src/ports/engine.ts';
import type { ThisProcess } from '../../../src/ports/this-process.ts';
import { Faults } from './faulty.ts';

/** Where a case is played: a lake, an outbox, a watched folder, in a folder of its own. */
export interface Place {
  readonly folder: string;
}

export interface ProcessOf {
  /** ISO 8601 UTC. */
  readonly now: string;
  readonly faults?: Faults;
  readonly clock?: Clock;
  readonly pause?: Pause;
  /** Whether other processes on this machine live, for the lease. */
  readonly others?: 'alive' | 'dead';
}

/** What the built program would be, within this process: the rooms of src/main.ts, with a store that may fail. */
export interface Process {
  ingest(paths: readonly string[], accounts?: string): Promise<void>;
  run(): Promise<void>;
  watch(folder: string): Promise<void>;
  /** Makes the archive of billing days again; a single day is mailed. */
  backfill(from: string, to: string): Promise<void>;
  verify(depth: 'deep' | 'usual'): Promise<VerifyReport>;
  /** Makes derived objects again; gives the keys that stay lost. */
  rebuild(): Promise<readonly string[]>;
  readonly engine: Engine;
  readonly store: ReturnType<typeof diskStore>;
}

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_PROGRESS = { step: () => undefined, end: () => undefined };
/** So long somebody waits for the turn, in milliseconds. */
const WAIT_MS = 60_000;

/** Does `work` as a process of its own would: with an engine and a store that are closed at its end. */
export async function asProcess<T>(
  place: Place,
  of: ProcessOf,
  work: (process: Process) => Promise<T>,
): Promise<T> {
  const scratch = await mkdtemp(join(tmpdir(), 'spendlight-fault-'));
  const faults = of.faults ?? new Faults();
  const plain = await openDuckDb({ memoryLimit: '512MB', threads: 1, tempDirectory: scratch });
  try {
    return await work(processOf(place, of, faults, plain, scratch));
  } finally {
    await plain.close();
    await rm(scratch, { recursive: true, force: true });
  }
}

function processOf(place: Place, of: ProcessOf, faults: Faults, plain: Engine, scratch: string): Process {
  const now = Date.parse(of.now);
  const clock: Clock = of.clock ?? { now: () => now, monotonic: systemClock.monotonic };
  const pause = of.pause ?? systemPause;
  const random = { id: () => randomUUID() };
  const me: ThisProcess = of.others === 'alive' ? thisProcess() : { ...thisProcess(), isAlive: () => false };
  const turn: Turn = turnBy({ clock, pause, random, log: SILENT, process: me, waitMs: WAIT_MS });
  const store = faults.store(diskStore(join(place.folder, 'lake')));
  const engine = faults.engine(plain);
  const settings = readSettings({ OUTBOX_DIR: join(place.folder, 'outbox') });
  const doors: IngestDoors = {
    ...{ engine, store, clock, random, progress: NO_PROGRESS, log: SILENT, settings, scratch },
  };
  const ingested = (paths: readonly string[], accounts?: string) =>
    turn(store, 'ingest', (fenced) =>
      ingest(
        { ...doors, store: fenced },
        { paths, format: 'auto', allow: { shrink: false }, maxRejects: 0, accounts },
      ),
    );
  const run: RunDoors = {
    ...{ engine, store, turn, clock, pause, random, progress: NO_PROGRESS, log: SILENT, settings },
    mailer: outbox(settings.outboxDir),
    outbox: outbox(settings.outboxDir),
    notify: undefined,
    scratch: () => mkdtemp(join(scratch, 'run-')),
    run: `r-${random.id().slice(0, 8)}`,
  };
  return {
    engine,
    store,
    async ingest(paths, accounts) {
      const { refused } = await ingested(paths, accounts);
      for (const { error } of refused) if (error.code !== 'DELIVERY_OLDER') throw error;
    },
    async run() {
      await dailyRun(run, { resend: false });
    },
    async backfill(from, to) {
      const wish = { single: from === to, resend: undefined };
      await backfill(run, requestOf(billingDate(from), billingDate(to), wish));
    },
    verify: (depth) =>
      verify(
        {
          store,
          engine: () => Promise.resolve(engine),
          progress: NO_PROGRESS,
          settings,
          scratch: doors.scratch,
        },
        { deep: depth === 'deep', anchor: undefined },
      ),
    async rebuild() {
      const rebuilt = await turn(store, 'rebuild', (fenced) =>
        rebuild({ ...doors, settings, store: fenced, run: run.run }, { dryRun: false, only: undefined }),
      );
      return rebuilt.lost.map(({ key }) => key);
    },
    async watch(folder) {
      await watchFolder(
        {
          engine: () => Promise.resolve(engine),
          ...watchTime(),
          log: SILENT,
          changes: {
            next: () => new AbortController().signal,
            wake: () => undefined,
            close: () => undefined,
          },
          ingest: (paths) => ingested(paths),
          alive: () => Promise.resolve(),
          stop: new AbortController().signal,
        },
        { folder, after: 'move', once: true, intervalMs: 1_000 },
      );
    },
  };
}

/** Files that lie there are known to be whole: a thousand times as fast as the clock on the wall. */
function watchTime(): { readonly clock: Clock; readonly pause: Pause } {
  let time = 0;
  return {
    clock: { now: systemClock.now, monotonic: () => time },
    async pause(ms) {
      time += ms;
      await wait(1);
    },
  };
}
