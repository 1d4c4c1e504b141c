import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { importAccounts, importRates } from '../../src/app/import-files.ts';
import { bill, type Charge, focusFile, focusManifest } from './bills.ts';
import { type Workplace, workplace } from './workplace.ts';

/** Short lines: `day OU Service account source currency metric before → after cause version`. */
async function restated(place: Workplace, metric = 'DailyCost'): Promise<string[]> {
  const rows = await place.ask(`
    SELECT BillingDate, OU, Service, LinkedAccount, Source, Currency, Before, After, Cause, LakeVersion
      FROM restatements WHERE Metric = '${metric}'
     ORDER BY LakeVersion, BillingDate, Source, OU, Service, LinkedAccount`);
  return rows.map(([day, ou, service, account, source, code, before, after, cause, version]) =>
    `${day} ${ou} ${service} ${account} ${source} ${code} ${short(before)} → ${short(after)} ${cause} v${version}`.trim(),
  );
}
const short = (amount: unknown): string => String(amount).replace(/\.?0+$/, '');

const file = async (name: string, text: string): Promise<string> => {
  const path = join(await mkdtemp(join(tmpdir(), 'spendlight-import-')), name);
  await writeFile(path, text);
  return path;
};

const executed = (day: string) => ({ executed: `2026-11-${day}T00:00:00Z` });
const on = (day: string, cost: string, more: Charge = {}): Charge => ({
  day: `2026-11-${day}`,
  cost,
  ...more,
});

describe('a newer delivery of a month', () => {
  it('is told day by day: what the lake held and is another amount now; a new day is no restatement', async () => {
    const place = await workplace();
    await place.ingest(await focusManifest([on('03', '10'), on('04', '20')], executed('05')));
    expect(await restated(place)).toEqual([]);
    await place.ingest(
      await focusManifest([on('03', '10'), on('04', '23.5'), on('05', '7')], executed('06')),
    );
    expect(await restated(place)).toEqual([
      '2026-11-04 Unmapped AmazonEC2 111111111111 org USD 20 → 23.5 delivery v2',
    ]);
    const arrivals = `SELECT LakeVersion, BillingDate, New, Counted, DailyCost FROM arrivals ORDER BY 1, 2`;
    expect((await place.ask(arrivals)).map((row) => row.join(' '))).toEqual([
      '1 2026-11-03 true true 10.000000000000000',
      '1 2026-11-04 true true 20.000000000000000',
      '2 2026-11-03 false true 10.000000000000000',
      '2 2026-11-04 false true 23.500000000000000',
      '2 2026-11-05 true true 7.000000000000000',
    ]);
    const [delivery] = await place.ask(
      `SELECT DISTINCT r.Delivery = a.Delivery, r.CommittedAt FROM restatements r JOIN arrivals a ON a.LakeVersion = r.LakeVersion`,
    );
    expect(delivery).toEqual([true, '2026-11-19 07:00:00']);
  });

  it('tells a day that is gone, an account that came, a service that went; all four metrics in the billing currency', async () => {
    const place = await workplace();
    const first = [on('03', '10'), on('04', '20'), on('04', '5', { service: 'AmazonS3' })];
    await place.ingest(await focusManifest(first, executed('05')));
    const second = [on('04', '20'), on('04', '30', { account: '222222222222' })];
    await place.ingestAs({ allow: { shrink: true } }, await focusManifest(second, executed('06')));
    for (const metric of ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost', 'DailyCost']) {
      expect(await restated(place, metric)).toEqual([
        '2026-11-03 Unmapped AmazonEC2 111111111111 org USD 10 → 0 delivery v2',
        '2026-11-04 Unmapped AmazonEC2 222222222222 org USD 0 → 30 delivery v2',
        '2026-11-04 Unmapped AmazonS3 111111111111 org USD 5 → 0 delivery v2',
      ]);
    }
  });

  it('folds changes below 0.005 into one row a day, so that sums tie', async () => {
    const place = await workplace();
    const services = ['A', 'B', 'C', 'D'];
    const charges = (cost: (i: number) => string) =>
      services.map((service, i) => on('03', cost(i), { service }));
    await place.ingest(
      await focusManifest(
        charges(() => '1'),
        executed('05'),
      ),
    );
    const after = ['1.004', '1.0049', '1.005', '0.998'];
    await place.ingest(
      await focusManifest(
        charges((i) => after[i] ?? ''),
        executed('06'),
      ),
    );
    expect(await restated(place)).toEqual([
      '2026-11-03 (changes below 0.005) (changes below 0.005)  org USD 3 → 3.0069 delivery v2',
      '2026-11-03 Unmapped C 111111111111 org USD 1 → 1.005 delivery v2',
    ]);
  });

  it('says nothing where small changes cancel, or nothing changed', async () => {
    const place = await workplace();
    const charges = (a: string, b: string) => [on('03', a, { service: 'A' }), on('03', b, { service: 'B' })];
    await place.ingest(await focusManifest(charges('1', '1'), executed('05')));
    await place.ingest(await focusManifest(charges('1.001', '0.999'), executed('06')));
    expect(await restated(place)).toEqual([]);
    expect(await place.store.list('restatements/')).toEqual([]);
  });
});

