import { LEASE_KEY } from '../../src/lake/keys.ts';
import type { Holder, LeaseDoors } from '../../src/lake/lease.ts';
import type { ObjectInfo, ObjectStore } from '../../src/ports/object-store.ts';

/** What happens to a machine, in milliseconds of the world's time. */
export interface Fate {
  readonly beginsMs: number;
  /** It stands still: nothing of it happens, and its clock goes on. */
  readonly frozen: readonly { readonly at: number; readonly ms: number }[];
  /** Its date is set to and fro, one jump every ten seconds. */
  readonly jumps: readonly number[];
  readonly diesAt: number | undefined;
}

export interface Machine {
  readonly number: number;
  readonly doors: LeaseDoors;
  readonly store: ObjectStore;
  /** Does `work` and notes when it began and whose turn it was. */
  effect(work: () => Promise<unknown>): Promise<void>;
}

interface Effect {
  readonly begun: number;
  /** When the turn was over in which it began; never: infinity. */
  over(): number;
}

/** How long a call of the store takes to arrive, and its answer to come back. */
const LATENCY_MS = 2;

/** Machines that share a store, in a time that passes only when everybody waits. Chance is in the fates alone. */
export class World {
  readonly effects: Effect[] = [];
  readonly #fates: readonly Fate[];
  readonly #alarms: { readonly at: number; readonly ring: () => void }[] = [];
  readonly #objects = new Map<string, { readonly bytes: Uint8Array; readonly etag: string }>();
  /** Token in the register → when it left it. */
  readonly #left = new Map<string, number>();
  #time = 0;
  #etags = 0;
  #ids = 0;

  constructor(fates: readonly Fate[]) {
    this.#fates = fates;
  }

  /** Lets each machine live; gives how each life ended, `died` for one that did not. */
  async run<T>(life: (machine: Machine) => Promise<T>): Promise<readonly (T | 'died')[]> {
    const ends: (T | 'died')[] = this.#fates.map(() => 'died');
    const failures: unknown[] = [];
    for (const [number, fate] of this.#fates.entries()) {
      void this.#until(fate.beginsMs)
        .then(() => life(this.#machine(number, fate)))
        .then(
          (end) => {
            ends[number] = end;
          },
          (error: unknown) => failures.push(error),
        );
    }
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve)); // all that does not wait for the world's time has happened
      const next = this.#alarms.sort((a, b) => a.at - b.at).shift();
      if (next === undefined) break;
      this.#time = Math.max(this.#time, next.at);
      next.ring();
    }
    if (failures.length > 0) throw failures[0];
    return ends;
  }

  #machine(number: number, fate: Fate): Machine {
    const awake = async (): Promise<void> => {
      if (fate.diesAt !== undefined && this.#time >= fate.diesAt) await new Promise(() => undefined);
      const still = fate.frozen.find(({ at, ms }) => this.#time >= at && this.#time < at + ms);
      if (still === undefined) return;
      await this.#until(still.at + still.ms);
      await awake();
    };
    const call = async <T>(answer: () => T): Promise<T> => {
      await awake();
      await this.#until(this.#time + LATENCY_MS);
      const answered = answer();
      await this.#until(this.#time + LATENCY_MS);
      await awake();
      return answered;
    };
    return {
      number,
      doors: {
        clock: {
          now: () => this.#time + (fate.jumps[Math.floor(this.#time / 10_000)] ?? 0),
          monotonic: () => this.#time + 1_000 * number,
        },
        pause: async (ms, until) => {
          await Promise.race([this.#until(this.#time + ms), aborted(until)]);
          await awake();
        },
        random: { id: () => `m${number}-${++this.#ids}` },
        log: { info: () => undefined, warn: () => undefined, error: () => undefined },
        process: { host: `web-${number}`, machine: `m-${number}`, pid: 1, isAlive: () => true },
        waitMs: Number.POSITIVE_INFINITY,
      },
      store: this.#store(call),
      effect: async (work) => {
        const begun = this.#time;
        const token = this.#register();
        await work();
        const own = token?.startsWith(`m${number}-`) === true ? token : undefined;
        this.effects.push({
          begun,
          over: () => (own === undefined ? -1 : (this.#left.get(own) ?? Number.POSITIVE_INFINITY)),
        });
      },
    };
  }

  #store(call: <T>(answer: () => T) => Promise<T>): ObjectStore {
    const set = (key: string, bytes: Uint8Array): ObjectInfo => {
      const before = this.#register();
      const etag = `e${++this.#etags}`;
      this.#objects.set(key, { bytes, etag });
      this.#leaves(before);
      return { key, bytes: bytes.length, etag };
    };
    const has = (key: string): boolean => this.#objects.has(key);
    const none = (): never => {
      throw new Error('not of this world');
    };
    return {
      location: 'the world',
      copyOut: none,
      restore: none,
      get: (key) => call(() => this.#objects.get(key)?.bytes),
      head: (key) =>
        call(() => {
          const there = this.#objects.get(key);
          return there && { key, bytes: there.bytes.length, etag: there.etag };
        }),
      put: (key, bytes) => call(() => set(key, bytes)),
      putIfAbsent: (key, bytes) => call(() => !has(key) && set(key, bytes) !== undefined),
      putIfMatch: (key, bytes, etag) =>
        call(() => this.#objects.get(key)?.etag === etag && set(key, bytes) !== undefined),
      discard: (key) =>
        call(() => {
          const before = this.#register();
          this.#objects.delete(key);
          this.#leaves(before);
        }),
      list: none,
      versions: none,
      adopt: none,
      seal: none,
      hash: none,
      uri: (key) => key,
    };
  }

  /** The token that stands in the register now. */
  #register(): string | undefined {
    const there = this.#objects.get(LEASE_KEY);
    return there && (JSON.parse(new TextDecoder().decode(there.bytes)) as Holder).token;
  }

  #leaves(before: string | undefined): void {
    if (before !== undefined && before !== this.#register()) this.#left.set(before, this.#time);
  }

  #until(at: number): Promise<void> {
    return new Promise((resolve) => this.#alarms.push({ at, ring: resolve }));
  }
}

const ends = new WeakMap<AbortSignal, Promise<void>>();

/** Resolves when the signal is given; one listener a signal. */
function aborted(signal: AbortSignal | undefined): Promise<void> {
  if (signal === undefined) return new Promise(() => undefined);
  const known = ends.get(signal);
  if (known !== undefined) return known;
  const end = new Promise<void>((resolve) =>
    signal.addEventListener('abort', () => resolve(), { once: true }),
  );
  ends.set(signal, end);
  return end;
}
