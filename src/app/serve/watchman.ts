import type { ThisProcess } from '../../ports/this-process.ts';
import { check } from '../check.ts';
import type { AlarmDoors } from '../run-alarm.ts';
import type { Checked } from '../vitals.ts';
import type { LiveLake } from './live-lake.ts';

/** How often the server looks for troubles, and how long after its start for the first time. */
const EVERY_MS = 5 * 60_000;
const FIRST_MS = 60_000;

/** What the watchman tells troubles by. */
export interface WatchmanOf extends AlarmDoors {
  readonly process: ThisProcess;
}

/** Looks for troubles as `status --check` does, as long as the server runs. A look that fails is no reason to end. */
export class Watchman {
  readonly #of: WatchmanOf;
  readonly #live: LiveLake;
  /** The last look. */
  last: Checked | undefined;

  constructor(of: WatchmanOf, live: LiveLake) {
    this.#of = of;
    this.#live = live;
  }

  async watch(end: AbortSignal): Promise<void> {
    for (let ms = FIRST_MS; ; ms = EVERY_MS) {
      await this.#of.pause(ms, end);
      if (end.aborted) return;
      await this.look().catch((error: unknown) => this.#of.log.warn('check.failed', { what: String(error) }));
    }
  }

  async look(): Promise<void> {
    const held = await this.#live.hold();
    if (held === undefined) return;
    try {
      const status = await held.served.apart((engine) => check({ ...this.#of, engine }));
      this.last = { status, at: this.#of.clock.now() };
    } finally {
      held.release();
    }
  }
}
