import { describe, expect, it } from 'vitest';
import { bill, opened, openedOnce } from '../../test/support/deliveries.ts';
import { METRICS } from '../sql/schema.ts';
import { decimalText, unitsOf } from './decimal.ts';

/** As the bills' own README states them, added up there apart from this program. */
const BILLS = [
  [
    'focus10-multicloud-real.csv.gz',
    'focus-1.0',
    'USD',
    [
      ['Adjustment', 2, '0.272', '0'],
      ['Credit', 1, '-2.6137', '-3'],
      ['Usage', 997, '22.86192672899', '17.97651418586'],
    ],
  ],
  [
    'focus12-aws-generated.csv.gz',
    'focus-1.2',
    'USD',
    [
      ['Purchase', 629, '58254.118', '41349.67'],
      ['Tax', 147, '314.298648961545', '314.298648961545'],
      ['Usage', 2224, '14710.426400309775', '31614.874400309775'],
    ],
  ],
  [
    'focus12-azure-generated.csv.gz',
    'focus-1.2',
    'USD',
    [
      ['Purchase', 606, '70296.882', '37256.37'],
      ['Tax', 142, '1179.46146158136', '1179.46146158136'],
      ['Usage', 2252, '62295.26138120448', '95335.77338120448'],
    ],
  ],
  [
    'focus12-gcp-generated.csv.gz',
    'focus-1.2',
    'USD',
    [
      ['Purchase', 634, '64513.426', '40202.61'],
      ['Tax', 140, '484.695783697482', '484.695783697482'],
      ['Usage', 2226, '21545.706121909245', '45856.522121909245'],
    ],
  ],
  [
    'focus13-aws-generated.csv.gz',
    'focus-1.3',
    'USD',
    [
      ['Purchase', 470, '41967.666', '29289.33'],
      ['Tax', 133, '105.217523937586788', '105.217523937586788'],
      ['Usage', 2397, '12439.24327728550219', '25117.57927728550219'],
    ],
  ],
  [
    'cur-legacy-aws-real.csv.gz',
    'cur-legacy',
    'USD',
    [
      ['Tax', 12, '0.08', '0.08'],
      ['Usage', 1269, '1.6023086974', '1.6023086974'],
    ],
  ],
  [
    'cur2-aws-real-reshaped.snappy.parquet',
    'cur2',
    'USD',
    [
      ['Tax', 12, '0.08', '0.08'],
      ['Usage', 1269, '1.6023086974', '1.6023086974'],
    ],
  ],
  ['azure-ea-actual-real.csv', 'azure-ea', 'CAD', [['Usage', 27, '1.26136926505726', '1.26136926505726']]],
] as const;

describe.each(BILLS)('%s', (file, format, currency, categories) => {
  const place = openedOnce([bill(file)]);

  it('has its published totals, to the last digit', async () => {
    const { delivery, ask } = place();
    expect([delivery.format, delivery.rejectedRows]).toEqual([format, 0]);
    const rows = await ask(
      `SELECT ChargeCategory, count(*), sum(BilledCost), sum(EffectiveCost) FROM lines GROUP BY 1 ORDER BY 1`,
    );
    expect(rows).toEqual(
      categories.map(([category, lines, billed, effective]) => [
        category,
        lines,
        exact(billed),
        exact(effective),
      ]),
    );
    expect(await ask('SELECT DISTINCT BillingCurrency FROM lines')).toEqual([[currency]]);
  });

  it('loads what was read, less what was dropped, plus what was generated, by every line item type and metric', async () => {
    const { delivery, ask } = place();
    const loaded = await ask(`
      SELECT strftime(BillingPeriodStart, '%Y-%m'), BillingCurrency, x_LineItemType, ChargeCategory, count(*),
        sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost)
      FROM lines GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4`);
    const told = (await delivery.sourceTotals()).filter(({ metric }) => metric === 'BilledCost');
    expect(loaded.map((row) => row.slice(0, 5))).toEqual(
      [...told]
        .sort((a, b) => (a.period + a.lineItemType < b.period + b.lineItemType ? -1 : 1))
        .map(({ period, currency: code, lineItemType, chargeCategory, rows }) => [
          period,
          code,
          lineItemType,
          chargeCategory,
          rows.read - rows.rejected - rows.dropped + rows.generated,
        ]),
    );
    for (const total of await delivery.sourceTotals()) {
      const at = METRICS.indexOf(total.metric) + 5;
      const group = loaded.find(
        (row) => row[0] === total.period && row[2] === total.lineItemType && row[3] === total.chargeCategory,
      );
      const { read, rejected, dropped, generated } = total.amount;
      expect(unitsOf(group?.[at], 15)).toBe(
        unitsOf(read, 15) - unitsOf(rejected, 15) - unitsOf(dropped, 15) + unitsOf(generated, 15),
      );
    }
  });
});

