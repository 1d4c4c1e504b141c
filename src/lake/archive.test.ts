import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { beforeEach, describe, expect, it, onTestFinished } from 'vitest';
import { engines } from '../../test/engine/engines.ts';
import { rows } from '../../test/engine/rows.ts';
import { stoppedClock } from '../adapters/clock/clock.ts';
import { diskStore } from '../adapters/disk/disk-store.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { sql } from '../sql/sql.ts';
import { byMonth, csvOf, daysInLedger, owedDays, writeDays } from './archive.ts';
import { ouBreakdownCsvKey, ouBreakdownKey } from './keys.ts';
import { appendToLedger, readLedger } from './ledger.ts';
import { sha256Of } from './sha256.ts';

const days = ['2025-09-14', '2025-09-15', '2025-09-16'].map(billingDate);
const clock = stoppedClock(0);
const COSTS = rows`
  BillingDate | x_OU      | x_ServiceCode | ServiceName | SubAccountId | DailyCost
  2025-09-14  | Marketing | AmazonS3      | S3          | 012345678901 | 0.1
  2025-09-14  | Marketing | AmazonS3      | S3          | 012345678901 | 0.2
  2025-09-14  | =cmd()    | AmazonEC2     | EC2         | 012345678901 | 2
  2025-09-16  | Marketing | AmazonS3      | S3          | 012345678901 | -7`;

let [store, folder]: [ObjectStore, string] = [diskStore('.'), ''];
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'archive-'));
  store = diskStore(join(folder, 'lake'));
  onTestFinished(() => rm(folder, { recursive: true }));
});

describe.each(engines)('archive on $name', ({ open }) => {
  it('writes each day as CSV and as Parquet of the same rows, an empty day too', async () => {
    const engine = await open({ daily_costs: COSTS });
    const csv = await csvOf(engine, days);
    expect(csv.map(({ date, rows: count, total }) => [date, count, total])).toEqual([
      ['2025-09-14', 2, '2.300000000000000'],
      ['2025-09-15', 0, '0.000000000000000'],
      ['2025-09-16', 1, '-7.000000000000000'],
    ]);
    const parquet = await writeDays({ engine, store, folder }, csv);
    const text = async (day: number) =>
      new TextDecoder().decode(await store.get(ouBreakdownCsvKey(billingDate(`2025-09-${day}`))));
    expect(await text(14)).toBe(
      'BillingDate,OU,Service,LinkedAccount,DailyCost\n' +
        "2025-09-14,'=cmd(),AmazonEC2,012345678901,2.00\n2025-09-14,Marketing,AmazonS3,012345678901,0.30\n",
    );
    expect(await text(15)).toBe('BillingDate,OU,Service,LinkedAccount,DailyCost\n');
    expect(parquet.map(({ date }) => date)).toEqual(days);
    const columns = await engine.scan('archived', {
      format: 'parquet',
      files: [store.uri(ouBreakdownKey(billingDate('2025-09-14')))],
    });
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      'BillingDate date',
      'OU varchar',
      'Service varchar',
      'LinkedAccount varchar',
      'DailyCost decimal(38,15)',
    ]);
    expect(await engine.rows(sql`SELECT OU, DailyCost FROM archived`)).toEqual([
      ['=cmd()', '2.000000000000000'],
      ['Marketing', '0.300000000000000'],
    ]);
  });

  it('leaves what is archived as it is, and refuses to go on beside a foreign CSV', async () => {
    const engine = await open({ daily_costs: COSTS });
    const csv = await csvOf(engine, days);
    const first = await writeDays({ engine, store, folder }, csv);
    expect(await writeDays({ engine, store, folder }, csv)).toEqual(first);
    const foreign = csv.map((day) => ({ ...day, bytes: new TextEncoder().encode('other') }));
    await expect(writeDays({ engine, store, folder }, foreign)).rejects.toMatchObject({
      code: 'LAKE_DAMAGED',
    });
  });

  it('writes a day again as a new version: all of it, or of a restated day the Parquet alone', async () => {
    const day = days.slice(0, 1);
    const before = await open({ daily_costs: COSTS });
    const mailed = await csvOf(before, day);
    await writeDays({ engine: before, store, folder }, mailed);
    const now = await open({
      daily_costs: rows`
      BillingDate | x_OU      | x_ServiceCode | ServiceName | SubAccountId | DailyCost
      2025-09-14  | Marketing | AmazonS3      | S3          | 012345678901 | 5`,
    });
    const csv = await csvOf(now, day);
    const again = { why: 'restated', run: 'r-1', what: 'parquet' } as const;
    const [written] = await writeDays({ engine: now, store, folder }, csv, again);
    const [csvKey, parquetKey] = [
      ouBreakdownCsvKey(billingDate('2025-09-14')),
      ouBreakdownKey(billingDate('2025-09-14')),
    ];
    const hash = async (key: string) => sha256Of((await store.get(key)) ?? new Uint8Array());
    expect(await hash(csvKey)).toBe(mailed[0]?.csv);
    expect(await hash(parquetKey)).toBe(written?.sha256);
    expect(await store.versions(parquetKey)).toHaveLength(1);
    const all = { why: 'backfill', run: 'r-2', what: 'csv and parquet' } as const;
    // Twice: a backfill that was killed is finished by the next run.
    for (let times = 0; times < 2; times++) await writeDays({ engine: now, store, folder }, csv, all);
    expect(await hash(csvKey)).toBe(csv[0]?.csv);
    const earlier = await store.versions(csvKey);
    expect(await Promise.all(earlier.map(async (one) => sha256Of(await one.read())))).toEqual([
      mailed[0]?.csv,
    ]);
    expect(await earlier[0]?.hash()).toMatchObject({ sha256: mailed[0]?.csv });
  });
});

describe('what is owed', () => {
  it('is what was planned and not written', async () => {
    const plan = (date: string) =>
      appendToLedger(store, clock, () => ({
        kind: 'archive.planned',
        lakeVersion: 1,
        versions: { accounts: 0, budgets: 0, rates: 0, rules: 1 },
        deliveries: [],
        days: [{ date: billingDate(date), rows: 0, total: '0', csv: sha256Of(new Uint8Array()) }],
      }));
    await plan('2025-09-14');
    await plan('2025-09-15');
    await appendToLedger(store, clock, () => ({
      kind: 'archive.written',
      planned: 1,
      parquet: [],
    }));
    const ledger = await readLedger(store);
    expect([...daysInLedger(ledger)]).toEqual(['2025-09-14', '2025-09-15']);
    expect(owedDays(ledger).flatMap((plan) => plan.days.map(({ date }) => date))).toEqual(['2025-09-15']);
  });

  it('is worked off month by month, in order', () => {
    const mixed = ['2025-10-01', '2025-09-30', '2025-09-02'].map(billingDate);
    expect(byMonth(mixed)).toEqual([['2025-09-02', '2025-09-30'], ['2025-10-01']]);
  });
});
