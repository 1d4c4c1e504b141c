import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { Engine } from '../../src/ports/engine.ts';
import { sql } from '../../src/sql/sql.ts';

const COLUMNS = [
  { name: 'BillingDate', type: 'date' },
  { name: 'BilledCost', type: 'decimal(38,15)' },
  { name: 'Tags', type: 'map(varchar,varchar)' },
] as const;

/** An adapter of the engine port is done when this passes, unchanged, with nothing skipped. */
export function engineContract(open: () => Promise<Engine>): void {
  let engine: Engine;
  let folder: string;
  beforeEach(async () => {
    engine = await open();
    folder = await mkdtemp(join(tmpdir(), 'spendlight-engine-'));
  });
  afterEach(async () => {
    await engine.close();
    await rm(folder, { recursive: true, force: true });
  });

  it('gives decimals, days and moments as text, whole numbers as numbers, maps as JSON', async () => {
    const rows = await engine.rows(sql`
      SELECT CAST('0.1' AS decimal(38,15)) + CAST('0.2' AS decimal(38,15)), CAST('2025-09-14' AS date),
        CAST('2025-09-14 17:00:00' AS timestamp), CAST(42 AS bigint), map(array['a'], array['b']), NULL, true, 1.5e0`);
    expect(rows).toEqual([
      ['0.300000000000000', '2025-09-14', '2025-09-14 17:00:00', 42, '{"a":"b"}', null, true, 1.5],
    ]);
  });

  it('keeps a whole number beyond 2^53 exact, as text', async () => {
    expect(await engine.rows(sql`SELECT CAST('9007199254740993' AS bigint)`)).toEqual([['9007199254740993']]);
  });

  it('makes small relations from values, replaces them by name, and writes and reads Parquet', async () => {
    await engine.values('given', COLUMNS, [['2025-09-13', '1', null]]);
    await engine.values('given', COLUMNS, [
      ['2025-09-14', '-0.000000000000001', '{"team":"it\'s"}'],
      [null, null, null],
    ]);
    const uri = join(folder, 'a/b.parquet');
    const written = await engine.write(sql`SELECT BillingDate, BilledCost, Tags FROM given`, uri);
    expect(written).toEqual({ rows: 2, files: [{ uri, rows: 2 }] });
    await engine.files('read', [uri], COLUMNS);
    expect(
      await engine.rows(sql`SELECT BillingDate, BilledCost, element_at(Tags, 'team') FROM read ORDER BY 1`),
    ).toEqual([
      ['2025-09-14', '-0.000000000000001', "it's"],
      [null, null, null],
    ]);
  });

  it('lets a session hide a relation from itself alone, in questions and in batches', async () => {
    const named = (text: string) => sql`SELECT ${text} AS name`;
    await engine.view('shared', named('everybody'));
    const session = await engine.session();
    const other = await engine.session();
    await session.view('shared', named('mine'));
    await session.view('own', sql`SELECT name FROM shared`);
    const seen = sql`SELECT name FROM shared`;
    const streamed: unknown[] = [];
    for await (const rows of session.batches(sql`SELECT name FROM own`)) streamed.push(...rows);
    expect([await engine.rows(seen), await session.rows(seen), await other.rows(seen), streamed]).toEqual([
      [['everybody']],
      [['mine']],
      [['everybody']],
      [['mine']],
    ]);
    await session.drop('shared');
    expect(await session.rows(seen)).toEqual([['everybody']]);
    await session.close();
    expect(await other.rows(seen)).toEqual([['everybody']]);
    await other.close();
  });

  it('takes numbers in bulk from typed arrays, as they are, more than one chunk of them', async () => {
    const size = 5_000;
    await engine.numbers('numbers', [
      { name: 'id', values: Int32Array.from({ length: size }, (_, i) => i) },
      { name: 'big', values: BigInt64Array.from({ length: size }, (_, i) => 9007199254740993n + BigInt(i)) },
      { name: 'half', values: Float64Array.from({ length: size }, (_, i) => i / 2) },
    ]);
    expect(
      await engine.rows(sql`SELECT count(*), min(id), max(id), max(big), max(half) FROM numbers`),
    ).toEqual([[size, 0, 4_999, '9007199254745992', 2_499.5]]);
    await engine.numbers('numbers', [{ name: 'id', values: new Int32Array(0) }]);
    expect(await engine.rows(sql`SELECT count(*) FROM numbers`)).toEqual([[0]]);
  });

  it('writes CSV: a header, quotes where needed, nothing for null, quotes for an empty text', async () => {
    const path = join(folder, 'c/d.csv');
    const { rows } = await engine.writeCsv(
      sql`SELECT id, text, more FROM (VALUES (1, 'a,"b"', NULL), (2, '', '漢字')) AS given(id, text, more) ORDER BY id`,
      path,
    );
    expect(rows).toBe(2);
    expect(await readFile(path, 'utf8')).toBe('id,text,more\n1,"a,""b""",\n2,"",漢字\n');
  });

  it('reads lines of text as they are, whatever stands in them, LF or CR LF, and leaves empty ones out', async () => {
    const path = join(folder, 'lines.jsonl');
    await writeFile(path, '\uFEFF{"a": "x,\\"y"}\r\n\n"half\n# no comment\n漢字, NULL');
    const columns = await engine.scan('lines', { format: 'lines', files: [path] });
    expect(columns).toEqual([{ name: 'line', type: 'varchar' }]);
    expect((await engine.rows(sql`SELECT line FROM lines`)).flat().sort()).toEqual(
      ['"half', '# no comment', '{"a": "x,\\"y"}', '漢字, NULL'].sort(),
    );
  });

  it('knows an empty relation and its columns', async () => {
    await engine.files('none', [], COLUMNS);
    expect(await engine.rows(sql`SELECT count(*), sum(BilledCost) FROM none`)).toEqual([[0, null]]);
  });

  it('refuses a user anything but one SELECT over the relations of the lake', async () => {
    await engine.values('given', COLUMNS, [['2025-09-14', '2', null]]);
    expect((await engine.ask('SELECT sum(BilledCost) AS total FROM given')).rows).toEqual([
      ['2.000000000000000'],
    ]);
    for (const text of [
      'DROP TABLE given',
      'SELECT 1; SELECT 2',
      "SELECT * FROM read_csv('/etc/passwd')",
      "SELECT * FROM '/etc/passwd'",
      "COPY given TO '/tmp/spendlight-stolen.csv'",
      "SET memory_limit = '1GB'",
      "ATTACH '/tmp/spendlight-other.db'",
      'SELECT nothing FROM given',
      '',
    ]) {
      await expect(engine.ask(text), text).rejects.toMatchObject({ code: 'QUERY_INVALID' });
    }
  });

  it('streams in batches what rows would give at once', async () => {
    await engine.keep('many', sql`SELECT CAST(t.x AS bigint) AS x FROM unnest(sequence(1, 5000)) AS t(x)`);
    let total = 0;
    for await (const batch of engine.batches(sql`SELECT x FROM many`))
      for (const [x] of batch) total += Number(x);
    expect(total).toBe(12_502_500);
  });
}
