// The database of Glue that follows a lake: kept in step through every fault that Glue and a dying writer know.
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, inject, it, onTestFinished } from 'vitest';
import { archiveDrifts } from '../../src/app/projection/drift.ts';
import type { VerifyReport } from '../../src/app/verify/report.ts';
import { verify } from '../../src/app/verify/verify.ts';
import { billingDate } from '../../src/core/calendar/billing-date.ts';
import { readCurrentLoads } from '../../src/lake/current-loads.ts';
import { CURRENT_LOADS_KEY, isCommit } from '../../src/lake/keys.ts';
import { openLake } from '../../src/lake/lake.ts';
import { project } from '../../src/lake/projection/project.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { Partition } from '../../src/ports/table-catalog.ts';
import { dailyLake } from '../support/daily-lake.ts';
import { catalogAt, followedLake } from '../support/followed-lake.ts';
import { type Fault, type FaultProxy, faultProxy, firstOf, type Seen } from './support/fault-proxy.ts';

const TODAY = billingDate('2026-11-19');
const EVENING = '2026-11-19T19:00:00Z';
const called =
  (...names: readonly string[]) =>
  ({ headers }: Seen): boolean =>
    names.some((name) => headers['x-amz-target'] === `AWSGlue.${name}`);
const said = (status: number, code: string): Fault => ({ kind: 'answer', status, code });

/** Glue behind a proxy of its own, and a lake that it follows. */
async function followed() {
  const proxy: FaultProxy = await faultProxy(inject('emulator'));
  onTestFinished(() => proxy.close());
  const at = await followedLake(proxy.url);
  return { ...at, proxy, lake: await dailyLake(at.engine, at) };
}
type Followed = Awaited<ReturnType<typeof followed>>;

const shownVersion = async ({ store }: Pick<Followed, 'store'>): Promise<number | undefined> =>
  (await readCurrentLoads(store))?.value?.lake_version;

async function proved(
  { store, engine, tables }: Followed,
  { repair = false }: { readonly repair?: boolean } = {},
): Promise<VerifyReport> {
  const scratch = await mkdtemp(join(tmpdir(), 'spendlight-verify-'));
  const progress = { step: () => undefined, end: () => undefined };
  return verify(
    {
      ...{ store, scratch, progress, settings: { requiredTagKeys: [] } },
      engine: () => engine.session(),
      tables: { ...tables, today: TODAY },
    },
    { deep: false, anchor: undefined, repair },
  );
}

/** What is wrong with tables, as `table/values: what`. */
const wrongTables = ({ findings, wrong }: VerifyReport, { database }: Followed): readonly string[] => {
  const told = findings.filter(({ fault }) => fault === 'table');
  expect(told.length).toBe(wrong);
  return told.map(({ key, what }) => `${key.replace(`${database}.`, '')}: ${what}`);
};

describe('partitions', () => {
  const days = (count: number, location: string): Partition[] =>
    Array.from({ length: count }, (_, i) => ({
      values: ['2026', String(1 + Math.floor(i / 28)), String(1 + (i % 28))],
      location: `${location}/day=${i}/`,
    }));

  it('are added by the hundred, once, and listed page by page', async () => {
    const { catalog, proxy, store } = await followed();
    const many = days(250, store.location);
    await catalog.add('ou_breakdown', many);
    await catalog.add('ou_breakdown', many);
    const sizes = proxy.seen
      .filter(called('BatchCreatePartition'))
      .map(({ body }) => JSON.parse(body.toString()).PartitionInputList.length);
    expect(sizes).toEqual([100, 100, 50, 100, 100, 50]);
    const found = await catalog.partitions('ou_breakdown');
    expect(found.length).toBe(250);
    expect(found).toContainEqual(many[17]);
  });

  it('that are there stay, those that are not need not be dropped', async () => {
    const { catalog, store } = await followed();
    const values = ['2026', '11', '18'];
    await catalog.add('ou_breakdown', [{ values, location: `${store.location}/a/` }]);
    await catalog.add('ou_breakdown', [{ values, location: `${store.location}/b` }]);
    expect(await catalog.partitions('ou_breakdown')).toEqual([{ values, location: `${store.location}/a/` }]);
    await catalog.drop('ou_breakdown', [values, ['2026', '11', '17']]);
    await catalog.drop('ou_breakdown', [values]);
    expect(await catalog.partitions('ou_breakdown')).toEqual([]);
  });

  it.each([
    ['throttled for a while', firstOf(3, called('BatchCreatePartition'), said(400, 'ThrottlingException'))],
    [
      'out of order for a while',
      firstOf(3, called('BatchCreatePartition'), said(500, 'InternalServiceException')),
    ],
    ['cut off', firstOf(2, called('BatchCreatePartition'), { kind: 'cut' })],
    ['done, and the answer is lost', firstOf(2, called('BatchCreatePartition'), { kind: 'lost' })],
  ])('are added where the call is %s', async (_, harm) => {
    const { catalog, proxy, store } = await followed();
    proxy.harm = harm;
    await catalog.add('ou_breakdown', days(3, store.location));
    proxy.harm = () => undefined;
    expect(await catalog.partitions('ou_breakdown')).toEqual(days(3, store.location));
  });

  it.each([
    [said(400, 'ThrottlingException'), 'TABLES_UNREACHABLE'],
    [said(503, 'ServiceUnavailable'), 'TABLES_UNREACHABLE'],
    [said(400, 'AccessDeniedException'), 'TABLES_DENIED'],
    [said(400, 'ExpiredTokenException'), 'CREDENTIALS_EXPIRED'],
    [said(400, 'UnrecognizedClientException'), 'CREDENTIALS_REFUSED'],
  ] as const)('are not added after %o for ever: %s', async (fault, code) => {
    const { catalog, proxy, store } = await followed();
    proxy.harm = (seen) => (called('BatchCreatePartition')(seen) ? fault : undefined);
    await expect(catalog.add('ou_breakdown', days(1, store.location))).rejects.toMatchObject({ code });
  });

  it('of a table or database that is not there are an error that says so', async () => {
    const { catalog, store } = await followed();
    const nowhere = catalogAt(inject('emulator'), 'nowhere');
    for (const [at, table] of [
      [catalog, 'nothing'],
      [nowhere, 'ou_breakdown'],
    ] as const)
      await expect(at.add(table, days(1, store.location))).rejects.toMatchObject({ code: 'TABLES_MISSING' });
  });
});

