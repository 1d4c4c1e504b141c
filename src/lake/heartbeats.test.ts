import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { beat, endBeat, heartbeats } from './heartbeats.ts';

const at = (time: string) => stoppedClock(Date.parse(`2026-11-19T${time}:00Z`));
const PROBLEM = { code: 'REJECTS', what: '3 rows', remedy: 'mend them' };

it('keeps when each was last fine and when it last failed, and which of both came last', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-hearts-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const store = diskStore(folder);
  const feed = { kind: 'feed', name: 'org/focus' } as const;
  await beat(store, at('07:00'), feed);
  await beat(store, at('08:00'), { ...feed, problem: PROBLEM });
  const [failed] = await heartbeats(store);
  expect(failed).toMatchObject({
    isFine: false,
    lastGood: '2026-11-19T07:00:00.000Z',
    lastBad: '2026-11-19T08:00:00.000Z',
    problem: PROBLEM,
  });
  // In the very same moment, too: the clock of a rehearsal stands still.
  await beat(store, at('08:00'), { ...feed, everyHours: 3 });
  expect(await heartbeats(store)).toMatchObject([{ isFine: true, everyHours: 3, lastBad: failed?.lastBad }]);
  await endBeat(store, 'feed', 'org/focus');
  expect((await heartbeats(store))[0]?.everyHours).toBeUndefined();
});