const exact = (text: string): string => decimalText(unitsOf(text, 15), 15);

describe('FOCUS 1.0 of three clouds', () => {
  const multicloud = openedOnce([bill('focus10-multicloud-real.csv.gz')]);

  it('keeps the totals of each provider apart', async () => {
    const { ask } = multicloud();
    expect(
      await ask('SELECT ProviderName, count(*), sum(BilledCost) FROM lines GROUP BY 1 ORDER BY 1'),
    ).toEqual([
      ['AWS', 942, exact('18.0066386184')],
      ['Microsoft', 51, exact('1.97651418586')],
      ['Oracle', 7, exact('0.53707392473')],
    ]);
  });

  it('takes the word NULL and empty text for nothing', async () => {
    const { ask } = multicloud();
    expect(
      await ask(
        `SELECT count(*) FROM lines WHERE ResourceName IN ('NULL', '') OR PricingCategory IN ('NULL', '') OR ChargeClass = 'NULL'`,
      ),
    ).toEqual([[0]]);
    expect(
      await ask(`SELECT count(*) FROM lines WHERE ProviderName = 'Oracle' AND PricingCategory IS NULL`),
    ).toEqual([[7]]);
  });

  it('leaves a metric unknown that Oracle does not give, and says so', async () => {
    const { ask } = multicloud();
    const rows = await ask(
      `SELECT count(*), count(ContractedCost), count(x_ContractedCostSource), count(BilledCost) FROM lines WHERE ProviderName = 'Oracle'`,
    );
    expect(rows).toEqual([[7, 0, 0, 7]]);
  });

  it('puts a charge of 30 September into the billing period that its row names', async () => {
    const { delivery, ask } = multicloud();
    expect(delivery.periods).toEqual([
      { period: '2024-09', rows: 999 },
      { period: '2024-10', rows: 1 },
    ]);
    expect(
      await ask(`SELECT ChargePeriodStart FROM lines WHERE BillingPeriodStart = TIMESTAMP '2024-10-01'`),
    ).toEqual([['2024-09-30 22:00:00']]);
  });

  it('reads date-times without T and zone, ids of 11 digits, flat JSON tags, numbers where a zone should be', async () => {
    const { ask } = multicloud();
    expect(await ask('SELECT min(ChargePeriodStart), max(ChargePeriodEnd) FROM lines')).toEqual([
      ['2024-09-01 00:00:00', '2024-10-01 00:00:00'],
    ]);
    expect(
      await ask(
        `SELECT count(DISTINCT SubAccountId), min(length(SubAccountId)), max(length(SubAccountId)) FROM lines WHERE ProviderName = 'AWS'`,
      ),
    ).toEqual([[66, 11, 11]]);
    expect(
      await ask(
        `SELECT count(Tags), count(*) - count(Tags), count(CASE WHEN Tags['x_Unread'] IS NOT NULL THEN 1 END) FROM lines`,
      ),
    ).toEqual([[711, 289, 0]]);
    expect(
      await ask(
        `SELECT count(*) > 0 FROM lines WHERE ProviderName = 'Microsoft' AND AvailabilityZone = '0.05'`,
      ),
    ).toEqual([[true]]);
  });

  it('names the one column that is not FOCUS', async () => {
    const { delivery } = multicloud();
    expect(delivery.unknownColumns).toEqual(['Id']);
  });
});

