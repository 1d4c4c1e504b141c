import { UserError } from '../core/errors/user-error.ts';
import type { Clock, Log, Pause, Random } from '../ports/clock.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { ThisProcess } from '../ports/this-process.ts';
import { LEASE_KEY, leaseBeatKey } from './keys.ts';
import { selfCheck, selfChecked } from './self-checked.ts';

/** Who has the turn to write to a lake. */
export interface Holder {
  /** The fence: given once, to one turn. Whoever finds another one in the register has lost the turn. */
  readonly token: string;
  /** What it does: `ingest`, `run` … */
  readonly command: string;
  readonly host: string;
  readonly machine: string;
  readonly pid: number;
  /** ISO 8601 UTC, by the holder's clock. For people: nothing expires by it. */
  readonly since: string;
}

export interface LeaseDoors {
  readonly clock: Clock;
  readonly pause: Pause;
  readonly random: Random;
  readonly log: Log;
  readonly process: ThisProcess;
  /** How long to wait for the turn, in milliseconds. */
  readonly waitMs: number;
  /** Told once to whoever waits longer than two seconds. */
  readonly onWaiting?: ((holder: Holder | undefined) => void) | undefined;
}

/**
 * Does `work` while no other process that asks for a turn writes to the lake in `store`. What `work` writes it writes by
 * the store that it is handed: each write there first makes sure that the turn is still ours.
 * @throws UserError `LAKE_BUSY` after waiting in vain, `LEASE_LOST` where another process took over because this one stood still
 */
export type Turn = <T>(
  store: ObjectStore,
  command: string,
  work: (fenced: ObjectStore) => Promise<T>,
) => Promise<T>;

/** Whose turn was not renewed for so long has lost it to whoever waits, by the clock of the one who waits. */
export const TERM_MS = 30_000;
const RENEW_MS = TERM_MS / 3;
const LOOK_MS = 100;
const TELL_MS = 2_000;

/** Turns by a register in the store: who stands in it has the turn. One put to take it, one delete to give it back. */
export const turnBy =
  (doors: LeaseDoors): Turn =>
  async (store, command, work) => {
    const { token } = await taken(doors, store, command);
    const over = new AbortController();
    const renewing = renewed(doors, store, token, over.signal);
    try {
      return await work(fenced(store, token));
    } finally {
      over.abort();
      const beats = await renewing;
      await givenBack(store, token, beats).catch((error: unknown) =>
        doors.log.warn('lease.not-given-back', { what: String(error) }),
      );
    }
  };

/** Who has the turn now, as far as the register says; undefined where nobody has. */
export async function currentHolder(store: ObjectStore): Promise<Holder | undefined> {
  const bytes = await store.get(LEASE_KEY);
  return bytes === undefined ? undefined : holderIn(bytes);
}

/** Whether the holder is known to be gone: it ran on this machine, and does not any more. */
export const isGone = ({ machine, pid }: Holder, observer: ThisProcess): boolean =>
  machine === observer.machine && !observer.isAlive(pid);

/** Waits until the register is free, given back or given up, and writes us into it. */
async function taken(doors: LeaseDoors, store: ObjectStore, command: string): Promise<Holder> {
  const { clock, pause, random, process, log, waitMs, onWaiting } = doors;
  const { host, machine, pid } = process;
  const since = new Date(clock.now()).toISOString();
  const mine: Holder = { token: random.id(), command, host, machine, pid, since };
  const began = clock.monotonic();
  let seen: { readonly mark: string; readonly at: number } | undefined;
  let told = false;
  for (;;) {
    if (await store.putIfAbsent(LEASE_KEY, selfChecked(mine))) return mine;
    const there = await look(store);
    if (there === undefined) continue; // given back a moment ago
    const now = clock.monotonic();
    if (seen?.mark !== there.mark) seen = { mark: there.mark, at: now };
    const { holder } = there;
    const isOver = now - seen.at >= TERM_MS || (holder !== undefined && isGone(holder, process));
    if (isOver && (await store.putIfMatch(LEASE_KEY, selfChecked(mine), there.etag))) {
      log.warn('lease.taken-over', { from: holder?.command, host: holder?.host, pid: holder?.pid });
      if (holder !== undefined) await store.discard(leaseBeatKey(holder.token));
      return mine;
    }
    if (now - began >= waitMs) throw busy(store, holder);
    if (!told && now - began >= TELL_MS) {
      told = true;
      onWaiting?.(holder);
      log.info('lease.waiting', { for: holder?.command, host: holder?.host, pid: holder?.pid });
    }
    await pause(LOOK_MS);
  }
}

