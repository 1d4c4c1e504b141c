import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { Engine, SortedOf } from '../../ports/engine.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import { openDuckDb } from './duckdb-engine.ts';

const COLUMNS = [
  { name: 'account', type: 'varchar' },
  { name: 'began', type: 'timestamp' },
  { name: 'service', type: 'varchar' },
  { name: 'cost', type: 'decimal(38,15)' },
  { name: 'tags', type: 'map(varchar,varchar)' },
] as const;
const SORTED: Omit<SortedOf, 'rows'> = {
  by: ['account', 'service'],
  andThen: 'began',
  varying: ['began', 'cost'],
};
/** Enough for the dictionary to be used; how many rows there are in truth is not its concern. */
const MANY = 1_000_000;

async function workplace(): Promise<{ engine: Engine; file: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-sorted-'));
  const engine = await openDuckDb({ threads: 2 });
  onTestFinished(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });
  return { engine, file: join(folder, 'sorted.parquet') };
}

/** `rows` lines of some accounts and services, in no order, with nulls among accounts and tags; `kinds` descriptions. */
const lines = (rows: number, kinds: number): Sql => sql`
  SELECT CASE WHEN k % 5 = 4 THEN NULL ELSE 'account ' || CAST(k % 5 AS varchar) END AS account,
    CAST('2025-09-01 00:00:00' AS timestamp) + to_hours(i * 7919 % 720) AS began,
    'service ' || CAST(k % 7 AS varchar) AS service,
    CAST(i AS decimal(38,15)) AS cost,
    CASE WHEN k % 3 = 0 THEN NULL WHEN k % 3 = 1 THEN map([], []) ELSE map(['id'], [CAST(k AS varchar)]) END AS tags
  FROM (SELECT i, i * 31 % ${kinds} AS k FROM range(${rows}) AS t(i)) AS drawn`;

async function fileOf({ engine, file }: { engine: Engine; file: string }, select: Sql, rows: number) {
  const written = await engine.write(select, file, { sorted: { ...SORTED, rows } });
  await engine.files('written', [file], COLUMNS);
  return written.rows;
}

const ALL = sql`account, began, service, cost, CAST(tags AS varchar) AS tags`;
const inFile = sql`SELECT account, service, began FROM written`;

describe('a sorted copy', () => {
  it.each([
    ['small', 5_000, 70, 5_000],
    ['with a dictionary', 20_000, 70, MANY],
    ['where descriptions hardly repeat', 20_000, 20_000, 20_000 * 3],
    ['of nothing', 0, 70, MANY],
  ])('%s: holds the very rows it was given', async (_, rows, kinds, about) => {
    const place = await workplace();
    const select = lines(rows, kinds);
    expect(await fileOf(place, select, about)).toBe(rows);
    const differing = sql`
      SELECT count(*) FROM (
        (SELECT ${ALL} FROM written EXCEPT ALL SELECT ${ALL} FROM (${select}) AS l)
        UNION ALL (SELECT ${ALL} FROM (${select}) AS l EXCEPT ALL SELECT ${ALL} FROM written)) AS differing`;
    expect(await place.engine.rows(differing)).toEqual([[0]]);
  });

  it.each([
    ['sorted whole', 5_000],
    ['by its dictionary', MANY],
  ])('%s: keeps the order asked for, nulls last', async (_, about) => {
    const place = await workplace();
    await fileOf(place, lines(5_000, 70), about);
    const rows = (await place.engine.rows(inFile)).map((row) => row.map((cell) => cell ?? '~').join('|'));
    expect(rows).toEqual([...rows].sort());
    expect(rows.at(-1)).toMatch(/^~/);
  });

  it('leaves nothing behind: the next copy starts anew', async () => {
    const place = await workplace();
    expect(await fileOf(place, lines(5_000, 70), MANY)).toBe(5_000);
    expect(await fileOf(place, lines(100, 10), MANY)).toBe(100);
    expect(await place.engine.rows(sql`SELECT count(*) FROM duckdb_tables()`)).toEqual([[0]]);
    expect(await place.engine.rows(sql`SELECT current_setting('disabled_optimizers')`)).toEqual([['']]);
  });
});
