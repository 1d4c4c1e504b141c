import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { billingPeriod } from '../core/calendar/billing-period.ts';
import type { LakeState, Load } from './catalog-types.ts';
import { createLake, openLake } from './lake.ts';

const IDENTITY = {
  normaliser: 1,
  simulated: false,
  costMetric: 'BilledCost',
  reportingCurrency: 'USD',
  ouLevel: 1,
  createdAt: '2026-11-01T00:00:00.000Z',
} as const;
const at = (text: string) => stoppedClock(Date.parse(text));
const clock = at('2026-11-19T07:00:00Z');

const loadOf = (id: string): Load => ({
  id,
  source: 'aws',
  billingPeriod: billingPeriod('2026-11'),
  scope: 'month',
  delivery: {
    id: `d-${id}`,
    deliveredAt: '2026-11-19T00:00:00Z',
    ageFrom: 'manifest',
    content: id,
    receivedAt: '',
    raw: [],
  },
  format: 'focus-1.2',
  rank: 1,
  simulated: false,
  firstDate: undefined,
  lastDate: undefined,
  watermark: undefined,
  lines: [],
  arrivals: [],
  rollup: { identity: id, files: [] },
  totals: [],
  accounts: [],
});
const adding = (id: string, ...removed: string[]) =>
  ({ kind: 'loads', added: [loadOf(id)], removed, exclusions: [] }) as const;
const ids = (state: LakeState | undefined) => state?.loads.map((load) => load.id);

async function freshLake() {
  const root = await mkdtemp(join(tmpdir(), 'spendlight-lake-'));
  const lake = await createLake(diskStore(root), IDENTITY);
  return { root, lake, again: () => openLake(diskStore(root)) };
}

/** A lake of `versions` versions; version n holds the load n alone. */
async function grown(versions: number) {
  const fresh = await freshLake();
  let state = await fresh.lake.head();
  for (let n = 1; n <= versions; n++) {
    const next = await fresh.lake.commit(
      state,
      adding(String(n), ...state.loads.map((load) => load.id)),
      clock,
    );
    if (next === undefined) throw new Error('nobody races here');
    state = next;
  }
  return fresh;
}

it('is empty at first, and says so when there is none', async () => {
  const root = await mkdtemp(join(tmpdir(), 'spendlight-lake-'));
  await expect(openLake(diskStore(root))).rejects.toMatchObject({ code: 'LAKE_EMPTY' });
  const { lake } = await freshLake();
  expect(await lake.head()).toMatchObject({ version: 0, loads: [], inputs: { accounts: 0, rules: 1 } });
});

it('keeps the identity of the first writer', async () => {
  const { root } = await freshLake();
  const second = await createLake(diskStore(root), { ...IDENTITY, reportingCurrency: 'EUR' });
  expect(second.identity.reportingCurrency).toBe('USD');
});

it('finds the head and every earlier version again, over checkpoints and between them', async () => {
  const { again } = await grown(70);
  const lake = await again();
  expect(ids(await lake.head())).toEqual(['70']);
  for (const version of [1, 31, 32, 33, 64, 69]) {
    expect(ids(await (await again()).at(version))).toEqual([String(version)]);
  }
  expect((await lake.at(0)).loads).toEqual([]);
  await expect(lake.at(71)).rejects.toMatchObject({ code: 'VERSION_UNKNOWN' });
});

it('opens the same without hint and checkpoints', async () => {
  const { root, again } = await grown(40);
  await rm(join(root, 'catalog', 'head.json'));
  await rm(join(root, 'catalog', 'checkpoints'), { recursive: true });
  expect(ids(await (await again()).head())).toEqual(['40']);
});

it('has committed even where the checkpoint after it cannot be written', async () => {
  const { root, again } = await grown(31);
  const disk = diskStore(root);
  const full = {
    ...disk,
    putIfAbsent: (key: string, bytes: Uint8Array) =>
      key.includes('checkpoints') ? Promise.reject(new Error('disk full')) : disk.putIfAbsent(key, bytes),
  };
  const lake = await openLake(full);
  expect((await lake.commit(await lake.head(), adding('32', '31'), clock))?.version).toBe(32);
  expect(ids(await (await again()).head())).toEqual(['32']);
});

it('lets one of two writers win; the loser reads the head and goes on from there', async () => {
  const { lake, again } = await freshLake();
  const other = await again();
  const base = await other.head();
  await lake.commit(await lake.head(), adding('mine'), clock);
  expect(await other.commit(base, adding('theirs'), clock)).toBeUndefined();
  const next = await other.commit(await other.head(), adding('theirs'), clock);
  expect(ids(next)).toEqual(['mine', 'theirs']);
  expect(await lake.head()).toEqual(next);
});

it('never lets committedAt go back', async () => {
  const { lake } = await freshLake();
  const first = await lake.commit(await lake.head(), adding('1'), at('2026-11-19T07:00:00Z'));
  const second = await lake.commit(first ?? (await lake.head()), adding('2'), at('2026-11-18T07:00:00Z'));
  expect(second?.committedAt).toBe('2026-11-19T07:00:00.000Z');
});

it('replaces rollups and input versions, and takes exclusions in and out', async () => {
  const { lake, again } = await freshLake();
  const exclusion = {
    source: 'cur',
    billingPeriod: billingPeriod('2026-11'),
    billingAccountId: '1',
    subAccountId: '2',
    insteadOf: 'aws',
    reason: 'rank',
    totals: [],
  };
  let state = await lake.head();
  const change = async (what: Parameters<typeof lake.commit>[1]) => {
    state = (await lake.commit(state, what, clock)) ?? state;
    expect(await (await again()).head()).toEqual(state);
  };
  await change({ ...adding('1'), exclusions: [exclusion] });
  expect(state.exclusions).toEqual([exclusion]);
  await change({
    kind: 'inputs',
    inputs: { accounts: 3 },
    rollups: [{ load: '1', rollup: { identity: 'new', files: [] } }],
  });
  expect([state.inputs.accounts, state.inputs.rules, state.loads[0]?.rollup.identity]).toEqual([3, 1, 'new']);
  await change({ kind: 'loads', added: [], removed: ['1'], exclusions: [] });
  expect([state.loads, state.exclusions]).toEqual([[], []]);
});

it.each([
  ['catalog/000000000003.json', 'cut off', (text: string) => text.slice(0, 40)],
  ['catalog/000000000003.json', 'changed', (text: string) => text.replace('"d-3"', '"d-4"')],
  [
    'catalog/000000000003.json',
    'of another version',
    (text: string) => text.replace('"version":3', '"version":9'),
  ],
])('names %s when it is %s', async (key, _, harm) => {
  const { root, again } = await grown(5);
  await writeFile(join(root, key), harm(await readFile(join(root, key), 'utf8')));
  await expect((await again()).head()).rejects.toMatchObject({ code: 'LAKE_DAMAGED', place: { file: key } });
});

it('names a version that is gone while later ones are there', async () => {
  const { root, again } = await grown(5);
  await rm(join(root, 'catalog', '000000000003.json'));
  await expect((await again()).head()).rejects.toMatchObject({
    code: 'LAKE_DAMAGED',
    place: { file: 'catalog/000000000003.json' },
  });
});

it.each(['lake.json', 'catalog/000000000001.json'])('refuses %s of a newer format', async (key) => {
  const { root, again } = await grown(1);
  const path = join(root, key);
  await writeFile(path, (await readFile(path, 'utf8')).replace('"format":1', '"format":2'));
  await expect(again().then((lake) => lake.head())).rejects.toMatchObject({ code: 'LAKE_NEWER_FORMAT' });
});
