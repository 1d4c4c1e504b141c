import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished } from 'vitest';
import { type Machine, World } from '../../test/support/lease-world.ts';
import { stoppedClock, systemPause } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { LEASE_KEY } from './keys.ts';
import { currentHolder, type LeaseDoors, TERM_MS, type Turn, turnBy } from './lease.ts';
import { selfChecked } from './self-checked.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
let ids = 0;

async function freshStore(): Promise<ObjectStore> {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-lease-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return diskStore(folder);
}

/** A process with pid `pid` on the machine m-1, where those of `alive` run. */
const doorsOf = (pid: number, { alive = [1, 2], waitMs = 0 } = {}): LeaseDoors => ({
  clock: stoppedClock(Date.parse('2026-11-19T07:00:00Z')),
  pause: systemPause,
  random: { id: () => `t-${++ids}` },
  log: SILENT,
  process: { host: 'web-1', machine: 'm-1', pid, isAlive: (other) => alive.includes(other) },
  waitMs,
});

const left = async (store: ObjectStore) => (await store.list('')).map(({ key }) => key);

describe('a turn', () => {
  it('leaves nothing behind, also where its work fails', async () => {
    const store = await freshStore();
    const turn = turnBy(doorsOf(1));
    expect(await turn(store, 'ingest', async (fenced) => fenced.putIfAbsent('a', new Uint8Array([1])))).toBe(
      true,
    );
    await expect(turn(store, 'run', () => Promise.reject(new Error('ill')))).rejects.toThrow('ill');
    expect(await left(store)).toEqual(['a']);
  });

  it('names who has it to whoever waited in vain', async () => {
    const store = await freshStore();
    const message =
      'is being written by spendlight ingest (host web-1, process 1) since 2026-11-19 07:00:00 UTC';
    await turnBy(doorsOf(1))(store, 'ingest', async () => {
      expect(await currentHolder(store)).toMatchObject({ command: 'ingest', pid: 1 });
      const inVain = turnBy(doorsOf(2))(store, 'run', async () => 'never');
      await expect(inVain).rejects.toThrow(message);
      await expect(inVain).rejects.toMatchObject({ code: 'LAKE_BUSY' });
    });
    expect(await currentHolder(store)).toBeUndefined();
  });

  it('is taken over at once from a process of this machine that is gone', async () => {
    const store = await freshStore();
    const killed = { token: 't-0', command: 'run', host: 'web-1', machine: 'm-1', pid: 3, since: '' };
    await store.put(LEASE_KEY, selfChecked(killed));
    expect(await turnBy(doorsOf(1))(store, 'run', async () => 'done')).toBe('done');
    expect(await left(store)).toEqual([]);
  });

  it.each([
    ['lives', { machine: 'm-1', pid: 2 }],
    ['ran in another container with the same pids', { machine: 'm-2', pid: 3 }],
  ])('is not taken from a process that %s', async (_, holder) => {
    const store = await freshStore();
    await store.put(
      LEASE_KEY,
      selfChecked({ token: 't-0', command: 'run', host: 'web-1', since: '', ...holder }),
    );
    await expect(turnBy(doorsOf(1))(store, 'run', async () => 0)).rejects.toMatchObject({
      code: 'LAKE_BUSY',
    });
  });
});

describe('turns of machines that stand still, with clocks that jump', () => {
  /** Two or three machines: when each begins, what it writes, and when it stands still. */
  const machines = fc.array(
    fc.record({
      beginsMs: fc.integer({ min: 0, max: 20_000 }),
      effects: fc.array(fc.integer({ min: 0, max: 40_000 }), { minLength: 1, maxLength: 6 }),
      frozen: fc.array(
        fc.record({
          at: fc.integer({ min: 0, max: 120_000 }),
          ms: fc.constantFrom(1, 900, 5_000, TERM_MS - 1, TERM_MS + 1, 3 * TERM_MS),
        }),
        { maxLength: 3 },
      ),
      jumps: fc.array(fc.integer({ min: -86_400_000, max: 86_400_000 }), { maxLength: 2 }),
      diesAt: fc.option(fc.integer({ min: 0, max: 60_000 }), { nil: undefined, freq: 3 }),
    }),
    { minLength: 2, maxLength: 3 },
  );

  it('nobody begins an effect whose turn is over, everybody who lives gets one, only who stood still loses it', async () => {
    await fc.assert(
      fc.asyncProperty(machines, async (plans) => {
        const world = new World(plans);
        const ends = await world.run((machine) => life(machine, plans[machine.number]?.effects ?? []));
        for (const { begun, over } of world.effects) expect(begun).toBeLessThanOrEqual(over());
        const longest = Math.max(0, ...plans.flatMap(({ frozen }) => frozen.map(({ ms }) => ms)));
        for (const [i, end] of ends.entries()) {
          if (end === 'died') expect(plans[i]?.diesAt).toBeDefined();
          else if (end === 'lost') expect(longest).toBeGreaterThan(TERM_MS / 2);
          else expect(end).toBe('done');
        }
      }),
      { numRuns: 60 },
    );
  });

  /** Takes a turn and writes after each of the pauses. */
  async function life(machine: Machine, pauses: readonly number[]): Promise<'done' | 'lost'> {
    const turn: Turn = turnBy(machine.doors);
    try {
      await turn(machine.store, 'run', async (fenced) => {
        for (const [i, ms] of pauses.entries()) {
          await machine.doors.pause(ms);
          await machine.effect(() => fenced.put(`effects/${machine.number}-${i}`, new Uint8Array([1])));
        }
      });
      return 'done';
    } catch (error) {
      if (error instanceof UserError && error.code === 'LEASE_LOST') return 'lost';
      throw error;
    }
  }
});
