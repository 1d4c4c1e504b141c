import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dyingStore } from '../../test/support/dying-store.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { addDays, dayOf } from '../core/calendar/billing-date.ts';
import { billingPeriod } from '../core/calendar/billing-period.ts';
import { known } from '../core/errors/invariant.ts';
import type { LakeFile, LakeState, Load } from '../lake/catalog-types.ts';
import { filesOfVersion, isKept, KEPT_DAYS, removedKeys } from '../lake/keeping.ts';
import { costLinesKey, dailyCostsKey, rawKey, receiptKey } from '../lake/keys.ts';
import { createLake, type Lake } from '../lake/lake.ts';
import { readLedger } from '../lake/ledger.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { prune } from './prune.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_PROGRESS = { step: () => undefined, end: () => undefined };
const HOUR = 3_600_000;
let runs = 0;
const BEGIN = Date.parse('2026-06-01T00:00:00Z');

/** A lake whose loads name small files, and a clock that a test sets. */
async function lakeOfFiles() {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-prune-'));
  const store = diskStore(folder);
  const clock = { at: BEGIN, now: () => clock.at, monotonic: () => clock.at };
  const lake = await createLake(store, {
    normaliser: 1,
    simulated: false,
    costMetric: 'BilledCost',
    reportingCurrency: 'USD',
    ouLevel: 1,
    createdAt: '2026-06-01T00:00:00.000Z',
  });
  return {
    store,
    lake,
    clock,
    /** Dies at its `deadAt`th write. */
    pruneDying: (deadAt: number) =>
      prune(
        { store: dyingStore(store, deadAt), clock, log: SILENT, progress: NO_PROGRESS, run: `r-${++runs}` },
        { dryRun: false },
      ),
    prune: (dryRun = false) =>
      prune({ store, clock, log: SILENT, progress: NO_PROGRESS, run: `r-${++runs}` }, { dryRun }),
    deliver: (id: string, source: string) => deliver(lake, clock, id, source),
    end: () => rm(folder, { recursive: true }),
  };
}

/** Commits a load that replaces the one before it of its source. */
async function deliver(
  lake: Lake,
  clock: { now(): number; monotonic(): number },
  id: string,
  source: string,
) {
  const place = { billingPeriod: billingPeriod('2026-06'), source, load: id };
  const file = async (key: string): Promise<LakeFile> => {
    await lake.store.putIfAbsent(key, new TextEncoder().encode(key));
    return { key, rows: 1, ...(await lake.store.seal(key)) };
  };
  await lake.store.putIfAbsent(receiptKey(source, id), new Uint8Array([123, 125]));
  const load: Load = {
    id,
    source,
    billingPeriod: place.billingPeriod,
    scope: 'month',
    delivery: {
      id,
      deliveredAt: new Date(clock.now()).toISOString(),
      ageFrom: 'arrival',
      content: id,
      receivedAt: '',
      raw: [await file(rawKey(source, id, 0, 'bill.csv'))],
    },
    format: 'focus-1.2',
    rank: 1,
    simulated: false,
    firstDate: undefined,
    lastDate: undefined,
    watermark: undefined,
    lines: [await file(costLinesKey(place, 0))],
    rollup: { identity: id, files: [await file(dailyCostsKey(place, 0))] },
    totals: [],
    accounts: [],
  };
  const head = await lake.head();
  const removed = head.loads.filter((other) => other.source === source).map((other) => other.id);
  const change = { kind: 'loads' as const, added: [load], removed, exclusions: [] };
  return known(await lake.commit(head, change, clock), 'a commit');
}

const missing = async (store: ObjectStore, state: LakeState): Promise<readonly string[]> => {
  const found = await Promise.all(
    filesOfVersion(state).map(async ({ key }) => [key, await store.head(key)] as const),
  );
  return found.filter(([, info]) => info === undefined).map(([key]) => key);
};

