import { expect, it } from 'vitest';
import { NO_QUERIES } from '../../core/query-cost/query-cost.ts';
import type { Row } from '../../ports/engine.ts';
import { sql } from '../../sql/sql.ts';
import { lakeAsker } from './lake-asker.ts';
import { wholeOf } from './trino-runner.ts';

const LOAD = ['billing_period', 'source', 'load'].map((name) => ({ name, type: 'varchar' }));
const COLUMNS = [{ name: 'DailyCost', type: 'decimal(38,15)' }];
const place = (load: string, file = 'part-00000') =>
  `daily-costs/billing_period=2026-01/source=aws/load=${load}/${file}.parquet`;

interface World {
  /** Loads that are registered; all of January and of source aws. */
  readonly registered: readonly string[];
  /** Keys of the files that are there. */
  readonly there?: readonly string[];
  readonly bytesMax?: number;
}

/** An asker of an engine that notes statements and answers with the registered partitions, and with nothing else. */
function asking({ registered, there = [], bytesMax }: World) {
  const statements: { readonly text: string; readonly mayReuse: boolean }[] = [];
  async function* pages(text: string, { mayReuse = false } = {}) {
    statements.push({ text, mayReuse });
    const rows: Row[] = text.includes('$partitions')
      ? registered.map((load) => ['2026-01', 'aws', load])
      : [];
    yield { columns: [], rows, scannedBytes: 0 };
  }
  const asker = lakeAsker({
    runner: {
      kind: 'athena',
      version: 'a test',
      schema: 'finops_db',
      statementBytesMax: bytesMax,
      pages,
      run: (text, options) => wholeOf(pages(text, options)),
      carryOut: async () => undefined,
      cost: () => NO_QUERIES,
      close: async () => undefined,
    },
    tables: [{ prefix: 'daily-costs', table: 'daily_costs_loads', keys: LOAD }],
    locate: (uri) => ({ path: `s3://lake/${uri}`, key: uri }),
    listed: async (folder) => there.filter((key) => key.startsWith(folder)),
  });
  return { asker, statements };
}

const last = (statements: readonly { readonly text: string }[]): string => statements.at(-1)?.text ?? '';

it('reads the pinned files by name, after a look at what is registered', async () => {
  const { asker, statements } = asking({ registered: ['a', 'b'] });
  await asker.files('daily_costs', [place('a'), place('b')], COLUMNS);
  await asker.rows(sql`SELECT DailyCost FROM daily_costs`);
  await asker.rows(sql`SELECT DailyCost FROM daily_costs`);
  expect(statements).toEqual([
    {
      text: `SELECT "billing_period", "source", "load" FROM "finops_db"."daily_costs_loads$partitions" WHERE "billing_period" IN ('2026-01')`,
      mayReuse: false,
    },
    ...Array.from({ length: 2 }, () => ({
      text: `WITH "daily_costs" AS (SELECT "DailyCost" FROM "finops_db"."daily_costs_loads" WHERE "billing_period" IN ('2026-01') AND "source" IN ('aws') AND "load" IN ('a', 'b') AND "$path" IN ('s3://lake/${place('a')}', 's3://lake/${place('b')}'))\nSELECT DailyCost FROM daily_costs`,
      mayReuse: true,
    })),
  ]);
});

it('a load that is not registered is an error, not a smaller sum', async () => {
  const { asker } = asking({ registered: ['a'] });
  await asker.files('daily_costs', [place('a'), place('b')], COLUMNS);
  await expect(asker.rows(sql`SELECT DailyCost FROM daily_costs`)).rejects.toMatchObject({
    code: 'TABLES_BEHIND',
    place: { file: 'daily-costs/billing_period=2026-01/source=aws/load=b' },
  });
  expect(await asker.rows(sql`SELECT 1`)).toEqual([]);
});

it('a folder that was registered after a look is found by another one', async () => {
  const registered = ['a'];
  const { asker, statements } = asking({ registered });
  await asker.files('daily_costs', [place('a')], COLUMNS);
  await asker.rows(sql`SELECT DailyCost FROM daily_costs`);
  registered.push('b');
  const session = await asker.session();
  await session.files('daily_costs', [place('b')], COLUMNS);
  await session.rows(sql`SELECT DailyCost FROM daily_costs`);
  expect(statements.filter(({ text }) => text.includes('$partitions'))).toHaveLength(2);
});

it.each([
  ['when they hold the pinned files and no others', [place('a'), place('b'), place('old')], true],
  ['not beside a file that nobody pinned', [place('a'), place('b'), place('b', 'stray')], false],
  ['not where a pinned file is missing', [place('a')], false],
])('a statement that is too long reads whole folders: %s', async (_, there, isShort) => {
  const { asker, statements } = asking({ registered: ['a', 'b', 'old'], there, bytesMax: 250 });
  await asker.files('daily_costs', [place('a'), place('b')], COLUMNS);
  const asked = asker.rows(sql`SELECT DailyCost FROM daily_costs`);
  if (!isShort) {
    await expect(asked).rejects.toMatchObject({ code: 'ENGINE_STATEMENT_TOO_LONG' });
    return;
  }
  await asked;
  expect(last(statements)).toContain(`"load" IN ('a', 'b'))`);
  expect(last(statements)).not.toContain('$path');
});

it.each([
  ['DELETE FROM daily_costs', 'Only SELECT is answered here'],
  ['SELECT 1; SELECT 2', 'there is more than one statement'],
  ['SELECT x FROM daily_costs_loads', '"daily_costs_loads" is no relation of the lake'],
  ['SELECT x FROM daily_costs, finops_db.ou_breakdown', '"finops_db" is no relation of the lake'],
  ["SELECT x FROM read_csv('/etc/passwd')", '"read_csv" is no relation of the lake'],
])('refuses %s', async (text, why) => {
  const { asker, statements } = asking({ registered: ['a'] });
  await asker.files('daily_costs', [place('a')], COLUMNS);
  await expect(asker.ask(text)).rejects.toMatchObject({
    code: 'QUERY_INVALID',
    what: `The query was refused: ${why}`,
  });
  expect(statements).toEqual([]);
});

it.each([
  ['SELECT DailyCost FROM daily_costs;', true],
  ['SELECT DailyCost, current_date FROM daily_costs', false],
])('an earlier answer may stand for %s: %s', async (text, mayReuse) => {
  const { asker, statements } = asking({ registered: ['a'] });
  await asker.files('daily_costs', [place('a')], COLUMNS);
  await asker.ask(text);
  expect(statements.at(-1)?.mayReuse).toBe(mayReuse);
});
