// A delivery whose lines go from S3 to S3: Athena reads, normalises, rolls up and writes, and the lake is the same.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { openLake } from '../../src/lake/lake.ts';
import { pinLake } from '../../src/lake/pin.ts';
import { pinHistory } from '../../src/lake/pin-history.ts';
import { COST_LINE_COLUMNS, DAILY_COST_COLUMNS } from '../../src/sql/schema.ts';
import { joined, name, type Sql, sql } from '../../src/sql/sql.ts';
import { bill } from '../integration/bills.ts';
import { type Place, type TwoLakes, twoLakes } from './support/at-scale.ts';

it('a CUR 2.0 export in chunks, one of them empty, is read, rolled up and written by Athena: the lake is the same', async () => {
  const lakes = await twoLakes();
  const manifest = await cur2(lakes);
  const here = await lakes.embedded.ingest({}, manifest);
  const there = await lakes.there.ingest({}, manifest);
  expect(here.refused).toEqual([]);
  expect(there.refused).toEqual([]);
  expect(there.deliveries[0]?.engine).toEqual({ kind: 'athena', reason: 'asked for' });
  const whole = await told(lakes, lakes.there);
  expect(whole.lines).toHaveLength(1281);
  expect(whole).toEqual(await told(lakes, lakes.embedded));
  expect(await lakes.temporary()).toEqual([]);
});

/** What a lake says, to the last digit, as the embedded engine reads it. */
async function told({ engine }: TwoLakes, { store }: Place) {
  const lake = await openLake(store);
  const state = await lake.head();
  await pinLake(engine, lake, state);
  await pinHistory(engine, lake, state);
  const rows = (select: Sql) => engine.rows(select);
  const all = (columns: typeof COST_LINE_COLUMNS, relation: string) =>
    rows(
      sql`SELECT ${joined(columns.map((column) => sql`CAST(${name(column.name)} AS varchar)`))} FROM ${name(relation)} ORDER BY ${joined(columns.map((_, i) => sql`${i + 1}`))}`,
    );
  return {
    loads: state.loads.map(({ id: _, lines, rollup, delivery, ...load }) => ({
      ...load,
      delivery: { ...delivery, receivedAt: '' },
      lines: lines.reduce((sum, file) => sum + file.rows, 0),
      rollup: rollup.files.map((file) => file.rows),
    })),
    lines: await all(COST_LINE_COLUMNS, 'pinned_lines'),
    costs: await all(DAILY_COST_COLUMNS, 'daily_costs'),
    breakdown: await rows(sql`SELECT * FROM ou_breakdown ORDER BY 1, 2, 3, 4, 5`),
  };
}

/** The real bill as an overwriting export leaves it. Gives the address of its manifest. */
async function cur2({ engine, put, exports }: TwoLakes): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-cur2-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  await engine.scan('whole_bill', {
    format: 'parquet',
    files: [bill('cur2-aws-real-reshaped.snappy.parquet')],
  });
  const month = 'BILLING_PERIOD=2023-11';
  const chunks: string[] = [];
  for (const [i, half] of [sql`<`, sql`>=`].entries()) {
    const path = join(folder, `org-0000${i + 1}.snappy.parquet`);
    await engine.write(sql`SELECT * FROM whole_bill WHERE line_item_unblended_cost ${half} 0.0001`, path, {
      compression: 'snappy',
    });
    chunks.push(`cur2/data/${month}/org-0000${i + 1}.snappy.parquet`);
    await put(chunks[i] ?? '', await readFile(path));
  }
  chunks.push(`cur2/data/${month}/org-00003.snappy.parquet`);
  await put(chunks[2] ?? '', '');
  const manifest = `cur2/metadata/${month}/org-Manifest.json`;
  await put(
    manifest,
    JSON.stringify({
      exportName: 'org',
      executionId: 'e-1',
      executionTime: '2026-11-18T03:00:00.000Z',
      dataFiles: chunks.map((key) => `${exports}/${key}`),
    }),
  );
  return `${exports}/${manifest}`;
}
