import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import PostalMime from 'postal-mime';
import { expect, it, onTestFinished } from 'vitest';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { outbox } from '../adapters/mail/outbox.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { LAKE_KEY } from '../lake/keys.ts';
import { createLake } from '../lake/lake.ts';
import { alarm } from './run-alarm.ts';

const OF = {
  normaliser: 1,
  costMetric: 'BilledCost',
  reportingCurrency: 'USD',
  ouLevel: 1,
  createdAt: '2026-11-01T00:00:00Z',
} as const;

it.each([
  ['a simulated lake', true, ' · SIMULATED', 'Spendlight (SIMULATED): the run stopped'],
  ['a real lake', false, '', 'Spendlight: the run stopped'],
  ['a lake that cannot be read', 'damaged', '', 'Spendlight: the run stopped'],
  ['no lake', undefined, '', 'Spendlight: the run stopped'],
])('tells of %s by mail and chat', async (_, simulated, ending, begins) => {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-alarm-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const store = diskStore(join(folder, 'lake'));
  if (typeof simulated === 'string') await store.put(LAKE_KEY, new TextEncoder().encode('{'));
  else if (simulated !== undefined) await createLake(store, { ...OF, simulated });
  const said: string[] = [];
  const box = outbox(join(folder, 'outbox'));
  await alarm(
    {
      store,
      clock: stoppedClock(Date.parse('2026-11-21T07:00:00Z')),
      pause: async () => undefined,
      mailer: box,
      outbox: box,
      settings: { mail: { from: 'spendlight@example.com', failure: ['ops@example.com'] } } as never,
      notify: async (text) => void said.push(text),
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      run: 'r-1',
    },
    { runDate: billingDate('2026-11-21'), code: 'LAKE_DAMAGED', what: 'the run stopped', remedy: 'look' },
  );
  const [file = ''] = await readdir(join(folder, 'outbox'));
  const mail = await PostalMime.parse(await readFile(join(folder, 'outbox', file)));
  expect(mail.subject).toBe(`Spendlight alarm ■ the run stopped · LAKE_DAMAGED${ending}`);
  expect(said).toEqual([`${begins} (LAKE_DAMAGED). look`]);
});
