import { type AsOf, stateAsOf } from '../../lake/as-of.ts';
import { storeAsOf } from '../../lake/as-of-store.ts';
import { type Lake, openLake, openLakeIfAny } from '../../lake/lake.ts';
import type { Clock, Log } from '../../ports/clock.ts';
import type { Engine } from '../../ports/engine.ts';
import type { ObjectStore } from '../../ports/object-store.ts';
import { Recent } from './recent.ts';
import { Served } from './served.ts';

/** Moments that are kept open for the next question about them: somebody who compares looks at two. */
const KEPT = 2;
/** Texts whose meaning is remembered. */
const TEXTS_KEPT = 64;

export interface PastLakesOf {
  readonly store: ObjectStore;
  /** A small engine of its own for each moment; closed here. */
  readonly openEngine: () => Promise<Engine>;
  readonly clock: Clock;
  readonly log: Log;
  readonly requiredTagKeys: readonly string[];
}

/** A moment's lake, and how many answers are being made from it. */
interface Past {
  readonly opening: Promise<Served>;
  users: number;
}

/** The lake as it was known at moments that somebody asks about; what is asked again soon is still open. */
export class PastLakes {
  readonly #of: PastLakesOf;
  readonly #open = new Map<string, Past>();
  readonly #waiting: (() => void)[] = [];
  readonly #meant = new Recent<AsOf>(TEXTS_KEPT);
  #lake: Lake | undefined;

  constructor(of: PastLakesOf) {
    this.#of = of;
  }

  /**
   * The lake as of `text`, kept open until `release` is called; undefined where that is now, or where there is no lake.
   * @throws what `stateAsOf` throws
   */
  async hold(text: string): Promise<{ readonly served: Served; readonly release: () => void } | undefined> {
    const asOf = await this.point(text);
    if (asOf === undefined) return undefined;
    const past = await this.#room(`${asOf.state.version} ${asOf.moment}`, asOf);
    let held = true;
    const release = (): void => {
      if (!held) return;
      held = false;
      past.users--;
      if (past.users === 0) for (const look of this.#waiting.splice(0)) look();
    };
    try {
      return { served: await past.opening, release };
    } catch (error) {
      release();
      throw error;
    }
  }

  /** The store as it was at `text`, with its moment; undefined where that is now, or where there is no lake. */
  async point(text: string): Promise<AsOf | undefined> {
    this.#lake ??= await openLakeIfAny(this.#of.store);
    const lake = this.#lake;
    if (lake === undefined) return undefined;
    const now = this.#of.clock.now();
    const today = new Date(now).toISOString().slice(0, 10);
    return text === today ? undefined : this.#meant.get(text, () => stateAsOf(lake, text, now));
  }

  async end(): Promise<void> {
    const open = [...this.#open.values()];
    this.#open.clear();
    for (const { opening } of open) await opening.then((served) => served.retire()).catch(() => undefined);
  }

  /** The lake of that name, open or opening; where as many are in use as may be, it waits until one is not any more. */
  async #room(name: string, asOf: AsOf): Promise<Past> {
    for (;;) {
      const known = this.#open.get(name);
      if (known === undefined && this.#open.size >= KEPT && !this.#closeIdle()) {
        await new Promise<void>((resolve) => this.#waiting.push(resolve));
        continue;
      }
      const past = known ?? { opening: this.#pinned(asOf), users: 0 };
      past.users++;
      this.#open.delete(name); // the one that was asked for last stays longest
      this.#open.set(name, past);
      if (known === undefined) past.opening.catch(() => this.#open.delete(name));
      return past;
    }
  }

  /** Closes the one that nobody has asked for the longest; tells whether there was one. */
  #closeIdle(): boolean {
    const [idle] = [...this.#open].find(([, { users }]) => users === 0) ?? [];
    const past = idle === undefined ? undefined : this.#open.get(idle);
    if (idle === undefined || past === undefined) return false;
    this.#open.delete(idle);
    past.opening
      .then((served) => served.retire())
      .catch((error: unknown) => this.#of.log.warn('lake.not_closed', { problem: String(error) }));
    return true;
  }

  async #pinned(asOf: AsOf): Promise<Served> {
    const { store, clock, requiredTagKeys, log } = this.#of;
    const { state, moment } = asOf;
    const lake = await openLake(storeAsOf(store, asOf));
    const engine = await this.#of.openEngine();
    const then: Clock = { ...clock, now: () => moment };
    try {
      const served = await Served.open({ engine, lake, state, clock: then, requiredTagKeys, asOf: moment });
      log.info('lake.pinned', { lakeVersion: state.version, asOf: new Date(moment).toISOString() });
      return served;
    } catch (error) {
      await engine.close();
      throw error;
    }
  }
}