describe('a lake and its tables', () => {
  it('are in step after a delivery, an import and a run; a crawler’s twins and old CSVs are taken out', async () => {
    const at = await followed();
    const { lake, catalog, store } = at;
    await lake.deliver('2026-11-18T03:00:00Z', 'aws', {
      '2026-07-01': ['9'],
      16: ['10', '1'],
      17: ['2', '3'],
    });
    expect(await shownVersion(at)).toBe((await (await openLake(store)).head()).version);
    // As Glue's crawler, or MSCK, reads the folders' names.
    await catalog.add('ou_breakdown', [
      { values: ['2026', '07', '01'], location: store.uri('ou-breakdowns/year=2026/month=07/day=01') },
    ]);
    await lake.run('2026-11-19T07:00:00Z');
    expect(wrongTables(await proved(at), at)).toEqual([]);
    const of = async (table: string) =>
      (await catalog.partitions(table)).map(({ values }) => values.join('-'));
    expect(await of('ou_breakdown')).toEqual(['2026-11-16', '2026-11-17', '2026-7-1']);
    expect(await of('ou_breakdown_csv')).toEqual(['2026-11-16', '2026-11-17']);
    expect(at.troubles).toEqual([]);
  });

  it('have the partitions of a commit before the commit is there', async () => {
    const at = await followed();
    const { store, catalog } = at;
    const there: string[] = [];
    const watched: ObjectStore = {
      ...store,
      async putIfAbsent(key, bytes) {
        if (isCommit(key))
          for (const table of ['cost_lines_loads', 'daily_costs_loads', 'arrivals_versions'])
            there.push(`${table} ${(await catalog.partitions(table)).length}`);
        return store.putIfAbsent(key, bytes);
      },
    };
    const lake = await dailyLake(at.engine, { ...at, store: watched });
    await lake.deliver('2026-11-18T03:00:00Z', 'aws', { 16: ['10'] });
    await lake.deliver('2026-11-18T04:00:00Z', 'gcp', { 16: ['10'] });
    expect(there).toEqual([
      ...['cost_lines_loads 1', 'daily_costs_loads 1', 'arrivals_versions 1'],
      ...['cost_lines_loads 2', 'daily_costs_loads 2', 'arrivals_versions 2'],
    ]);
  });

  it('are brought in step again by the next turn where Glue failed; the run mails, and says it', async () => {
    const at = await followed();
    const { lake, proxy } = at;
    await lake.deliver('2026-11-18T03:00:00Z', 'aws', { 16: ['10'], 17: ['2'] });
    const before = await shownVersion(at);
    proxy.harm = (seen) =>
      called('BatchCreatePartition', 'GetPartitions')(seen) ? said(400, 'AccessDeniedException') : undefined;
    const { digest, problems, steps, partition } = await lake.run('2026-11-19T07:00:00Z');
    expect(digest.state).toBe('to nobody');
    expect(problems.map(({ code }) => code)).toEqual(['TABLES_DENIED']);
    expect(steps.find(({ name }) => name === 'register')).toMatchObject({ state: 'failed' });
    expect(partition).toBeUndefined();
    expect(at.troubles).toContain('TABLES_DENIED');
    expect(await shownVersion(at)).toBe(before);

    const unread = await proved(at);
    expect(unread.notCompared.join()).toContain('Glue refuses a call');
    expect(unread.wrong).toBe(1);

    proxy.harm = () => undefined;
    await lake.run('2026-11-19T08:00:00Z');
    expect(wrongTables(await proved(at), at)).toEqual([]);
  });

  it('are told apart where the writer died between commit and swap, and mended by the next one', async () => {
    const at = await followed();
    const { lake, store, engine } = at;
    await lake.deliver('2026-11-18T03:00:00Z', 'aws', { 16: ['10'] });
    const dying: ObjectStore = {
      ...store,
      putIfMatch: (key, bytes, etag) =>
        key === CURRENT_LOADS_KEY ? Promise.reject(new Error('killed')) : store.putIfMatch(key, bytes, etag),
    };
    const killed = await dailyLake(engine, { ...at, store: dying });
    await killed.deliver('2026-11-18T04:00:00Z', 'gcp', { 16: ['5'] });
    expect(at.troubles).toEqual(['UNEXPECTED', 'behind']);
    expect(wrongTables(await proved(at), at)).toEqual([
      `${CURRENT_LOADS_KEY}: Other engines see version 1 of the lake, and it is at 2`,
    ]);
    await lake.deliver('2026-11-18T05:00:00Z', 'azure', { 16: ['7'] });
    expect(wrongTables(await proved(at), at)).toEqual([]);
    expect(await shownVersion(at)).toBe(3);
  });

  it('never go back to an older version, whoever is late', async () => {
    const at = await followed();
    const { lake, store, catalog } = at;
    await lake.deliver('2026-11-18T03:00:00Z', 'aws', { 16: ['10'] });
    const [etag, bytes] = [(await readCurrentLoads(store))?.etag ?? '', new TextEncoder().encode('{}\n')];
    expect(await store.putIfMatch(CURRENT_LOADS_KEY, bytes, etag)).toBe(true);
    let isFirst = true;
    // A writer that read version 1 stands still before its swap; meanwhile another one shows version 2.
    const late: ObjectStore = {
      ...store,
      async putIfMatch(key, value, of) {
        if (isFirst) {
          isFirst = false;
          await lake.deliver('2026-11-18T04:00:00Z', 'gcp', { 16: ['5'] });
        }
        return store.putIfMatch(key, value, of);
      },
    };
    expect(await project({ store: late, tables: catalog })).toEqual({ lakeVersion: 2, isNew: false });
    expect(await shownVersion(at)).toBe(2);
  });

  it('that differ are named one by one, and mended', async () => {
    const at = await followed();
    const { lake, catalog, store } = at;
    await lake.deliver('2026-11-18T03:00:00Z', 'aws', { 16: ['10'], 17: ['2'] });
    await lake.run('2026-11-19T07:00:00Z');
    const [load] = await catalog.partitions('daily_costs_loads');
    await catalog.drop('daily_costs_loads', [load?.values ?? []]);
    await catalog.drop('ou_breakdown', [['2026', '11', '16']]);
    await catalog.add('ou_breakdown', [
      { values: ['2026', '11', '16'], location: store.uri('elsewhere') },
      { values: ['2026', '11', '017'], location: store.uri('ou-breakdowns/year=2026/month=11/day=17') },
    ]);
    await catalog.add('cost_lines_loads', [
      { values: ['2026-11', 'aws', 'loser'], location: store.uri('cost-lines/loser') },
    ]);
    const report = await proved(at);
    expect(wrongTables(report, at)).toEqual([
      `daily_costs_loads/${load?.values.join('/')}: The partition is not registered: other engines do not see its rows`,
      'ou_breakdown/2026/11/017: The partition must not be there: its rows are counted twice, or cannot be read',
      'ou_breakdown/2026/11/16: The partition points elsewhere',
    ]);
    expect(report.remarks.leftover.examples).toContain(`${at.database}.cost_lines_loads/2026-11/aws/loser`);
    const mended = await proved(at, { repair: true });
    expect(wrongTables(mended, at)).toEqual([]);
    expect(mended.mended.map((line) => line.replace(`${at.database}.`, ''))).toEqual([
      'ou_breakdown: 1 partitions added, 2 taken out',
      'daily_costs_loads: 1 partitions added, 0 taken out',
      'cost_lines_loads: 0 partitions added, 1 taken out',
    ]);
    const clock = { now: () => Date.parse(EVENING), monotonic: () => 0 };
    expect(
      (await archiveDrifts(at.tables, { store, clock })).every(({ missing }) => missing.length === 0),
    ).toBe(true);
  });
});
