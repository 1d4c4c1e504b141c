import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { archiveLayers } from '../../src/app/verify/archive-layers.ts';
import { type ArchivedDayFacts, archivedDays } from '../../src/app/verify/archived-days.ts';
import { deepSums } from '../../src/app/verify/deep.ts';
import { mailAttachments } from '../../src/app/verify/mails.ts';
import { rollupsAgainstTotals } from '../../src/app/verify/rollup-totals.ts';
import type { LakeState, Load } from '../../src/lake/catalog-types.ts';
import { type Lake, openLake } from '../../src/lake/lake.ts';
import { type LedgerEntry, readLedger } from '../../src/lake/ledger.ts';
import { checkStoredTotals } from '../../src/lake/verify/stored-totals.ts';
import { type CompleteLake, completeLake } from './complete-lake.ts';

let place: CompleteLake;
let lake: Lake;
let state: LakeState;
let entries: readonly LedgerEntry[];
let days: readonly ArchivedDayFacts[];

beforeAll(async () => {
  place = await completeLake();
  lake = await openLake(place.store);
  state = await lake.head();
  entries = (await readLedger(place.store)).entries;
  days = archivedDays(entries);
});
afterAll(() => place.end());

/** The state with its one load told otherwise: as if the catalog had been written wrong. */
const told = (change: (load: Load) => Partial<Load>): LakeState => ({
  ...state,
  loads: state.loads.map((load) => ({ ...load, ...change(load) })),
});

const oneCentMore = ({ totals }: Load): Partial<Load> => ({
  totals: totals.map((total, i) =>
    i === 0 ? { ...total, amount: { ...total.amount, loaded: '99.01' } } : total,
  ),
});

const deep = (of: LakeState, facts = days) =>
  deepSums({
    engine: place.engine,
    lake,
    state: of,
    days: facts,
    removed: new Set(),
    requiredTagKeys: place.settings.requiredTagKeys,
    progress: { step: () => undefined, end: () => undefined },
  });

describe('sums that do not tie, although every byte is as it was written', () => {
  it('are found between control totals and rollup', async () => {
    expect((await rollupsAgainstTotals(place.engine, lake, state)).findings).toEqual([]);
    const { findings } = await rollupsAgainstTotals(place.engine, lake, told(oneCentMore));
    expect(findings).toMatchObject([{ fault: 'total', expected: '99.01' }]);
  });

  it('are found between what was read and what was loaded, and between accounts and load', () => {
    const [load] = state.loads;
    if (load === undefined) throw new Error('the lake has a load');
    const commit = (added: Load) => [
      {
        format: 1,
        version: 9,
        previous: null,
        committedAt: '',
        change: {
          kind: 'loads' as const,
          added: [added],
          removed: [],
          exclusions: { added: [], removed: [] },
        },
      },
    ];
    expect(checkStoredTotals(commit(load))).toEqual([]);
    const findings = checkStoredTotals(commit({ ...load, ...oneCentMore(load) }));
    expect(findings.map(({ key }) => key)).toEqual([
      'catalog/000000000009.json',
      'catalog/000000000009.json',
    ]);
    const lines = load.lines.map((file) => ({ ...file, rows: file.rows + 1 }));
    expect(checkStoredTotals(commit({ ...load, lines }))).toMatchObject([{ expected: '12', found: '11' }]);
  });

  it('are found between lines and control totals, and between lines and rollup', async () => {
    expect((await deep(state)).findings).toEqual([]);
    expect((await deep(told(oneCentMore))).findings).toMatchObject([{ expected: '99.01' }]);
    const older = await lake.at(3); // the first delivery's rollup in the place of the second's
    const swapped = told(() => ({ rollup: older.loads[0]?.rollup ?? { identity: '', files: [] } }));
    const { findings } = await deep(swapped);
    expect(findings.length).toBeGreaterThan(0);
    expect(findings[0]?.what).toContain('is not what its lines make: 2026-11-01');
  });

  it('are found between an archived day, its ledger and the lake', async () => {
    const check = (facts: readonly ArchivedDayFacts[]) =>
      archiveLayers({ engine: place.engine, lake, state, scratch: place.scratch, far: new Set() }, facts, 0);
    expect((await check(days)).findings).toEqual([]);
    const [first, ...others] = days;
    if (first === undefined) throw new Error('a day is archived');
    const wrongTotal = { ...first, csv: { ...first.csv, total: '1.00' } };
    expect((await check([wrongTotal, ...others])).findings).toMatchObject([
      { key: first.csv.key, expected: expect.stringContaining('1.00') },
    ]);
    // The first of November was restated after its CSV: as if its Parquet had been written then, too, and not again.
    expect(first.parquet.lakeVersion).toBeGreaterThan(first.csv.lakeVersion);
    const notAgain = { ...first, parquet: { ...first.parquet, lakeVersion: first.csv.lakeVersion } };
    expect((await check([notAgain, ...others])).findings.map(({ key }) => key)).toContain(first.parquet.key);
  });

  it('are found where an archived CSV cannot be made again, or another one was mailed', async () => {
    const [first, ...others] = days;
    if (first === undefined) throw new Error('a day is archived');
    const another = { ...first, csv: { ...first.csv, sha256: 'f'.repeat(64) } };
    expect((await deep(state, [another, ...others])).findings).toMatchObject([{ key: first.csv.key }]);
    expect((await mailAttachments(place.store, entries)).findings).toEqual([]);
    const mailed = entries.map((entry) =>
      entry.kind === 'archive.planned'
        ? { ...entry, days: entry.days.map((day) => ({ ...day, csv: 'f'.repeat(64) })) }
        : entry,
    );
    const { findings } = await mailAttachments(place.store, mailed);
    expect(findings.map(({ key }) => key.slice(0, 17))).toEqual(
      expect.arrayContaining(['mails/2026-11-05/', 'mails/2026-11-06/']),
    );
  });
});
