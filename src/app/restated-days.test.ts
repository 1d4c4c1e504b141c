import { cp, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type DailyLake, dailyLake } from '../../test/support/daily-lake.ts';
import { openDuckDb } from '../adapters/duckdb/duckdb-engine.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { known } from '../core/errors/invariant.ts';
import { ouBreakdownCsvKey, ouBreakdownKey } from '../lake/keys.ts';
import { openLake } from '../lake/lake.ts';
import { entriesOf, readLedger } from '../lake/ledger.ts';
import { pinHistory } from '../lake/pin-history.ts';
import type { Engine } from '../ports/engine.ts';
import { CSV_HEADER } from '../sql/breakdown-csv.ts';
import { sql } from '../sql/sql.ts';

let engine: Engine;
beforeAll(async () => {
  engine = await openDuckDb({ memoryLimit: '1GB', threads: 2 });
});
afterAll(() => engine.close());

const DAYS = ['16', '17'].map((day) => billingDate(`2026-11-${day}`));

/** Per day: what the Parquet holds more than the CSV, and what commits after the CSV's lake version say that it must. */
async function differences({ store }: DailyLake) {
  const lake = await openLake(store);
  const ledger = await readLedger(store);
  const found: Record<string, readonly unknown[]> = {};
  for (const day of DAYS) {
    const first = known(
      entriesOf(ledger, 'archive.planned').find(({ days }) => days.some(({ date }) => date === day)),
      'a plan',
    );
    await pinHistory(engine, lake, await lake.head(), { since: first.lakeVersion });
    await engine.scan('csv_now', {
      format: 'csv',
      files: [store.uri(ouBreakdownCsvKey(day))],
      columns: CSV_HEADER.trim().split(','),
      delimiter: ',',
      compression: 'none',
    });
    await engine.scan('parquet_now', { format: 'parquet', files: [store.uri(ouBreakdownKey(day))] });
    const rows = (signed: ReturnType<typeof sql>, told: ReturnType<typeof sql>) => sql`
      SELECT OU, Service, LinkedAccount, sum(Cost)
      FROM (${signed} UNION ALL ${told}) both_sides
      GROUP BY OU, Service, LinkedAccount
      HAVING sum(Cost) <> 0
      ORDER BY OU, Service, LinkedAccount`;
    const now = sql`SELECT OU, Service, LinkedAccount, DailyCost AS Cost FROM parquet_now`;
    const then = sql`SELECT OU, Service, LinkedAccount, 0 - CAST(DailyCost AS decimal(38,15)) AS Cost FROM csv_now`;
    const restated = sql`SELECT OU, Service, LinkedAccount, After - Before AS Cost FROM restatements
      WHERE Metric = 'DailyCost' AND BillingDate = CAST(${day} AS DATE)`;
    const arrived = sql`SELECT x_OU AS OU, x_ServiceCode AS Service, SubAccountId AS LinkedAccount, DailyCost AS Cost
      FROM arrivals WHERE New AND Counted AND BillingDate = CAST(${day} AS DATE)`;
    found[day] = [await engine.rows(rows(now, then)), await engine.rows(rows(restated, arrived))];
  }
  return found;
}

