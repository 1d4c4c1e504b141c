import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { billingPeriod } from '../core/calendar/billing-period.ts';
import type { HistoryFile, LakeState, Load } from './catalog-types.ts';
import { filesOf, SEGMENT_FILES } from './history-log.ts';
import { catalogHash, createLake, openLake } from './lake.ts';

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
  await expect(lake.at(999_999_999_999)).rejects.toMatchObject({ code: 'VERSION_UNKNOWN' });
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

const told = (version: number): HistoryFile => ({
  key: `restatements/${version}`,
  rows: 1,
  bytes: 1,
  sha256: `hash of ${version}`,
  firstDate: billingDate('2026-11-01'),
  lastDate: billingDate('2026-11-19'),
});

it('keeps the history of every commit for ever, in segments so that a checkpoint stays small', async () => {
  const { lake, root, again } = await freshLake();
  let state = await lake.head();
  const versions = 2 * SEGMENT_FILES + 8;
  for (let n = 1; n <= versions; n++) {
    const history = { restatements: [told(n)], arrivals: n % 3 === 0 ? [told(n)] : [] };
    state = (await lake.commit(state, { ...adding(String(n), String(n - 1)), history }, clock)) ?? state;
  }
  const opened = await (await again()).head();
  expect(opened).toEqual(state);
  const keys = async (log: 'restatements' | 'arrivals') =>
    (await filesOf(diskStore(root), opened.history[log])).map(({ version }) => version);
  expect(await keys('restatements')).toEqual(Array.from({ length: versions }, (_, i) => i + 1));
  expect(await keys('arrivals')).toEqual(
    Array.from({ length: Math.floor(versions / 3) }, (_, i) => 3 * (i + 1)),
  );
  expect(opened.history.restatements.segments.map(({ key }) => key)).toEqual([
    'catalog/history/restatements/000000000001.json',
    'catalog/history/restatements/000000000002.json',
  ]);
  expect(opened.history.restatements.recent).toHaveLength(8);
});

it('writes a segment once, whoever loses the race for the commit that names it', async () => {
  const { lake, again } = await freshLake();
  let state = await lake.head();
  for (let n = 1; n <= SEGMENT_FILES; n++) {
    const history = { restatements: [told(n)], arrivals: [] };
    state = (await lake.commit(state, { ...adding(String(n), String(n - 1)), history }, clock)) ?? state;
  }
  const other = await again();
  const base = await other.head();
  await lake.commit(state, adding('mine'), clock);
  expect(await other.commit(base, adding('theirs'), clock)).toBeUndefined();
  const next = await other.commit(await other.head(), adding('theirs'), clock);
  expect(next?.history.restatements.segments).toHaveLength(1);
  expect(next?.history.restatements.recent).toEqual([]);
});

it('remembers the object of each input by its hash, and none that is not named', async () => {
  const { lake } = await freshLake();
  const object = { key: 'state/accounts/000000000001.json', rows: 0, bytes: 9, sha256: 'a' };
  const change = { kind: 'inputs' as const, rollups: [] };
  const first = await lake.commit(
    await lake.head(),
    { ...change, inputs: { accounts: 1 }, objects: { accounts: object } },
    clock,
  );
  expect(first?.inputObjects).toEqual({ accounts: object });
  const second = await lake.commit(first ?? (await lake.head()), { ...change, inputs: { rates: 1 } }, clock);
  expect(second?.inputObjects).toEqual({ accounts: object });
  const third = await lake.commit(
    second ?? (await lake.head()),
    { ...change, inputs: { accounts: 2 } },
    clock,
  );
  expect(third?.inputObjects).toEqual({});
});

it('reads a catalog and a checkpoint of before there was a history', async () => {
  const { root, again } = await grown(32);
  const path = join(root, 'catalog/checkpoints/000000000032.json');
  const { ownSha256: _, ...older } = JSON.parse(await readFile(path, 'utf8'));
  const { history: __, inputObjects: ___, ...state } = older.state;
  await writeFile(path, `${JSON.stringify({ ...older, state })}\n`);
  const lake = await again();
  const head = await lake.head();
  expect([head.version, head.inputObjects, head.history.arrivals]).toEqual([
    32,
    {},
    { segments: [], recent: [] },
  ]);
  const next = await lake.commit(
    head,
    { ...adding('33'), history: { restatements: [told(33)], arrivals: [] } },
    clock,
  );
  expect(next?.history.restatements.recent.map(({ version }) => version)).toEqual([33]);
});

it('tells the hash of a version, to which the next one is chained', async () => {
  const { root, lake } = await grown(2);
  const second = JSON.parse(await readFile(join(root, 'catalog/000000000002.json'), 'utf8'));
  expect(await catalogHash(lake, 1)).toBe(second.previous);
  await expect(catalogHash(lake, 3)).rejects.toMatchObject({ code: 'LAKE_DAMAGED' });
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