it('tells of the sum of a day where a part adds to it', async () => {
  const place = await workplace();
  const strays = [on('30', '2', { day: '2026-10-30' }), on('01', '1', { month: '2026-10' })];
  await place.ingest(
    await focusFile([...strays, on('01', '5'), on('02', '5'), on('03', '5')], 'bill.parquet'),
  );
  const months = await place.ask(`SELECT BillingPeriod, count(*) FROM daily_costs GROUP BY 1 ORDER BY 1`);
  expect(months).toEqual([
    ['2026-10', 2],
    ['2026-11', 3],
  ]);
  place.at('2026-11-20T00:00:00Z');
  const next = [...strays, on('01', '6'), on('02', '5'), on('03', '5'), on('04', '5')];
  await place.ingest(await focusFile(next, 'bill.parquet'));
  expect(await restated(place)).toEqual([
    '2026-11-01 Unmapped AmazonEC2 111111111111 bill USD 6 → 7 delivery v2',
  ]);
});

it('names precedence where another source takes an account month over, and where it gives it back', async () => {
  const place = await workplace();
  const both = [on('03', '10', { account: '1' }), on('03', '20', { account: '2' })];
  await place.ingestAs({ source: 'old' }, await focusFile(both));
  const better = bill('focus13-aws-generated.csv.gz');
  await place.ingest(better);
  expect(await restated(place)).toEqual([]);
  const other = await workplace();
  await other.ingest(bill('focus12-aws-generated.csv.gz'));
  await other.ingest(better);
  const sums = await other.ask(`
    SELECT Cause, Source, sum(Before) > 50000, sum(After), count(DISTINCT Delivery), min(LakeVersion)
      FROM restatements WHERE Metric = 'BilledCost' GROUP BY 1, 2`);
  expect(sums).toEqual([['precedence', 'focus12-aws-generated', true, '0.000000000000000', 1, 2]]);
  const news = await other.ask(
    `SELECT LakeVersion, New, Counted, sum(BilledCost) FROM arrivals GROUP BY 1, 2, 3 ORDER BY 1`,
  );
  expect(news.map((row) => row.slice(0, 3))).toEqual([
    [1, true, true],
    [2, true, true],
  ]);
  expect(await other.ask(`SELECT sum(BilledCost) FROM daily_costs`)).toEqual([news[1]?.slice(3)]);
});

it('counts what arrives excluded as known, and as restated by precedence once it counts', async () => {
  const place = await workplace();
  await place.ingest(bill('focus13-aws-generated.csv.gz'));
  await place.ingest(bill('focus12-aws-generated.csv.gz'));
  expect(await place.ask(`SELECT DISTINCT New, Counted FROM arrivals WHERE LakeVersion = 2`)).toEqual([
    [true, false],
  ]);
  expect(await restated(place)).toEqual([]);
});

it('tells of a new account map: what went from one OU to the other', async () => {
  const place = await workplace();
  await place.ingest(await focusManifest([on('03', '10'), on('04', '20')], executed('05')));
  const map =
    'account_id,ou_path,valid_from,valid_to\n111111111111,Platform,,2026-11-03\n111111111111,Commercial,2026-11-04,\n';
  await importAccounts(place, await file('accounts.csv', map));
  expect(await restated(place)).toEqual([
    '2026-11-03 Platform AmazonEC2 111111111111 org USD 0 → 10 accounts v2',
    '2026-11-03 Unmapped AmazonEC2 111111111111 org USD 10 → 0 accounts v2',
    '2026-11-04 Commercial AmazonEC2 111111111111 org USD 0 → 20 accounts v2',
    '2026-11-04 Unmapped AmazonEC2 111111111111 org USD 20 → 0 accounts v2',
  ]);
  expect(await place.ask(`SELECT DISTINCT Delivery FROM restatements`)).toEqual([[null]]);
});

it('tells of new rates in the reporting currency alone, two billing currencies added up', async () => {
  const place = await workplace();
  const charges = [on('03', '10', { currency: 'EUR' }), on('03', '20', { currency: 'CHF' }), on('03', '40')];
  await place.ingest(await focusManifest([...charges, on('04', '1')], executed('05')));
  await importRates(place, await file('rates.csv', 'currency,valid_from,rate\nEUR,,1.5\n'));
  await importRates(place, await file('rates.csv', 'currency,valid_from,rate\nEUR,,1.5\nCHF,,2\n'));
  expect(await restated(place)).toEqual([
    '2026-11-03 Unmapped AmazonEC2 111111111111 org USD 40 → 55 rates v2',
    '2026-11-03 Unmapped AmazonEC2 111111111111 org USD 55 → 95 rates v3',
  ]);
  expect(await restated(place, 'BilledCost')).toEqual([]);
});

it('computes the difference again for who lost the race of a commit', async () => {
  const place = await workplace();
  const other = await workplace(place.root);
  const charges = (cost: string) => [on('03', cost), on('04', '1')];
  await place.ingest(await focusManifest(charges('10'), executed('05')));
  const [first, second] = [
    await focusManifest(charges('20'), executed('06')),
    await focusManifest(charges('30'), executed('07')),
  ];
  await Promise.all([place.ingest(first), other.ingest(second)]);
  const told = await restated(place);
  const both = [
    '2026-11-03 Unmapped AmazonEC2 111111111111 org USD 10 → 20 delivery v2',
    '2026-11-03 Unmapped AmazonEC2 111111111111 org USD 20 → 30 delivery v3',
  ];
  // The older one may come too late, and is refused then.
  expect([both, ['2026-11-03 Unmapped AmazonEC2 111111111111 org USD 10 → 30 delivery v2']]).toContainEqual(
    told,
  );
  expect(await place.store.list('restatements/')).toHaveLength(told.length);
});
