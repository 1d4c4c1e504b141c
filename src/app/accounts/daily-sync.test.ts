import { beforeEach, expect, it } from 'vitest';
import { freshFolder } from '../../../test/support/deliveries.ts';
import { systemRandom } from '../../adapters/clock/clock.ts';
import { diskStore } from '../../adapters/disk/disk-store.ts';
import { openDuckDb } from '../../adapters/duckdb/duckdb-engine.ts';
import { readSettings } from '../../config.ts';
import { UserError } from '../../core/errors/user-error.ts';
import { heartbeats } from '../../lake/heartbeats.ts';
import type { ImportTools } from '../import-files.ts';
import { lakeFor } from '../lake-settings.ts';
import { dailySync } from './daily-sync.ts';

const HOUR_MS = 3_600_000;
let now: number;
let asked: number;
let tools: ImportTools;

const shop = {
  ...{ accountId: '012345678901', name: 'shop', ous: ['Commercial'], ouId: 'ou-1', tags: {} },
  ...{ payerAccountId: '100000000017', status: 'ACTIVE' },
};
const organization = async () => async () => {
  asked += 1;
  return { id: 'o-1', accounts: [shop] };
};
const denied = async () => async () => {
  throw new UserError('ORGANIZATION_UNREADABLE', { what: 'Denied', remedy: 'Allow it.' });
};

beforeEach(async () => {
  [now, asked] = [Date.parse('2026-11-19T07:00:00Z'), 0];
  const silent = { info: () => undefined, warn: () => undefined, error: () => undefined };
  tools = {
    engine: await openDuckDb({ memoryLimit: '256MB' }),
    store: diskStore(await freshFolder()),
    clock: { now: () => now, monotonic: () => now },
    random: systemRandom,
    progress: { step: () => undefined, end: () => undefined },
    log: silent,
    settings: readSettings({}),
  };
  return () => tools.engine.close();
});

const lake = (simulated: boolean) =>
  lakeFor(tools.store, tools.settings, { simulated, currency: 'USD' }, tools.clock);
/** What became of it `hours` after the last time. */
const later = async (hours: number, of = organization) => {
  now += hours * HOUR_MS;
  return (await dailySync(tools, of)).outcome;
};

it('takes the organization in once a day', async () => {
  await lake(false);
  expect(await later(0)).toBe('imported');
  expect(await later(1)).toBe('not due');
  expect(await later(18)).toBe('not due');
  expect(await later(3)).toBe('unchanged');
  expect(asked).toBe(2);
});

it('keeps a failure as a sign of life, and tries again the next time', async () => {
  await lake(false);
  expect(await later(0)).toBe('imported');
  expect(
    await dailySync({ ...tools, clock: { ...tools.clock, now: () => now + 24 * HOUR_MS } }, denied),
  ).toEqual({
    outcome: 'failed',
    problem: { code: 'ORGANIZATION_UNREADABLE', what: 'Denied', remedy: 'Allow it.' },
  });
  expect(await heartbeats(tools.store)).toMatchObject([
    { kind: 'schedule', name: 'accounts-sync', isFine: false, lastGood: '2026-11-19T07:00:00.000Z' },
  ]);
  expect(await later(24)).toBe('unchanged');
});

it('asks nobody where there is no lake yet, or a simulated one', async () => {
  expect(await later(0)).toBe('no organization');
  await lake(true);
  expect(await later(0)).toBe('no organization');
  expect(asked).toBe(0);
});