describe('a day that was archived and has changed since', () => {
  it('is written again by the next run; the CSV stays as it was mailed, and restatements tell the difference', async () => {
    const at = await dailyLake(engine);
    await at.deliver('2026-11-18T06:00:00Z', 'one', { 16: ['10', '5'], 17: ['20', '5'] });
    expect(await at.run('2026-11-18T07:00:00Z')).toMatchObject({ archived: DAYS, restated: [] });
    const csv = await Promise.all(DAYS.map((day) => at.store.get(ouBreakdownCsvKey(day))));

    await at.deliver('2026-11-19T05:00:00Z', 'one', { 16: ['10', '6.5'], 17: ['20', '5'], 18: ['1', '1'] });
    expect(await at.run('2026-11-19T07:00:00Z')).toMatchObject({ restated: ['2026-11-16'] });
    await at.deliver('2026-11-20T05:00:00Z', 'two', { 17: ['3'], 19: ['1'] });
    await at.deliver('2026-11-20T06:00:00Z', 'one', {
      16: ['10', '6'],
      17: ['20', '5'],
      18: ['1', '1'],
      19: ['1'],
    });
    expect(await at.run('2026-11-20T07:00:00Z')).toMatchObject({ restated: DAYS });

    expect(await Promise.all(DAYS.map((day) => at.store.get(ouBreakdownCsvKey(day))))).toEqual(csv);
    expect(await differences(at)).toEqual({
      '2026-11-16': Array(2).fill([['Unmapped', 'AWSLambda', 'one-1', '1.000000000000000']]),
      '2026-11-17': Array(2).fill([['Unmapped', 'AWSLambda', 'two-0', '3.000000000000000']]),
    });
    expect(await at.store.versions(ouBreakdownKey(billingDate('2026-11-16')))).toHaveLength(2);
    const plans = entriesOf(await readLedger(at.store), 'archive.planned').filter(
      ({ again }) => again !== undefined,
    );
    expect(plans.map(({ days, again }) => [days.map(({ date }) => date), again?.why, again?.what])).toEqual([
      [['2026-11-16'], 'restated', 'parquet'],
      [DAYS, 'restated', 'parquet'],
    ]);
    expect(await at.run('2026-11-20T08:00:00Z')).toMatchObject({ archived: [], restated: [] });
  });

  it('is found where an account moved to another OU: rows and sum stay, names change', async () => {
    const at = await dailyLake(engine);
    await at.deliver('2026-11-18T06:00:00Z', 'one', { 16: ['10'], 17: ['20'] });
    await at.run('2026-11-18T07:00:00Z');
    await at.accounts(
      '2026-11-18T08:00:00Z',
      'account_id,ou_path,valid_from,valid_to\none-0,Platform,2026-11-17,\n',
    );
    const report = await at.run('2026-11-19T07:00:00Z');
    expect(report.restated).toEqual(DAYS); // the first interval of an account holds from the beginning
    expect((await differences(at))['2026-11-17']).toEqual(
      Array(2).fill([
        ['Platform', 'AWSLambda', 'one-0', '20.000000000000000'],
        ['Unmapped', 'AWSLambda', 'one-0', '-20.000000000000000'],
      ]),
    );
  });

  it('is written once where the run was killed between the promise and the object', async () => {
    const at = await dailyLake(engine);
    await at.deliver('2026-11-18T06:00:00Z', 'one', { 16: ['10'], 17: ['20'] });
    await at.run('2026-11-18T07:00:00Z');
    await at.deliver('2026-11-19T05:00:00Z', 'one', { 16: ['11'], 17: ['20'], 18: ['1'] });
    await cp(join(at.folder, 'lake', 'ou-breakdowns'), join(at.folder, 'before'), { recursive: true });
    await at.run('2026-11-19T07:00:00Z');
    const written = await at.store.get(ouBreakdownKey(billingDate('2026-11-16')));
    // Everything after the promise is lost, as by a kill there.
    const entries = await readLedger(at.store);
    const promise = known(
      entries.entries.find((entry) => entry.kind === 'archive.planned' && entry.again),
      'a promise',
    );
    for (const { key } of (await at.store.list('ledger/entries/')).slice(promise.number))
      await at.store.discard(key);
    await rm(join(at.folder, 'lake', 'ou-breakdowns'), { recursive: true });
    await rm(join(at.folder, 'lake', '.spendlight'), { recursive: true, force: true });
    await cp(join(at.folder, 'before'), join(at.folder, 'lake', 'ou-breakdowns'), { recursive: true });
    expect(await at.store.get(ouBreakdownKey(billingDate('2026-11-16')))).not.toEqual(written);
    await at.run('2026-11-20T07:00:00Z');
    expect(await at.store.get(ouBreakdownKey(billingDate('2026-11-16')))).toEqual(written);
  });
});
