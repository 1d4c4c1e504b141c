// A delivery whose lines go from S3 to S3: Athena reads, normalises, rolls up and writes, and the lake is the same.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { importAccounts } from '../../src/app/import-files.ts';
import { ingest } from '../../src/app/ingest.ts';
import { judge } from '../../src/app/verdicts.ts';
import { billingDate } from '../../src/core/calendar/billing-date.ts';
import { known } from '../../src/core/errors/invariant.ts';
import { openLake } from '../../src/lake/lake.ts';
import { pinLake } from '../../src/lake/pin.ts';
import { pinHistory } from '../../src/lake/pin-history.ts';
import type { ColumnDef } from '../../src/ports/engine.ts';
import { breakdownCsv } from '../../src/sql/breakdown-csv.ts';
import {
  COST_LINE_COLUMNS,
  DAILY_COST_COLUMNS,
  RESTATED_COLUMNS,
  VERDICT_COLUMNS,
} from '../../src/sql/schema.ts';
import { joined, name, type Sql, sql } from '../../src/sql/sql.ts';
import { bill } from '../integration/bills.ts';
import { type Place, type TwoLakes, twoLakes } from './support/at-scale.ts';

it('a CUR 2.0 export in chunks, one of them empty, then again with other amounts, and new OUs: the lake is the same', async () => {
  const lakes = await twoLakes();
  const accounts = await accountMap('Commercial/Web');
  const ingested = async (place: Place, amount: Sql) => {
    const rest = sql`* REPLACE (${amount} AS line_item_unblended_cost) FROM whole_bill WHERE line_item_unblended_cost`;
    const manifest = await cur2(lakes, [sql`SELECT ${rest} < 0.0001`, sql`SELECT ${rest} >= 0.0001`]);
    expect((await lakes.embedded.ingest({ accounts }, manifest)).refused).toEqual([]);
    const report = await place.ingest({ accounts }, manifest);
    expect(report.refused).toEqual([]);
    return { engine: report.deliveries[0]?.engine, queries: report.queries };
  };
  expect(await ingested(lakes.either, sql`line_item_unblended_cost`)).toEqual({
    engine: { kind: 'duckdb', reason: '1 MB are no more than 1,000 MB, which one machine does in time' },
    queries: undefined,
  });
  const seenBefore = lakes.proxy.seen.length;
  const { engine, queries } = await ingested(lakes.there, sql`line_item_unblended_cost * 2`);
  expect(engine).toEqual({ kind: 'athena', reason: 'asked for' });
  expect(Number(queries?.usd)).toBeGreaterThan(0);
  // The emulator gives no checksum of what it copied, so the store hashes it by a GET of the SDK; engines read by range.
  const there = lakes.proxy.seen
    .slice(seenBefore)
    .filter(({ method, path }) => method === 'GET' && /^[^?]*\/there\/[^?]*\.parquet$/.test(path));
  expect(there.filter(({ path }) => /\/(raw|cost-lines)\//.test(path))).toEqual([]);
  expect(there.filter(({ headers }) => headers.range === undefined)).toEqual([]);

  const first = await told(lakes, lakes.there);
  expect(first.lines).toHaveLength(1281);
  expect(first.restated.length).toBeGreaterThan(0);
  expect(first).toEqual(await told(lakes, lakes.embedded));

  const moved = await accountMap('Finance/Billing');
  for (const place of [lakes.embedded, lakes.there]) {
    expect(await importAccounts(place.doors, moved)).toMatchObject({ outcome: 'imported', rerolled: 1 });
    await place.doors.atScale?.close();
  }
  const second = await told(lakes, lakes.there);
  expect(second.csv).not.toEqual(first.csv);
  expect(second).toEqual(await told(lakes, lakes.embedded));
  expect(await judgedBy(lakes.there)).toEqual(await judgedBy(lakes.embedded));
  expect(await lakes.temporary()).toEqual([]);
});

it('rows that cannot be loaded are told by file, and what failed half-way leaves nothing that counts', async () => {
  const lakes = await twoLakes();
  const spoilt = sql`CASE WHEN line_item_unblended_cost = 0.017355 THEN 'twelve' ELSE CAST(line_item_unblended_cost AS varchar) END`;
  const manifest = await cur2(lakes, [
    sql`SELECT * REPLACE (${spoilt} AS line_item_unblended_cost) FROM whole_bill`,
  ]);
  const strict = [await lakes.embedded.ingest({}, manifest), await lakes.there.ingest({}, manifest)];
  const [here, there] = strict.map(({ refused }) =>
    refused.map(({ error, rejects }) => ({ error, rejects })),
  );
  expect(here).toHaveLength(1);
  expect(here?.[0]?.error.place).toMatchObject({ line: expect.any(Number), value: 'twelve' });
  expect(there?.[0]?.error.place).toEqual({ ...here?.[0]?.error.place, line: undefined });
  const waiting = await rejected(lakes.there);
  expect(waiting.split('\n')[1]).toMatch(
    /,line_item_unblended_cost,twelve,s3:\/\/[^,]*\/org-00001\.snappy\.parquet,,[0-9a-f]{16},org$/,
  );

  const allowed = { maxRejects: 100 };
  await lakes.embedded.ingest(allowed, manifest);
  lakes.proxy.harm = ({ method, path }) =>
    method === 'PUT' && path.includes('/cost-lines/')
      ? { kind: 'answer', status: 403, code: 'AccessDenied' }
      : undefined;
  await expect(lakes.there.ingest(allowed, manifest)).rejects.toMatchObject({ code: 'STORE_DENIED' });
  lakes.proxy.harm = () => undefined;
  expect((await (await openLake(lakes.there.store)).head()).loads).toEqual([]);
  expect(await lakes.there.store.list('cost-lines/')).toEqual([]);
  expect(await lakes.temporary()).toEqual([]);
  await lakes.there.ingest(allowed, manifest);
  const [here1280, there1280] = [await told(lakes, lakes.embedded), await told(lakes, lakes.there)];
  expect(there1280.lines).toHaveLength(1280);
  expect(there1280).toEqual(here1280);

  const mended = join(await folder(), 'mended.csv');
  await writeFile(mended, waiting.replaceAll(',twelve,', ',0.017355,'));
  const { refused } = await ingest(
    { ...lakes.there.doors, atScale: undefined },
    { paths: [mended], format: 'auto', allow: { shrink: false }, maxRejects: 0 },
  );
  expect(refused).toEqual([]);
  expect((await told(lakes, lakes.there)).lines).toHaveLength(1281);
});

it('keeps, counts and writes what is small, and refuses what it cannot read or write', async () => {
  const lakes = await twoLakes();
  const { engine, work } = known(await lakes.there.doors.atScale?.open(), 'Athena');
  onTestFinished(() => lakes.there.doors.atScale?.close());
  await engine.values('given', AMOUNTS, [
    ['a', '0.000000000000001', '2026-11-19 07:00:00.123'],
    [null, '-2', null],
  ]);
  await engine.keep('kept', sql`SELECT name, sum(amount) AS amount, max(at) AS at FROM given GROUP BY name`);
  await engine.drop('given');
  const kept = sql`SELECT name, amount, at FROM kept ORDER BY name`;
  expect(await engine.rows(kept)).toEqual([
    ['a', '0.000000000000001', '2026-11-19 07:00:00.123'],
    [null, '-2.000000000000000', null],
  ]);
  await engine.numbers('numbers', [
    { name: 'n', values: Int32Array.from({ length: 1000 }, (_, i) => i + 1) },
  ]);
  expect(await engine.rows(sql`SELECT count(*), sum(n) FROM numbers`)).toEqual([[1000, 500500]]);
  const long = 'x'.repeat(40_000);
  await engine.values('wide', AMOUNTS, [[long, '1', null]]);
  expect(await engine.rows(sql`SELECT length(name), amount FROM wide`)).toEqual([
    [40_000, '1.000000000000000'],
  ]);

  const uri = work.uri('written/part-00000.parquet');
  const none = sql`SELECT name, amount, at FROM kept WHERE name = 'nobody'`;
  expect(await engine.write(none, uri)).toEqual({ rows: 0, files: [{ uri, rows: 0 }] });
  const unfit = { code: 'ENGINE_UNFIT' };
  await expect(engine.scan('s', { format: 'csv', files: [uri], columns: ['a'] })).rejects.toMatchObject(
    unfit,
  );
  await expect(engine.scan('s', { format: 'parquet', files: ['/here.parquet'] })).rejects.toMatchObject(
    unfit,
  );
  await expect(engine.writeCsv(kept, uri)).rejects.toMatchObject(unfit);
  expect((await lakes.temporary()).length).toBeGreaterThan(0);
  await lakes.there.doors.atScale?.close();
  expect(await lakes.temporary()).toEqual([]);
});

/** What a lake says, to the last digit, as the embedded engine reads it. */
async function told({ engine }: TwoLakes, { store }: Place) {
  const lake = await openLake(store);
  const state = await lake.head();
  await pinLake(engine, lake, state);
  await pinHistory(engine, lake, state);
  const all = async (columns: readonly ColumnDef[], relation: string) => {
    const list = columns.map((column) => sql`CAST(${name(column.name)} AS varchar)`);
    const order = columns.map((_, i) => sql`${i + 1}`);
    return engine.rows(sql`SELECT ${joined(list)} FROM ${name(relation)} ORDER BY ${joined(order)}`);
  };
  const period = { from: billingDate('2023-11-01'), until: billingDate('2023-12-01') };
  return {
    loads: state.loads.map(({ id: _, lines, rollup, delivery, ...load }) => ({
      ...load,
      delivery: { ...delivery, receivedAt: '' },
      lines: lines.reduce((sum, file) => sum + file.rows, 0),
      rollup: rollup.files.map((file) => file.rows),
    })),
    lines: await all(COST_LINE_COLUMNS, 'pinned_lines'),
    costs: await all(DAILY_COST_COLUMNS, 'daily_costs'),
    restated: await all(RESTATED_COLUMNS, 'restated'),
    csv: await engine.rows(breakdownCsv({ period })),
  };
}

/** What rule C1 makes of the month on the place's own engine, which keeps and writes it. */
async function judgedBy({ store, doors }: Place) {
  const engine = (await doors.atScale?.open())?.engine ?? doors.engine;
  const lake = await openLake(store);
  const state = await lake.head();
  await pinLake(engine, lake, state);
  const settings = { anomalyThreshold: 0.2, anomalyMinImpact: '0.0000001' };
  const judged = known(await judge(engine, lake, state, settings, doors.clock, doors.random), 'a commit');
  const [month] = judged.verdicts;
  await doors.engine.files('judged', month?.files.map(({ key }) => store.uri(key)) ?? [], VERDICT_COLUMNS);
  const rows = await doors.engine.rows(sql`SELECT * FROM judged ORDER BY 1, 2, 3, 4, 5`);
  expect(rows.length).toBeGreaterThan(0);
  await doors.atScale?.close();
  return rows;
}

/** The one reject file. */
async function rejected({ store }: Place): Promise<string> {
  const [file] = await store.list('rejects/');
  return new TextDecoder().decode(await store.get(file?.key ?? ''));
}

async function accountMap(ou: string): Promise<string> {
  const file = join(await folder(), 'accounts.csv');
  await writeFile(file, `account_id,account_name,ou_path\n123412340534,One,${ou}\n`);
  return file;
}

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'spendlight-unload-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

const AMOUNTS = [
  { name: 'name', type: 'varchar' },
  { name: 'amount', type: 'decimal(38,15)' },
  { name: 'at', type: 'timestamp' },
];

let executions = 0;

/** Chunks made of the real bill, `whole_bill`, as an overwriting export leaves them. Gives the address of their manifest. */
async function cur2({ engine, put, exports }: TwoLakes, parts: readonly Sql[]): Promise<string> {
  const at = await folder();
  const files = [bill('cur2-aws-real-reshaped.snappy.parquet')];
  await engine.scan('whole_bill', { format: 'parquet', files });
  const month = 'BILLING_PERIOD=2023-11';
  const chunks: string[] = [];
  for (const [i, part] of parts.entries()) {
    const file = `org-0000${i + 1}.snappy.parquet`;
    await engine.write(part, join(at, file), { compression: 'snappy' });
    await put(`cur2/data/${month}/${file}`, await readFile(join(at, file)));
    chunks.push(`cur2/data/${month}/${file}`);
  }
  const surplus = `cur2/data/${month}/org-0000${parts.length + 1}.snappy.parquet`;
  await put(surplus, '');
  const manifest = `cur2/metadata/${month}/org-Manifest.json`;
  const facts = {
    exportName: 'org',
    executionId: `e-${++executions}`,
    executionTime: `2026-11-18T0${executions}:00:00.000Z`,
    dataFiles: [...chunks, surplus].map((key) => `${exports}/${key}`),
  };
  await put(manifest, JSON.stringify(facts));
  return `${exports}/${manifest}`;
}