describe('CUR', () => {
  const legacy = openedOnce([bill('cur-legacy-aws-real.csv.gz')]);
  const cur2 = openedOnce([bill('cur2-aws-real-reshaped.snappy.parquet')]);
  const shapes = [
    ['legacy', legacy],
    ['2.0', cur2],
  ] as const;

  it.each(shapes)('%s: service from the product code, transfer stays with its service', async (_, place) => {
    const { ask } = place();
    expect(
      await ask(
        `SELECT x_ServiceCode, ServiceName, ServiceCategory, count(*) FROM lines WHERE x_ServiceCode IN ('AmazonS3', 'AWSCloudShell', 'awskms') GROUP BY 1, 2, 3 ORDER BY 1`,
      ),
    ).toEqual([
      ['AWSCloudShell', 'AWS CloudShell', 'Developer Tools', 16],
      ['AmazonS3', 'Amazon Simple Storage Service', 'Storage', 799],
      ['awskms', 'AWS Key Management Service', 'Security', 52],
    ]);
  });

  it.each(shapes)(
    '%s: taxes span the month and are marked, list cost counts the free tier',
    async (_, place) => {
      const { ask } = place();
      expect(
        await ask('SELECT ChargeCategory, x_SpansDays, count(*) FROM lines GROUP BY 1, 2 ORDER BY 1'),
      ).toEqual([
        ['Tax', true, 12],
        ['Usage', false, 1269],
      ]);
      expect(
        await ask(
          `SELECT sum(ListCost), count(InvoiceId), min(SubAccountId) FROM lines WHERE ChargeCategory = 'Usage'`,
        ),
      ).toEqual([[exact('3.3561726949'), 0, '123412340534']]);
    },
  );

  it('is the same bill in both shapes, line by line', async () => {
    const columns =
      'ChargePeriodStart, ChargePeriodEnd, x_ServiceCode, SkuMeter, x_Operation, RegionId, BilledCost, ListCost, PricingQuantity, ChargeCategory, ServiceName, PricingUnit';
    const of = (one: typeof legacy) => one().ask(`SELECT ${columns} FROM lines ORDER BY ALL`);
    expect(await of(legacy)).toEqual(await of(cur2));
  });

  it('a bill of connectors without one cost is refused: it would become a month that cost nothing', async () => {
    await expect(opened([bill('cur2-fivetran-seed.csv')])).rejects.toMatchObject({
      code: 'FORMAT_NOT_COSTS',
      place: { file: bill('cur2-fivetran-seed.csv') },
    });
  });
});

describe('Azure EA', () => {
  const azure = openedOnce([bill('azure-ea-actual-real.csv')]);

  it('reads American dates, ends that are inclusive, tags without braces and Spot', async () => {
    const { ask } = azure();
    expect(
      await ask(
        'SELECT DISTINCT BillingPeriodStart, BillingPeriodEnd, ChargePeriodStart, ChargePeriodEnd FROM lines',
      ),
    ).toEqual([['2023-09-01 00:00:00', '2023-10-01 00:00:00', '2023-09-02 00:00:00', '2023-09-03 00:00:00']]);
    expect(await ask(`SELECT DISTINCT Tags['tagB'] FROM lines WHERE Tags IS NOT NULL`)).toEqual([['valueB']]);
    expect(await ask('SELECT PricingCategory, count(*) FROM lines GROUP BY 1 ORDER BY 1')).toEqual([
      ['Dynamic', 3],
      ['Standard', 24],
    ]);
  });

  it('marks that BilledCost stands for EffectiveCost, and leaves the other metrics unknown', async () => {
    const { ask } = azure();
    expect(
      await ask(
        'SELECT x_EffectiveCostSource, count(*), count(ListCost), count(ContractedCost) FROM lines GROUP BY 1',
      ),
    ).toEqual([['billed', 27, 0, 0]]);
  });
});

it('tells what the Contract Commitment data set of FOCUS is, instead of loading it', async () => {
  await expect(opened([bill('focus13-aws-contract-commitment-generated.csv.gz')])).rejects.toMatchObject({
    code: 'FORMAT_NOT_COSTS',
  });
});

it('commitments of the generated bills add up: effective cost of what they cover and what stays unused is what they cost', async () => {
  const { ask } = await opened([bill('focus12-aws-generated.csv.gz')]);
  const rows = await ask(`
    SELECT count(*) FROM (
      SELECT CommitmentDiscountId, sum(CASE WHEN ChargeCategory = 'Usage' THEN EffectiveCost ELSE 0 END) AS used,
        sum(CASE WHEN ChargeCategory = 'Purchase' THEN BilledCost - EffectiveCost ELSE 0 END) AS bought
      FROM lines WHERE CommitmentDiscountId IS NOT NULL GROUP BY 1) AS c WHERE used <> bought`);
  expect(rows).toEqual([[0]]);
});
