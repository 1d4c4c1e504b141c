import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { freshFolder, opened } from '../../test/support/deliveries.ts';
import { openDuckDb } from '../adapters/duckdb/duckdb-engine.ts';
import { type Sql, sql } from '../sql/sql.ts';

/** A Parquet file with the rows of a SELECT. */
async function parquetOf(...selects: readonly Sql[]): Promise<readonly string[]> {
  const [folder, engine] = [await freshFolder(), await openDuckDb()];
  const files = selects.map((_, i) => join(folder, `part-${i}.parquet`));
  for (const [i, select] of selects.entries()) await engine.write(select, files[i] ?? '');
  await engine.close();
  return files;
}

const usual = (day: Sql, cost: Sql, more: Sql = sql``): Sql => sql`
  SELECT 'AWS' AS ProviderName, CAST('012345678901' AS varchar) AS BillingAccountId, '' AS InvoiceId, 'USD' AS BillingCurrency, 'Usage' AS ChargeCategory,
    ${day} AS BillingPeriodStart, ${day} + interval '1' month AS BillingPeriodEnd, ${day} + interval '2' day AS ChargePeriodStart,
    ${day} + interval '3' day AS ChargePeriodEnd, ${cost} AS BilledCost, ${cost} AS EffectiveCost ${more}`;
const MAY = sql`TIMESTAMP '2026-05-01'`;

describe('Parquet of any exporter', () => {
  it.each([
    ['double', sql`CAST(0.1 AS double)`, '0.100000000000000'],
    ['decimal(18,4)', sql`CAST(0.1 AS decimal(18,4))`, '0.100000000000000'],
    [
      'decimal(38,20), rounded half away from zero',
      sql`CAST(0.00000000000000000005 + 0.0000000000000005 AS decimal(38,20))`,
      '0.000000000000001',
    ],
    ['bigint', sql`CAST(7 AS bigint)`, '7.000000000000000'],
    ['text', sql`'0.1'`, '0.100000000000000'],
    ['text with an exponent', sql`'1.5E-7'`, '0.000000150000000'],
  ])('amounts as %s', async (_, cost, expected) => {
    const { ask } = await opened(await parquetOf(usual(MAY, cost)));
    expect(await ask('SELECT BilledCost, EffectiveCost FROM lines')).toEqual([[expected, expected]]);
  });

  it.each([
    ['timestamp', MAY],
    ['timestamp in milliseconds', sql`CAST(TIMESTAMP '2026-05-01' AS TIMESTAMP_MS)`],
    ['timestamp with time zone', sql`TIMESTAMPTZ '2026-05-01 02:00:00+02:00'`],
    ['date', sql`DATE '2026-05-01'`],
  ])('moments as %s', async (_, day) => {
    const { delivery, ask } = await opened(await parquetOf(usual(day, sql`1e0`)));
    expect(delivery.periods).toEqual([{ period: '2026-05', rows: 1 }]);
    expect(await ask('SELECT BillingPeriodStart, ChargePeriodStart FROM lines')).toEqual([
      ['2026-05-01 00:00:00', '2026-05-03 00:00:00'],
    ]);
  });

  it.each([
    ['map', sql`map(array['team'], array['a'])`],
    ['list of pairs', sql`[{'key': 'team', 'value': 'a'}]`],
    ['JSON text', sql`'{"team":"a"}'`],
  ])('tags as %s', async (_, tags) => {
    const { ask } = await opened(await parquetOf(usual(MAY, sql`1e0`, sql`, ${tags} AS Tags`)));
    expect(await ask('SELECT Tags FROM lines')).toEqual([['{"team":"a"}']]);
  });

  it('keeps pairs that hold more than key and value where everybody sees them', async () => {
    const labels = sql`, [{'key': 'team', 'value': 'a', 'inherited': true}] AS Tags`;
    const { ask } = await opened(await parquetOf(usual(MAY, sql`1e0`, labels)));
    expect(await ask(`SELECT map_keys(Tags) FROM lines`)).toEqual([['["x_Unread"]']]);
  });

  it('empty text is nothing, ids may be numbers', async () => {
    const { ask } = await opened(await parquetOf(usual(MAY, sql`1e0`, sql`, 42 AS SubAccountId`)));
    expect(await ask('SELECT InvoiceId, SubAccountId, BillingAccountId FROM lines')).toEqual([
      [null, '42', '012345678901'],
    ]);
  });

  it('NaN and infinities are rejected with file and row', async () => {
    const files = await parquetOf(
      sql`${usual(MAY, sql`1e0`)} UNION ALL ${usual(MAY, sql`CAST('NaN' AS double)`)}`,
    );
    const { delivery, ask } = await opened(files);
    expect(delivery.rejects).toMatchObject([{ file: files[0], line: 2, column: 'BilledCost', value: 'nan' }]);
    expect(await ask('SELECT count(*) FROM lines')).toEqual([[1]]);
  });

  it('files of several months and with other columns are one delivery; each month has its own lines', async () => {
    const files = await parquetOf(
      usual(MAY, sql`1e0`),
      usual(sql`TIMESTAMP '2026-06-01'`, sql`2e0`, sql`, 'x' AS ServiceName`),
      usual(sql`TIMESTAMP '2026-06-01'`, sql`4e0`),
    );
    const { delivery, engine } = await opened(files);
    expect(delivery.periods).toEqual([
      { period: '2026-06', rows: 2 },
      { period: '2026-05', rows: 1 },
    ]);
    const sums = await Promise.all(
      delivery.periods.map(({ period }) =>
        engine.rows(sql`SELECT sum(BilledCost) FROM (${delivery.lines(period, 's')}) AS l`),
      ),
    );
    expect(sums.flat(2)).toEqual(['6.000000000000000', '1.000000000000000']);
  });
});
