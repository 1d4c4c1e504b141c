import { cp, mkdtemp, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { ingest } from '../../src/app/ingest.ts';
import { prune } from '../../src/app/prune.ts';
import { rebuild } from '../../src/app/rebuild/rebuild.ts';
import type { RebuildDoors } from '../../src/app/rebuild/rebuild-doors.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { stateAsOf } from '../../src/lake/as-of.ts';
import { openLake } from '../../src/lake/lake.ts';
import { entriesOf, readLedger } from '../../src/lake/ledger.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { type Sql, sql } from '../../src/sql/sql.ts';
import { dyingStore } from '../support/dying-store.ts';
import { event, lines } from '../support/events.ts';
import { bill, focusCsvFile, focusFile, times } from './bills.ts';
import { type CompleteLake, completeLake } from './complete-lake.ts';
import { type Workplace, workplace } from './workplace.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_PROGRESS = { step: () => undefined, end: () => undefined };
const DERIVED = ['catalog', 'cost-lines', 'daily-costs', 'verdicts', 'arrivals', 'restatements'];
let runs = 0;
const AFTER = Date.parse('2026-11-30T07:00:00Z');
const clock = { now: () => AFTER, monotonic: () => 0 };

describe('a lake with an object of every kind', () => {
  let whole: CompleteLake;
  let lake: CompleteLake;
  beforeAll(async () => {
    whole = await completeLake();
    return () => whole.end();
  });
  beforeEach(async () => {
    const root = await mkdtemp(join(whole.root, '..', 'harmed-'));
    await cp(whole.root, root, { recursive: true });
    lake = { ...whole, root, store: diskStore(root) };
  });

  const again = (request: { dryRun?: boolean; only?: string } = {}, store = lake.store) => {
    let ids = 0;
    const doors: RebuildDoors = {
      ...lake,
      store,
      clock,
      random: { id: () => `again-${++ids}` },
      progress: NO_PROGRESS,
      log: SILENT,
      run: `r-${++runs}`,
      scratch: join(lake.root, '..', 'scratch'),
    };
    return rebuild(doors, { dryRun: false, only: undefined, ...request });
  };
  const wrong = async (): Promise<readonly string[]> => {
    const doors = { ...lake, engine: async () => lake.engine, progress: NO_PROGRESS };
    const { findings } = await verify(doors, { deep: true, anchor: undefined });
    return findings.map(({ key, what }) => `${key}: ${what}`);
  };
  const lose = (...folders: readonly string[]) =>
    Promise.all(folders.map((folder) => rm(join(lake.root, folder), { recursive: true })));
  const one = async (prefix: string): Promise<string> =>
    (await lake.store.list(prefix)).map(({ key }) => key).find((key) => /\d/.test(key)) ?? prefix;

  it('is made again from raw/, state/ and ledger/ alone, and proves itself', async () => {
    const commits = async () =>
      Promise.all(
        (await lake.store.list('catalog/0')).map(async ({ key }) => [key, await lake.store.get(key)]),
      );
    const before = await commits();
    await lose(...DERIVED, 'lake.json');
    const report = await again();
    expect(report.lost).toEqual([]);
    expect(report.catalog).toContain('lake.json');
    expect(await commits()).toEqual(before);
    expect(await wrong()).toEqual([]);
    expect(await again()).toMatchObject({ catalog: [], made: [], lost: [] });
  });

  it('has single damaged objects made again, and no others touched', async () => {
    const keys = await Promise.all(DERIVED.map((folder) => one(`${folder}/`)));
    for (const [i, key] of keys.entries()) {
      const path = join(lake.root, key);
      const bytes = await readFile(path);
      if (i % 2 === 0) await truncate(path, bytes.length - 9);
      else await writeFile(path, bytes.fill(bytes[40] === 0 ? 1 : 0, 40, 41));
    }
    const told = await again({ dryRun: true });
    expect(told).toMatchObject({ catalog: [keys[0]], made: [] }); // the rest is looked at once the catalog is whole
    const report = await again();
    expect(report.catalog).toEqual([keys[0]]);
    for (const key of keys.slice(1)) expect(report.made).toContain(key);
    expect(report.lost).toEqual([]);
    expect(await wrong()).toEqual([]);
  });

  it('tells what stays lost, leaves what is damaged as it is, and makes the rest', async () => {
    const [raw, lines] = [await one('raw/'), await one('cost-lines/')];
    await lake.store.discard(raw);
    await truncate(join(lake.root, lines), 900);
    await lose('verdicts');
    const report = await again();
    expect(report.lost).toEqual([
      {
        key: lines,
        why: `What it was made from is gone (${raw})`,
        remedy: 'Bring it back from a backup of the lake.',
      },
    ]);
    expect((await readFile(join(lake.root, lines))).length).toBe(900);
    expect(report.made.length).toBeGreaterThan(0);
    expect(report.made.every((key) => key.startsWith('verdicts/'))).toBe(true);
  });

  it.each([4, 26])('killed at its write number %i, is made whole by the next rebuilding', async (deadAt) => {
    await lose(...DERIVED);
    await expect(again({}, dyingStore(lake.store, deadAt))).rejects.toThrow('killed');
    expect((await again()).lost).toEqual([]);
    expect(await wrong()).toEqual([]);
  });

  it('looks at what it was asked to look at', async () => {
    await lose('daily-costs', 'verdicts');
    const key = await one('cost-lines/');
    const load = /load=([^/]+)/.exec(key)?.[1] ?? '';
    const report = await again({ only: `load=${load}` });
    expect(report.made.length).toBeGreaterThan(0);
    expect(report.made.every((made) => made.startsWith('daily-costs/') && made.includes(load))).toBe(true);
  });

  it('refuses a catalog of which neither commit nor copy is whole, and changes nothing', async () => {
    await lose('catalog');
    await lake.store.discard('ledger/commits/000000000002.json');
    await expect(again()).rejects.toMatchObject({
      code: 'LAKE_DAMAGED',
      place: { file: 'catalog/000000000002.json' },
    });
  });
});

const MAPPING = `
name: mine
label: Mine
recognise: [[Konto, Tag, Betrag]]
columns:
  ProviderName: { value: Mine }
  SubAccountId: Konto
  BilledCost: Betrag
  BillingCurrency: { value: USD }
  ChargePeriodStart: Tag
  ChargePeriodEnd: { from: Tag, plusDays: 1 }
  ChargeCategory: { value: Usage }
  ServiceName: { value: Thing }
`;

describe('a lake of many ways', () => {
  const rebuilt = (place: Workplace) =>
    rebuild(
      {
        ...place,
        clock,
        run: `r-${++runs}`,
        settings: { ...place.settings, anomalyThreshold: 0.2, anomalyMinImpact: '10' },
      },
      { dryRun: false, only: undefined },
    );
  const rows = async (place: Workplace) => ({
    lines: await place.ask('SELECT * FROM cost_lines ORDER BY ALL'),
    costs: await place.ask('SELECT * FROM daily_costs ORDER BY ALL'),
    restatements: await place.ask('SELECT * FROM restatements ORDER BY ALL'),
  });

  it('is the same again: mapped, mended, shrunk, overlapping, restated, and events that came twice', async () => {
    const place = await workplace();
    await place.ingest(bill('cur-legacy-aws-real.csv.gz'));
    await place.ingest(bill('cur2-aws-real-reshaped.snappy.parquet'));
    const rejects = await place.ingestAs(
      { maxRejects: 1 },
      await focusCsvFile([...times(12), { cost: 'twelve' }]),
    );
    const file = rejects.deliveries[0]?.rejects?.file ?? '';
    const mended = join(place.scratch, 'mended.csv');
    await writeFile(mended, (await readFile(file, 'utf8')).replace('twelve', '12'));
    await place.ingest(mended);
    await place.ingestAs({ source: 'other' }, await focusFile(times(20, { account: '7' })));
    const mapping = join(place.scratch, 'mine.yaml');
    await writeFile(mapping, MAPPING);
    const mapped = join(place.scratch, 'mapped.csv');
    await writeFile(mapped, 'Konto,Tag,Betrag\n4711,2026-11-03,1.25\n4712,2026-11-03,2.5\n');
    await place.ingestAs({ format: `mapping:${mapping}` }, mapped);
    await rm(mapping);
    for (const [i, ids] of [['e1', 'e2'], ['e2', 'e3'], ['e1']].entries()) {
      const file = join(place.scratch, `events-${i}.jsonl`);
      await writeFile(file, lines(...ids.map((id) => event(id))));
      await place.ingest(file);
    }
    place.at('2026-11-20T07:00:00Z');
    await place.ingestAs(
      { source: 'other', allow: { shrink: true } },
      await focusFile(times(10, { account: '7', cost: '3' })),
    );
    const before = await rows(place);
    expect(before.restatements.length).toBeGreaterThan(0);
    const { loads, exclusions } = await (await openLake(place.store)).head();
    expect([...new Set(loads.map(({ format }) => format))].sort()).toEqual([
      'cur-legacy',
      'cur2',
      'events',
      'focus-1.0',
      'mine',
    ]);
    expect(exclusions).toHaveLength(1);
    for (const folder of DERIVED) await rm(join(place.root, folder), { recursive: true, force: true });
    expect((await rebuilt(place)).lost).toEqual([]);
    expect(await rows(place)).toEqual(before);
  });

  it('is the same again where an engine wrote lines in several files', async () => {
    const place = await workplace();
    const many: Engine = {
      ...place.engine,
      async write(select, uri, options) {
        if (options?.sorted === undefined) return place.engine.write(select, uri, options);
        const part = (from: Sql, to: string) =>
          place.engine.write(sql`SELECT * FROM (${select}) AS l WHERE SubAccountId ${from} '8'`, to, options);
        const parts = [
          await part(sql`<`, uri),
          await part(sql`>=`, uri.replace('.parquet', '-00001.parquet')),
        ];
        return { rows: 15, files: parts.flatMap(({ files }) => files) };
      },
    };
    const file = await focusFile([...times(5, { account: '8' }), ...times(10, { account: '7' })]);
    const request = { paths: [file], format: 'auto', allow: { shrink: false }, maxRejects: 0 };
    expect((await ingest({ ...place, engine: many }, request)).refused).toEqual([]);
    const [load] = (await (await openLake(place.store)).head()).loads;
    expect(load?.lines.map(({ rows: of }) => of)).toEqual([10, 5]);
    const before = await rows(place);
    for (const folder of DERIVED) await rm(join(place.root, folder), { recursive: true, force: true });
    expect((await rebuilt(place)).lost).toEqual([]);
    expect(await rows(place)).toEqual(before);
    const [again] = (await (await openLake(place.store)).head()).loads;
    expect(again?.lines.map(({ key }) => key)).toEqual(load?.lines.map(({ key }) => key));
  });

  it('stays without what has thinned out, and says what of its history cannot be told again', async () => {
    const place = await workplace();
    for (const [day, count] of [
      ['2026-11-19T05:00:00Z', 10],
      ['2026-11-19T13:00:00Z', 11],
      ['2026-11-21T07:00:00Z', 12],
    ] as const) {
      place.at(day);
      await place.ingestAs({ source: 'aws' }, await focusFile(times(count)));
    }
    expect((await prune({ ...place, run: 'r-0' }, { dryRun: false })).files).toHaveLength(3);
    const thinned = stateAsOf(await openLake(place.store), '1', AFTER);
    await expect(thinned).rejects.toMatchObject({
      code: 'VERSION_THINNED',
      what: expect.stringContaining('BilledCost 10.00 USD'),
    });
    const proof = await verify(
      { ...place, engine: async () => place.engine },
      { deep: true, anchor: undefined },
    );
    expect(proof.findings).toEqual([]);
    const whole = await rebuilt(place);
    expect(whole).toMatchObject({ made: [], lost: [] });
    const before = await place.ask('SELECT * FROM daily_costs ORDER BY ALL');
    for (const folder of DERIVED) await rm(join(place.root, folder), { recursive: true, force: true });
    const { lost } = await rebuilt(place);
    expect(lost.map(({ key }) => key.split('/').slice(0, 2).join('/'))).toEqual([
      'arrivals/lake_version=000000000001',
      'restatements/lake_version=000000000002',
      'arrivals/lake_version=000000000002',
    ]);
    expect(await place.ask('SELECT * FROM daily_costs ORDER BY ALL')).toEqual(before);
    expect((await (await openLake(place.store)).head()).version).toBe(3);
    const ledger = await readLedger(place.store);
    expect(entriesOf(ledger, 'rebuilt')).toMatchObject([{ emptied: lost.map(({ key }) => key) }]);
    expect(await rebuilt(place)).toMatchObject({ made: [], lost: [] });
  });
});
