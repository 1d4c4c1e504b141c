import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { billingPeriod } from '../core/calendar/billing-period.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { stateAsOf } from './as-of.ts';
import { storeAsOf } from './as-of-store.ts';
import type { ControlTotal, Exclusion, Load } from './catalog-types.ts';
import { mailKey } from './keys.ts';
import { createLake, openLake } from './lake.ts';
import { appendToLedger, readLedger } from './ledger.ts';
import { sha256Of } from './sha256.ts';

const NOW = Date.parse('2026-11-21T07:00:00Z');
const DAY = billingDate('2026-11-19');

async function freshLake(times: readonly string[]) {
  const store = diskStore(await mkdtemp(join(tmpdir(), 'spendlight-as-of-')));
  const lake = await createLake(store, {
    normaliser: 1,
    simulated: false,
    costMetric: 'BilledCost',
    reportingCurrency: 'USD',
    ouLevel: 1,
    createdAt: '2026-11-01T00:00:00.000Z',
  });
  for (const [i, time] of times.entries()) {
    const change = { kind: 'inputs', inputs: { budgets: i + 1 }, rollups: [] } as const;
    await lake.commit(await lake.head(), change, stoppedClock(Date.parse(time)));
  }
  return { store, lake };
}

const COMMITS = [
  '2026-11-18T07:00:00Z',
  '2026-11-19T07:00:00Z',
  '2026-11-19T07:00:00Z',
  '2026-11-19T19:00:00Z',
  '2026-11-20T07:00:00Z',
  '2026-11-21T06:00:00Z',
];

describe('what was known', () => {
  it.each([
    ['3', 3, '2026-11-19T07:00:00.000Z', 'a version, at its commit'],
    ['v3', 3, '2026-11-19T07:00:00.000Z', 'a version as people write it'],
    ['2026-11-18T07:00:00Z', 1, '2026-11-18T07:00:00.000Z', 'the moment of a commit holds it'],
    ['2026-11-19T06:59:59.999Z', 1, '2026-11-19T06:59:59.999Z', 'just before two commits at one moment'],
    ['2026-11-19T07:00:00Z', 3, '2026-11-19T07:00:00.000Z', 'both commits of that moment'],
    ['2026-11-19', 4, '2026-11-19T23:59:59.999Z', 'a day is its end'],
    ['2026-11-21', 6, '2026-11-21T07:00:00.000Z', 'today ends now'],
    ['2026-11-21T06:30:00Z', 6, '2026-11-21T06:30:00.000Z', 'after the last commit'],
  ])('%s is version %i at %s: %s', async (text, version, moment) => {
    const { lake } = await freshLake(COMMITS);
    const asOf = await stateAsOf(lake, text, NOW);
    expect([asOf.state.version, asOf.state.inputs.budgets]).toEqual([version, version]);
    expect(new Date(asOf.moment).toISOString()).toBe(moment);
  });

  it.each([
    ['0', 'AS_OF_BEFORE_LAKE', '2026-11-18T07:00:00.000Z'],
    ['2026-11-18T06:59:59Z', 'AS_OF_BEFORE_LAKE', '2026-11-18T07:00:00.000Z'],
    ['2026-11-22', 'AS_OF_IN_FUTURE', '2026-11-22'],
    ['2026-11-21T07:00:01Z', 'AS_OF_IN_FUTURE', '2026-11-21T07:00:00.000Z'],
    ['7', 'VERSION_UNKNOWN', '7'],
    ['lately', 'DATE_INVALID', 'lately'],
  ])('%s is refused: %s', async (text, code, what) => {
    const { lake } = await freshLake(COMMITS);
    await expect(stateAsOf(lake, text, NOW)).rejects.toMatchObject({
      code,
      what: expect.stringContaining(what),
    });
  });

  it('says of a lake without a commit that there is none', async () => {
    const { lake } = await freshLake([]);
    await expect(stateAsOf(lake, '2026-11-20', NOW)).rejects.toMatchObject({ code: 'AS_OF_BEFORE_LAKE' });
  });

  it('finds a moment among many versions by few reads', async () => {
    const times = Array.from({ length: 300 }, (_, i) => new Date(Date.UTC(2026, 10, 1, i)).toISOString());
    const { store } = await freshLake(times);
    let reads = 0;
    const counting: ObjectStore = {
      ...store,
      get: (key) => {
        reads++;
        return store.get(key);
      },
    };
    const lake = await openLake(counting);
    const { state } = await stateAsOf(lake, new Date(Date.UTC(2026, 10, 1, 77, 30)).toISOString(), NOW);
    expect(state.version).toBe(78);
    expect(reads).toBeLessThan(100); // the head, nine halvings, a checkpoint and at most 31 commits after it
  });
});

