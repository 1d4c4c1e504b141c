import { explain } from '../app/explain.ts';
import type { LakeSettings } from '../app/lake-settings.ts';
import { alerts } from '../app/serve/alerts.ts';
import { archivedDays, archivedFile } from '../app/serve/archive.ts';
import { exportCsv } from '../app/serve/exports.ts';
import { FirstRun } from '../app/serve/first-run.ts';
import { health, type Process } from '../app/serve/health.ts';
import { lights } from '../app/serve/lights.ts';
import { LiveLake } from '../app/serve/live-lake.ts';
import { mailPage, mails } from '../app/serve/mails.ts';
import { causes, movers } from '../app/serve/movers.ts';
import { overview } from '../app/serve/overview.ts';
import { breakdown, lines } from '../app/serve/pages.ts';
import { PastLakes } from '../app/serve/past-lakes.ts';
import { calendar, dayHistory, missing, periods, restated, runs } from '../app/serve/pipeline.ts';
import { keepPreferences, readPreferences } from '../app/serve/preferences.ts';
import { choices, proof } from '../app/serve/proof.ts';
import type { Served } from '../app/serve/served.ts';
import { shares } from '../app/serve/shares.ts';
import { trend } from '../app/serve/trend.ts';
import { Watchman, type WatchmanOf } from '../app/serve/watchman.ts';
import { vitals } from '../app/vitals.ts';
import { storeAsOf } from '../lake/as-of-store.ts';
import type { Turn } from '../lake/lease.ts';
import type { Clock, Log, Pause, Random } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { Site } from '../ports/site.ts';
import { noLake } from './answers.ts';
import type { ApiDoors, CostDoors } from './doors.ts';
import type { GuardOf } from './guard.ts';
import type { Explanation } from './schemas/explain.ts';
import { type Answering, site } from './site.ts';

/** What a server is made from. */
export interface ServingOf {
  readonly store: ObjectStore;
  /** A new engine each time, closed by whoever asked for it. */
  readonly openEngine: () => Promise<Engine>;
  /** As `openEngine`, with room for one question: for what was known at an earlier moment. */
  readonly openSmallEngine: () => Promise<Engine>;
  /** As `openEngine`, with room for an ingest. */
  readonly openLargeEngine: () => Promise<Engine>;
  readonly scratch: () => Promise<string>;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly random: Random;
  readonly log: Log;
  readonly settings: LakeSettings;
  readonly turn: Turn;
  /** How troubles are told; undefined: the server does not look for any. */
  readonly alarms: WatchmanOf | undefined;
  readonly guard: GuardOf;
  readonly pages: Site | undefined;
  /** How long a caller may take for a body that is no file; ten seconds unless told. */
  readonly bodyMs?: number;
  readonly process: Process;
}

/** A server that answers, until its end. */
export interface Serving extends Answering {
  /** Opens the lake, if there is one, so that the first answer does not wait for it. */
  warm(): Promise<void>;
  /** Streams without an end are told to end; call it before the connections are drained. */
  stopping(): void;
  /** Closes the lake. */
  end(): Promise<void>;
}

/** API and page over the lake in `store`, as it grows. */
export function serving(of: ServingOf): Serving {
  const { store, clock, log, random } = of;
  const live = new LiveLake({ ...of, requiredTagKeys: of.settings.requiredTagKeys });
  const past = new PastLakes({
    ...of,
    openEngine: of.openSmallEngine,
    requiredTagKeys: of.settings.requiredTagKeys,
  });
  const hold = async (asOf?: string) => {
    const held = await live.hold(); // a lake that has gone answers for no moment
    if (held === undefined || asOf === undefined) return held;
    const then = await past.hold(asOf).catch((error) => {
      held.release();
      throw error;
    });
    if (then !== undefined) held.release();
    return then ?? held;
  };
  const then = async (asOf?: string) => {
    const point = asOf === undefined ? undefined : await past.point(asOf);
    return point === undefined
      ? { store, clock }
      : { store: storeAsOf(store, point), clock: { ...clock, now: () => point.moment } };
  };
  const first = new FirstRun({ ...of, openEngine: of.openLargeEngine, brought: () => live.look() });
  const stop = new AbortController();
  const watchman = of.alarms === undefined ? undefined : new Watchman(of.alarms, live);
  const doors: ApiDoors<Served> = {
    costs: costsOf(clock),
    pipeline: {
      periods: (pin) => periods(pin, clock),
      calendar: (pin, query) => calendar(pin, query, clock),
      restatements: restated,
      dayHistory,
      runs: async ({ limit, asOf }) => runs((await then(asOf)).store, limit),
      async gaps({ asOf, ...days }) {
        const [held, tools] = [await hold(asOf), await then(asOf)];
        if (held === undefined) throw noLake();
        try {
          return await missing(held.served, days, tools);
        } finally {
          held.release();
        }
      },
      archive: async ({ limit, asOf }) => archivedDays((await then(asOf)).store, limit),
      archived: async (day, file, asOf) => archivedFile((await then(asOf)).store, day, file),
    },
    async hold(asOf) {
      const held = await hold(asOf);
      return held === undefined ? undefined : { pin: held.served, release: held.release };
    },
    async status(asOf) {
      const tools = { ...(await then(asOf)), process: of.alarms?.process };
      return health(of.process, await hold(asOf), tools);
    },
    vitals: () => vitals(store, clock, watchman?.last),
    preferences: () => readPreferences(store),
    keepPreferences: (preferences) => keepPreferences(store, preferences),
    outbox: async (asOf) => mails((await then(asOf)).store),
    mail: async (id, asOf) => mailPage((await then(asOf)).store, id),
    peek: (name, body) => first.peek(name, body),
    ingest: (upload) => first.ingest(upload),
    job: async (id) => first.job(id),
    onVersion: (changed) => live.onVersion(changed),
    stopping: stop.signal,
    clock,
    random,
    log,
  };
  const answering = site({
    doors,
    guard: of.guard,
    pages: of.pages,
    bodyMs: of.bodyMs ?? 10_000,
    version: of.process.version,
    memoryBytes: of.process.memoryBytes,
  });
  return {
    ...answering,
    async warm() {
      await live.current().catch((error: unknown) => {
        log.warn('lake.unreadable', { problem: error instanceof Error ? error.message : String(error) });
      });
      live.watch();
      void watchman?.watch(stop.signal);
    },
    stopping: () => stop.abort(),
    async end() {
      await past.end();
      await live.end();
    },
  };
}

const costsOf = (clock: Clock): CostDoors<Served> => ({
  overview: (pin, query) => overview(pin, query, pin.asOf ?? clock.now()),
  trend,
  lights,
  movers,
  causes,
  shares,
  alerts,
  breakdown,
  lines,
  proof,
  // The schema's lists are not read-only; that is all the difference.
  explain: async (pin, query) => (await explain(pin, query)) as Explanation,
  choices,
  csv: exportCsv,
});
