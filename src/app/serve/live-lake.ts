import { dayOf } from '../../core/calendar/billing-date.ts';
import { UserError } from '../../core/errors/user-error.ts';
import { openLakeIfAny } from '../../lake/lake.ts';
import type { Clock, Log, Pause } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { Near } from './near.ts';
import { PageFiles } from './page-files.ts';
import { Served } from './served.ts';

/** How often the head of the catalog is looked at: one small read. */
const LOOK_EVERY_MS = 1_000;

export interface LiveLakeOf {
  readonly store: ObjectStore;
  /** An engine of its own for each version; closed by the lake. */
  readonly openEngine: () => Promise<Engine>;
  readonly clock: Clock;
  readonly pause: Pause;
  readonly log: Log;
  readonly requiredTagKeys: readonly string[];
  /** A new empty folder outside the lake. */
  readonly scratch: () => Promise<string>;
}

/**
 * The lake as it grows: answers come from one version at a time, and a newer one takes its place when it is ready. Answers
 * that began with the older one end with it.
 */
export class LiveLake {
  readonly #of: LiveLakeOf;
  readonly #files: PageFiles;
  readonly #near: Near;
  readonly #listeners = new Set<(version: number) => void>();
  #served: Served | undefined;
  #looking: Promise<Served | undefined> | undefined;
  #failure: unknown;
  #wasThere = false;
  #ended = false;
  #watching: Promise<void> | undefined;

  constructor(of: LiveLakeOf) {
    this.#of = of;
    this.#files = new PageFiles(of.scratch);
    this.#near = new Near(of.store, of.scratch);
  }

  /** The version that answers now; looks for one where there is none yet. @throws what opening the lake throws */
  async current(): Promise<Served | undefined> {
    if (this.#served !== undefined && this.#failure === undefined) return this.#served;
    return this.look();
  }

  /** As `current`, kept open until `release` is called. */
  async hold(): Promise<{ readonly served: Served; readonly release: () => void } | undefined> {
    while (this.#served === undefined || this.#failure !== undefined) {
      if ((await this.look()) === undefined) return undefined;
    }
    return { served: this.#served, release: this.#served.hold() };
  }

  /** Looks whether there is a newer version, and makes it the one that answers. */
  look(): Promise<Served | undefined> {
    this.#looking ??= this.#look()
      .then(
        (served) => {
          this.#failure = undefined;
          return served;
        },
        (error) => {
          this.#failure = error;
          throw error;
        },
      )
      .finally(() => {
        this.#looking = undefined;
      });
    return this.#looking;
  }

  /** Looks every second until `end`. A lake that cannot be read is told once in the log, and every question again. */
  watch(): void {
    this.#watching ??= this.#watch();
  }

  /** Calls `changed` with each new version from now on, until the result is called. */
  onVersion(changed: (version: number) => void): () => void {
    this.#listeners.add(changed);
    return () => this.#listeners.delete(changed);
  }

  async end(): Promise<void> {
    this.#ended = true;
    await this.#looking?.catch(() => undefined);
    const served = this.#served;
    this.#served = undefined;
    await served?.retire();
  }

  async #look(): Promise<Served | undefined> {
    const { clock, requiredTagKeys } = this.#of;
    const { store } = this.#near;
    const lake = this.#served?.lake ?? (await openLakeIfAny(store));
    if (lake === undefined && this.#wasThere) throw gone(store);
    if (lake === undefined) return undefined;
    if (this.#wasThere && (await openLakeIfAny(store)) === undefined) {
      this.#forget();
      throw gone(store);
    }
    const state = await lake.head();
    const before = this.#served;
    if (before !== undefined && before.version === state.version && before.today === dayOf(clock.now())) {
      return before;
    }
    await this.#near.bring(state);
    const engine = await this.#of.openEngine();
    const served = await Served.open({ engine, lake, state, clock, requiredTagKeys }).catch(async (error) => {
      await engine.close();
      throw error;
    });
    if (this.#ended) {
      await served.retire();
      return undefined;
    }
    this.#served = served;
    this.#wasThere = true;
    this.#of.log.info('lake.pinned', { lakeVersion: served.version });
    this.#layOut(served);
    for (const changed of this.#listeners) changed(served.version);
    this.#retire(before);
    return served;
  }

  /** Beside the answers: without it they are the same, and slower. */
  #layOut(served: Served): void {
    served
      .layOut(this.#files, () => !this.#ended && this.#served === served)
      .catch((error: unknown) => {
        this.#of.log.warn('pages.not_laid_out', { lakeVersion: served.version, problem: String(error) });
      });
  }

  /** Nothing answers from memory what cannot be proved any more. */
  #forget(): void {
    const before = this.#served;
    this.#served = undefined;
    this.#retire(before);
  }

  #retire(before: Served | undefined): void {
    before?.retire().catch((error: unknown) => {
      this.#of.log.warn('lake.not_closed', { problem: String(error) });
    });
  }

  async #watch(): Promise<void> {
    let told: string | undefined;
    while (!this.#ended) {
      await this.#of.pause(LOOK_EVERY_MS);
      if (this.#ended) return;
      try {
        await this.look();
        told = undefined;
      } catch (error) {
        const text = error instanceof Error ? error.message : String(error);
        if (text !== told) this.#of.log.warn('lake.unreadable', { problem: text });
        told = text;
      }
    }
  }
}

const gone = (store: ObjectStore): UserError =>
  new UserError('LAKE_GONE', {
    what: `The lake in ${store.location} is not there any more`,
    remedy: 'Bring its folder back, or start the server with another lake.',
  });
