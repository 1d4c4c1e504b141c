import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, expect, it, onTestFinished } from 'vitest';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { OutOfTime } from '../core/errors/out-of-time.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { runKey } from './keys.ts';
import { beginRun, lastRun, type RunProblem, recentRuns } from './runs.ts';

const DAY = billingDate('2026-11-19');
const clock = stoppedClock(Date.parse('2026-11-19T07:00:00Z'));
const END = { lakeVersion: 7, archivedDays: 0, digest: undefined, problems: [] };
const PROBLEM: RunProblem = { code: 'MAIL_NOT_SENT', what: 'refused', remedy: 'mend it' };

let store: ObjectStore;
let done: string[];

beforeEach(async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-runs-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  store = diskStore(folder);
  done = [];
});

const begin = (run: string, about = {}) =>
  beginRun(store, clock, { run, kind: 'daily', runDate: DAY, about, steps: ['archive', 'digest', 'notes'] });
/** A step's work that leaves a trace and gives `outputs`. */
const doing = (name: string, outputs: object) => async () => {
  done.push(name);
  return outputs;
};

it('continues a run that died: what it had done from the same inputs stands, the rest is done', async () => {
  const first = await begin('r-1');
  await first.step('archive', { lakeVersion: 7 }, doing('archive', { days: ['2026-11-18'] }));
  const torn = first.step('digest', { lakeVersion: 7 }, () => Promise.reject(new Error('killed')));
  await expect(torn).rejects.toThrow('killed'); // and nothing is written any more: the process is dead
  const second = await begin('r-2');
  expect(second.record()).toMatchObject({ run: 'r-1', continuedBy: ['r-2'] });
  expect(second.record().steps.map(({ state }) => state)).toEqual(['done', 'waiting', 'waiting']);
  const again = doing('archive', { days: [] });
  expect(await second.step('archive', { lakeVersion: 7 }, again)).toEqual({ days: ['2026-11-18'] });
  await second.step('digest', { lakeVersion: 7 }, doing('digest', {}));
  expect(done).toEqual(['archive', 'digest']);
  await second.end(END);
  expect(await recentRuns(store, 5)).toMatchObject([{ run: 'r-1', outcome: 'fine' }]);
});

it('begins no step that there is no time for, and leaves the run to be continued', async () => {
  let isTimeUp = false;
  const plan = { run: 'r-1', kind: 'daily', runDate: DAY, steps: ['archive', 'digest', 'notes'] } as const;
  const first = await beginRun(store, clock, plan, () => isTimeUp);
  await first.step('archive', {}, doing('archive', { days: 2 }));
  isTimeUp = true;
  expect(await first.step('archive', {}, doing('archive again', {}))).toEqual({ days: 2 }); // costs no time
  await expect(first.step('digest', {}, doing('digest', {}))).rejects.toBeInstanceOf(OutOfTime);
  expect((await recentRuns(store, 1))[0]?.steps.map(({ state }) => state)).toEqual([
    ...['done', 'waiting', 'waiting'],
  ]);
  const second = await begin('r-2');
  const half = second.step('digest', {}, () => Promise.reject(new OutOfTime('the second half')));
  await expect(half).rejects.toThrow('the second half was not begun');
  const third = await begin('r-3');
  expect(third.record()).toMatchObject({ run: 'r-1', continuedBy: ['r-2', 'r-3'], outcome: 'running' });
  expect(await third.step('archive', {}, doing('archive again', {}))).toEqual({ days: 2 });
  await third.step('digest', {}, doing('digest', {}));
  expect(done).toEqual(['archive', 'digest']);
});

it('does a step again where its inputs are others: the lake has moved on', async () => {
  const first = await begin('r-1');
  await first.step('archive', { lakeVersion: 7 }, doing('archive', {}));
  await first.step('digest', {}, doing('digest', {}));
  await (await begin('r-2')).step('archive', { lakeVersion: 8 }, doing('archive of 8', {}));
  expect(done).toEqual(['archive', 'digest', 'archive of 8']);
});

it('does again what failed without ending the run', async () => {
  const first = await begin('r-1');
  await first.step('archive', {}, async (failed) => {
    failed(PROBLEM);
    return doing('archive', {})();
  });
  await first.step('digest', {}, doing('digest', {}));
  const second = await begin('r-2');
  await second.step('archive', {}, doing('archive', {}));
  expect(done).toEqual(['archive', 'digest', 'archive']);
});

it('begins a new run where the last has ended, or something else is asked for', async () => {
  await (await begin('r-1')).end(END);
  expect((await begin('r-2', { from: '2026-09-01' })).record()).toMatchObject({
    run: 'r-2',
    continuedBy: [],
  });
  expect((await begin('r-3')).record()).toMatchObject({ run: 'r-3', continuedBy: [] });
  expect((await recentRuns(store, 5)).map(({ run }) => run)).toEqual(['r-3', 'r-2', 'r-1']);
});

it('says at which step a run failed, and why; what was skipped has not failed', async () => {
  const book = await begin('r-1');
  book.skip('archive', { code: 'NOT_ASKED', what: 'no day', remedy: '' });
  await book.step('digest', {}, () => Promise.reject(new Error('ill'))).catch(() => undefined);
  await book.end(END, PROBLEM);
  expect(await lastRun(store)).toMatchObject({
    outcome: 'failed',
    problems: [PROBLEM],
    steps: [{ state: 'skipped' }, { state: 'failed', problem: PROBLEM }, { state: 'waiting' }],
  });
});

it('tells of several runs of one moment in the order in which they began', async () => {
  for (const run of ['r-9', 'r-5', 'r-7']) await (await begin(run)).end(END);
  expect(await lastRun(store)).toMatchObject({ run: 'r-7' });
});

it('reads what was written before runs had steps', async () => {
  const old = {
    run: 'r-0',
    runDate: DAY,
    startedAt: '2026-11-19T07:00:00.000Z',
    endedAt: '2026-11-19T07:00:09.000Z',
    outcome: 'fine',
    archivedDays: 3,
    problems: [],
  };
  await store.put(runKey(DAY, 'r-0'), new TextEncoder().encode(`${JSON.stringify(old)}\n`));
  expect(await lastRun(store)).toMatchObject({ ...old, kind: 'daily', steps: [] });
});

it('refuses a record of which a bit was changed', async () => {
  await (await begin('r-1')).end(END);
  const bytes = await store.get(runKey(DAY, 'r-1'));
  bytes?.fill(0x30, 20, 21);
  await store.put(runKey(DAY, 'r-1'), bytes ?? new Uint8Array());
  await expect(lastRun(store)).rejects.toThrow(UserError);
});