describe('prune', () => {
  it('keeps the last version of a day, tells first, and never touches receipts', async () => {
    const place = await lakeOfFiles();
    for (const [hours, id] of [
      [5, 'morning'],
      [13, 'noon'],
      [21, 'evening'],
      [60, 'later'],
    ] as const) {
      place.clock.at = BEGIN + hours * HOUR;
      await place.deliver(id, 'aws');
    }
    const told = await place.prune(true);
    expect(told.files.map(({ key }) => key)).toEqual([
      'cost-lines/billing_period=2026-06/source=aws/load=morning/part-00000.parquet',
      'cost-lines/billing_period=2026-06/source=aws/load=noon/part-00000.parquet',
      'daily-costs/billing_period=2026-06/source=aws/load=morning/part-00000.parquet',
      'daily-costs/billing_period=2026-06/source=aws/load=noon/part-00000.parquet',
      'raw/aws/morning/0000-bill.csv',
      'raw/aws/noon/0000-bill.csv',
    ]);
    expect(await missing(place.store, await place.lake.at(1))).toEqual([]);
    const done = await place.prune();
    expect(done).toEqual({ ...told, dryRun: false });
    expect(done.keptVersions).toEqual([3, 4]);
    expect(await missing(place.store, await place.lake.at(2))).toHaveLength(3);
    expect(await missing(place.store, await place.lake.at(3))).toEqual([]);
    expect(await place.store.head(receiptKey('aws', 'noon'))).toBeDefined();
    expect([...removedKeys(await readLedger(place.store))].sort()).toEqual(told.files.map(({ key }) => key));
    expect((await place.prune()).files).toEqual([]);
    await place.end();
  });

  it('killed at any write leaves what the next call removes, and the ledger knows every file that is gone', async () => {
    for (let deadAt = 1; deadAt <= 9; deadAt++) {
      const place = await lakeOfFiles();
      for (const [hours, id] of [
        [5, 'morning'],
        [13, 'evening'],
        [60, 'later'],
      ] as const) {
        place.clock.at = BEGIN + hours * HOUR;
        await place.deliver(id, 'aws');
      }
      const all = (await place.store.list('')).map(({ key }) => key).filter((key) => /morning/.test(key));
      const died = await place.pruneDying(deadAt).then(
        () => false,
        () => true,
      );
      const left = new Set((await place.store.list('')).map(({ key }) => key));
      const told = removedKeys(await readLedger(place.store));
      expect(all.filter((key) => !left.has(key)).every((key) => told.has(key))).toBe(true);
      await place.prune();
      expect(all.filter((key) => key !== receiptKey('aws', 'morning'))).toHaveLength(3);
      const after = (await place.store.list('')).map(({ key }) => key).filter((key) => /morning/.test(key));
      expect([died || deadAt > 6, after]).toEqual([true, [receiptKey('aws', 'morning')]]);
      await place.end();
    }
  });

  it('removes what no version names once that was so for 7 days, and no refused delivery', async () => {
    const place = await lakeOfFiles();
    await place.deliver('loaded', 'aws');
    const orphan = costLinesKey(
      { billingPeriod: billingPeriod('2026-06'), source: 'aws', load: 'killed' },
      0,
    );
    const bytes = new Uint8Array([1, 2, 3]);
    await place.store.putIfAbsent(orphan, bytes);
    await place.store.putIfAbsent(rawKey('aws', 'half', 0, 'bill.csv'), bytes);
    await place.store.putIfAbsent(rawKey('aws', 'refused', 0, 'bill.csv'), bytes);
    await place.store.putIfAbsent(receiptKey('aws', 'refused'), bytes);
    const keys = [orphan, rawKey('aws', 'half', 0, 'bill.csv')];
    expect((await place.prune(true)).waiting.map(({ key }) => key)).toEqual(keys);
    place.clock.at += 30 * 24 * HOUR; // only looked at so far: the days count from the first call that may remove
    expect((await place.prune()).files).toEqual([]);
    place.clock.at += 7 * 24 * HOUR - 1;
    expect((await place.prune()).files).toEqual([]);
    place.clock.at += 1;
    expect((await place.prune()).files.map(({ key, why }) => [key, why])).toEqual(
      keys.map((key) => [key, 'unreferenced']),
    );
    expect(await place.store.head(rawKey('aws', 'refused', 0, 'bill.csv'))).toBeDefined();
    await place.end();
  });

  it('never removes what a version names that is kept, whatever came when; a second call finds nothing', () =>
    fc.assert(
      fc.asyncProperty(
        fc.array(fc.tuple(fc.constantFrom(0, 1, 9, 23, 24, 300, 1100), fc.constantFrom('aws', 'gcp')), {
          minLength: 1,
          maxLength: 8,
        }),
        fc.constantFrom(-500, 0, 1, 20_000),
        async (deliveries, clockIsOff) => {
          const place = await lakeOfFiles();
          const states: LakeState[] = [];
          for (const [i, [hours, source]] of deliveries.entries()) {
            place.clock.at += hours * HOUR;
            states.push(await place.deliver(`d${i}`, source));
          }
          place.clock.at += clockIsOff * HOUR;
          const { keptVersions } = await place.prune();
          const head = known(states.at(-1), 'a version');
          for (let back = 0; back < KEPT_DAYS; back++) {
            const day = addDays(dayOf(Date.parse(head.committedAt)), -back);
            const then = states.filter(({ committedAt }) => committedAt.slice(0, 10) <= day).at(-1);
            if (then === undefined) continue;
            expect(keptVersions).toContain(then.version);
            expect(await missing(place.store, then)).toEqual([]);
          }
          expect((await place.prune()).files).toEqual([]);
          await place.end();
        },
      ),
      { numRuns: 6 },
    ));
});

describe('a version', () => {
  const at = (version: number, committedAt: string) => ({ version, committedAt });
  const head = at(9, '2026-11-21T07:00:00.000Z');
  const keeping = { now: Date.parse('2026-11-21T08:00:00Z'), head, owed: new Set([2]) };

  it.each([
    ['the newest', true, at(9, '2026-11-21T07:00:00.000Z'), undefined],
    ['replaced on its day, long ago', false, at(5, '2026-11-10T07:00:00.000Z'), '2026-11-10T19:00:00.000Z'],
    ['the last of its day', true, at(5, '2026-11-10T07:00:00.000Z'), '2026-11-11T07:00:00.000Z'],
    ['replaced less than a day ago', true, at(5, '2026-11-20T06:00:00.000Z'), '2026-11-20T19:00:00.000Z'],
    ['the last of a day 46 days back', false, at(5, '2026-10-05T07:00:00.000Z'), '2026-10-06T07:00:00.000Z'],
    ['the last of a day 45 days back', true, at(5, '2026-10-06T07:00:00.000Z'), '2026-10-08T07:00:00.000Z'],
    ['old, and the newest for long', true, at(5, '2026-08-01T07:00:00.000Z'), '2026-11-01T07:00:00.000Z'],
    [
      'old, and archived days are owed from it',
      true,
      at(2, '2026-08-01T07:00:00.000Z'),
      '2026-08-01T08:00:00.000Z',
    ],
  ])('%s: kept %s', (_, expected, version, next) =>
    expect(isKept(version, next === undefined ? undefined : at(0, next), keeping)).toBe(expected),
  );

  it('is thinned by no clock that runs ahead', () => {
    const ahead = { ...keeping, now: Date.parse('2031-01-01T00:00:00Z') };
    const last = at(5, '2026-11-10T07:00:00.000Z');
    expect(isKept(last, at(6, '2026-11-11T07:00:00.000Z'), ahead)).toBe(true);
  });
});