/** The register and its beat. `mark` changes as long as the holder lives; who cannot be read has no name and expires. */
async function look(store: ObjectStore) {
  const head = await store.head(LEASE_KEY); // before its content: a content of later can only make the etag too old
  const bytes = head && (await store.get(LEASE_KEY));
  if (head === undefined || bytes === undefined) return undefined;
  const holder = holderIn(bytes);
  const beat = holder && (await store.head(leaseBeatKey(holder.token)));
  return { etag: head.etag, holder, mark: JSON.stringify([head.etag, holder?.token, beat?.etag]) };
}

function holderIn(bytes: Uint8Array): Holder | undefined {
  if (selfCheck(bytes) !== 'proved') return undefined;
  return JSON.parse(new TextDecoder().decode(bytes));
}

/** Beats until the turn is over; gives how often. A beat that fails is made up for by the next, or the turn expires. */
async function renewed({ pause, log }: LeaseDoors, store: ObjectStore, token: string, over: AbortSignal) {
  let beats = 0;
  for (;;) {
    await pause(RENEW_MS, over);
    if (over.aborted) return beats;
    beats++;
    await store
      .put(leaseBeatKey(token), selfChecked({ token, beats }))
      .catch((error: unknown) => log.warn('lease.not-renewed', { what: String(error) }));
  }
}

async function givenBack(store: ObjectStore, token: string, beats: number): Promise<void> {
  if (beats > 0) await store.discard(leaseBeatKey(token));
  if ((await currentHolder(store))?.token === token) await store.discard(LEASE_KEY);
}

/**
 * `store`, each of whose writes first looks whether `token` still stands in the register. A look is not believed for any
 * while: who waits may have looked before our last beat and take over after it.
 */
function fenced(store: ObjectStore, token: string): ObjectStore {
  const guarded =
    <A extends readonly unknown[], R>(write: (...of: A) => Promise<R>) =>
    async (...of: A): Promise<R> => {
      if ((await currentHolder(store))?.token !== token) throw lost(store);
      return write(...of);
    };
  return {
    ...store,
    put: guarded((...of) => store.put(...of)),
    putIfAbsent: guarded((...of) => store.putIfAbsent(...of)),
    putIfMatch: guarded((...of) => store.putIfMatch(...of)),
    adopt: guarded((...of) => store.adopt(...of)),
    discard: guarded((...of) => store.discard(...of)),
  };
}

/** A holder for people: `spendlight ingest (host web-1, process 4711) since 2026-11-19 07:00:04 UTC`. */
export const nameOf = (holder: Holder | undefined): string =>
  holder === undefined
    ? 'another process'
    : `spendlight ${holder.command} (host ${holder.host}, process ${holder.pid}) since ${holder.since.slice(0, 19).replace('T', ' ')} UTC`;

function busy({ location }: ObjectStore, holder: Holder | undefined): UserError {
  return new UserError('LAKE_BUSY', {
    what: `${location} is being written by ${nameOf(holder)}`,
    remedy: 'Run the command again when it is done, or let it wait longer with --wait <seconds>.',
  });
}

function lost({ location }: ObjectStore): UserError {
  return new UserError('LEASE_LOST', {
    what: `This process stood still for so long that another one took its turn to write to ${location}`,
    remedy: 'Run the command again: it goes on where this one stopped. Nothing was damaged.',
  });
}