describe('a version that was thinned out', () => {
  const total = (
    currency: string,
    loaded: string,
    metric: 'BilledCost' | 'ListCost' = 'BilledCost',
  ): ControlTotal => ({
    currency,
    metric,
    lineItemType: 'Usage',
    chargeCategory: 'Usage',
    rows: { read: 1, loaded: 1, rejected: 0, dropped: 0, generated: 0 },
    amount: { read: loaded, loaded, rejected: '0', dropped: '0', generated: '0' },
    residue: '0',
    unknown: 0,
  });
  /** Version 1 holds the load a, version 2 the load b, whose file is there. */
  const thinnedLake = async () => {
    const { store, lake } = await freshLake([]);
    const load = (id: string, totals: readonly ControlTotal[]): Load => ({
      id,
      source: 'aws',
      billingPeriod: billingPeriod('2026-11'),
      scope: 'month',
      delivery: { id, deliveredAt: '', ageFrom: 'manifest', content: id, receivedAt: '', raw: [] },
      format: 'focus-1.2',
      rank: 1,
      simulated: false,
      firstDate: undefined,
      lastDate: undefined,
      watermark: undefined,
      lines: [{ key: `cost-lines/${id}`, rows: 1, bytes: 1, sha256: '' }],
      rollup: { identity: id, files: [] },
      totals,
      accounts: [],
    });
    const commit = async (added: Load, removed: readonly string[], exclusions: readonly Exclusion[]) =>
      lake.commit(
        await lake.head(),
        { kind: 'loads', added: [added], removed, exclusions },
        stoppedClock(NOW),
      );
    const excluded: Exclusion = {
      source: 'aws',
      billingPeriod: billingPeriod('2026-11'),
      billingAccountId: '1',
      subAccountId: '2',
      insteadOf: 'focus',
      reason: '',
      totals: [{ currency: 'USD', metric: 'BilledCost', amount: '0.5' }],
    };
    await commit(
      load('a', [
        total('USD', '12.25'),
        total('USD', '-1'),
        total('EUR', '3'),
        total('USD', '99', 'ListCost'),
      ]),
      [],
      [excluded],
    );
    await commit(load('b', []), ['a'], []);
    await store.put('cost-lines/b', new Uint8Array(1));
    return { store, lake };
  };

  it('answers with its totals', async () => {
    const { store, lake } = await thinnedLake();
    const removed = [{ key: 'cost-lines/a', why: 'thinned' as const }];
    await appendToLedger(store, stoppedClock(NOW), () => ({ kind: 'prune', lakeVersion: 2, removed }));
    await expect(stateAsOf(lake, '1', NOW)).rejects.toMatchObject({
      code: 'VERSION_THINNED',
      what: expect.stringContaining('BilledCost 3.00 EUR, 10.75 USD'),
    });
    expect((await stateAsOf(lake, '2', NOW)).state.version).toBe(2);
  });

  it('is not held for one whose files are gone without a word', async () => {
    const { lake } = await thinnedLake();
    await expect(stateAsOf(lake, '1', NOW)).rejects.toMatchObject({
      code: 'LAKE_DAMAGED',
      place: { file: 'cost-lines/a' },
    });
  });
});

describe('the store of then', () => {
  it('shows commits, ledger, runs and mails up to the moment, and takes no writes', async () => {
    const { store, lake } = await freshLake(COMMITS);
    const enter = (time: string, lakeVersion: number, key: string) =>
      appendToLedger(store, stoppedClock(Date.parse(time)), () => ({
        kind: 'digest',
        key,
        runDate: DAY,
        headline: undefined,
        lakeVersion,
        messageId: key,
        mail: sha256Of(new TextEncoder().encode(key)),
      }));
    await enter('2026-11-18T07:00:00Z', 1, 'first');
    await enter('2026-11-19T07:00:00Z', 2, 'second');
    await enter('2026-11-19T07:00:00Z', 3, 'third');
    await enter('2026-11-19T06:00:00Z', 4, 'by a clock that went back');
    for (const key of ['first', 'second', 'third'])
      await store.put(mailKey(DAY, key), new TextEncoder().encode(key));
    for (const [run, endedAt] of Object.entries({ a: '2026-11-18T07:00:09Z', b: '2026-11-20T07:00:00Z' }))
      await store.put(
        `ledger/runs/2026-11-18/${run}.json`,
        new TextEncoder().encode(JSON.stringify({ run, endedAt })),
      );

    for (const lastGood of ['2026-11-18T07:00:00Z', '2026-11-19T07:00:00Z', '2026-11-20T09:00:00Z'])
      await store.put(
        'state/heartbeats/feed-aws.json',
        new TextEncoder().encode(JSON.stringify({ lastGood })),
      );

    const seen = async (text: string) => {
      const view = storeAsOf(store, await stateAsOf(lake, text, NOW));
      const keys = async (prefix: string) =>
        (await view.list(prefix)).map(({ key }) => key.split('/').at(-1));
      return {
        head: (await (await openLake(view)).head()).version,
        catalog: (await keys('catalog/')).length,
        ledger: (await readLedger(view)).entries.length,
        mails: await keys('mails/'),
        runs: await keys('ledger/runs/'),
        beat: new TextDecoder().decode(await view.get('state/heartbeats/feed-aws.json')).slice(13, 23),
      };
    };
    const first = { ledger: 1, mails: ['first.eml'], runs: ['a.json'], beat: '2026-11-18' };
    expect(await seen('2026-11-18')).toEqual({ head: 1, catalog: 1, ...first });
    expect(await seen('2')).toMatchObject({ head: 2, ledger: 2, mails: ['first.eml', 'second.eml'] });
    expect(await seen('3')).toMatchObject({ head: 3, ledger: 3 });
    expect(await seen('2026-11-19')).toMatchObject({
      head: 4,
      ledger: 4,
      runs: ['a.json'],
      beat: '2026-11-19',
    });
    expect(await seen('2026-11-21')).toMatchObject({ head: 6, ledger: 4, runs: ['a.json', 'b.json'] });

    const view = storeAsOf(store, await stateAsOf(lake, '2', NOW));
    await expect(view.put('state/x.json', new Uint8Array())).rejects.toMatchObject({
      code: 'AS_OF_READS_ONLY',
    });
    const again = await openLake(view);
    await expect(again.at(3)).rejects.toMatchObject({ code: 'VERSION_UNKNOWN' });
  });
});
