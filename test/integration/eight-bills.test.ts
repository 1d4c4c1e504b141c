import { fileURLToPath } from 'node:url';
import { expect, it } from 'vitest';
import { workplace } from './workplace.ts';

const bill = (name: string): string => fileURLToPath(new URL(`../fixtures/bills/${name}`, import.meta.url));

/** Totals as the bills' own README states them, by provider where a bill has several. */
const BILLS = [
  {
    file: 'focus10-multicloud-real.csv.gz',
    rows: 1000,
    currency: 'USD',
    billed: { AWS: '18.0066386184', Microsoft: '1.97651418586', Oracle: '0.53707392473' },
  },
  { file: 'cur-legacy-aws-real.csv.gz', rows: 1281, currency: 'USD', billed: { AWS: '1.6823086974' } },
  {
    file: 'cur2-aws-real-reshaped.snappy.parquet',
    rows: 1281,
    currency: 'USD',
    billed: { AWS: '1.6823086974' },
  },
  { file: 'focus12-aws-generated.csv.gz', rows: 3000, currency: 'USD', billed: { AWS: '73278.84304927132' } },
  {
    file: 'focus12-azure-generated.csv.gz',
    rows: 3000,
    currency: 'USD',
    billed: { 'Microsoft Azure': '133771.60484278584' },
  },
  {
    file: 'focus12-gcp-generated.csv.gz',
    rows: 3000,
    currency: 'USD',
    billed: { 'Google Cloud': '86543.827905606727' },
  },
  {
    file: 'focus13-aws-generated.csv.gz',
    rows: 3000,
    currency: 'USD',
    billed: { AWS: '54512.126801223088978' },
  },
  { file: 'azure-ea-actual-real.csv', rows: 27, currency: 'CAD', billed: { Microsoft: '1.26136926505726' } },
] as const;

const digits = (text: unknown): string => String(text).replace(/0+$/, '');

it.each(BILLS)('$file goes in to the last digit, and comes out of the lake so', async (known) => {
  const place = await workplace();
  const { deliveries, refused } = await place.ingest(bill(known.file));
  expect(refused).toEqual([]);
  const periods = deliveries.flatMap((delivery) => delivery.periods);
  expect(periods.reduce((sum, { lines }) => sum + lines.read, 0)).toBe(known.rows);
  const byProvider = (relation: string) =>
    place.ask(
      `SELECT ProviderName, BillingCurrency, sum(BilledCost) FROM ${relation} GROUP BY 1, 2 ORDER BY 1, 2`,
    );
  const expected = Object.entries(known.billed).map(([provider, amount]) => [
    provider,
    known.currency,
    amount,
  ]);
  for (const relation of ['cost_lines', 'daily_costs']) {
    const rows = await byProvider(relation);
    expect(rows.map(([provider, currency, amount]) => [provider, currency, digits(amount)])).toEqual(
      expected,
    );
  }
});

it('tells per month what was read and loaded, by charge category', async () => {
  const place = await workplace();
  const { deliveries } = await place.ingest(bill('focus12-aws-generated.csv.gz'));
  const [period] = deliveries[0]?.periods ?? [];
  expect(period?.lines).toEqual({ read: 3000, loaded: 3000, rejected: 0, dropped: 0, generated: 0 });
  expect(period?.totals.USD?.Purchase).toMatchObject({ BilledCost: '58254.118', EffectiveCost: '41349.67' });
  expect(period?.totals.USD?.Tax?.BilledCost).toBe('314.298648961545');
  expect(period?.totals.USD?.total).toMatchObject({
    BilledCost: '73278.84304927132',
    EffectiveCost: '73278.84304927132',
  });
});

it('keeps a stray line of another billing period as a part of its delivery', async () => {
  const place = await workplace();
  const { deliveries } = await place.ingest(bill('focus10-multicloud-real.csv.gz'));
  expect(
    deliveries[0]?.periods.map(({ billingPeriod, scope, lines }) => [billingPeriod, scope, lines.loaded]),
  ).toEqual([
    ['2024-09', 'month', 999],
    ['2024-10', 'part', 1],
  ]);
});
