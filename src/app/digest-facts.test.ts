import { describe, expect, it } from 'vitest';
import { type Charge, charge, costs, lineRelations } from '../../test/engine/charges.ts';
import { engines } from '../../test/engine/engines.ts';
import { rows, type TestTable } from '../../test/engine/rows.ts';
import { type SmallLakeOf, smallLake } from '../../test/engine/small-lake.ts';
import { billingDate, eachDay } from '../core/calendar/billing-date.ts';
import { known } from '../core/errors/invariant.ts';
import { currency, type Money, money, sum } from '../core/money/money.ts';
import type { DigestFacts } from '../delivery/digest/facts.ts';
import { digestFacts } from './digest-facts.ts';

const USD = currency('USD');
const usd = (text: string): Money => money(text, USD);
const NOW = Date.parse('2026-11-19T07:04:00Z');
const HEADLINE = billingDate('2026-11-17');

describe.each(engines)('the facts of a digest on $name', ({ open }) => {
  const facts = async (
    charges: readonly Charge[],
    {
      lake: of = {},
      accounts = rows`account_id`,
      verdicts = rows`BillingDate`,
      lines = rows`ChargePeriodStart`,
    }: {
      readonly lake?: SmallLakeOf;
      readonly accounts?: TestTable;
      readonly verdicts?: TestTable;
      readonly lines?: TestTable;
    } = {},
  ): Promise<DigestFacts> => {
    const engine = await open({
      daily_costs: costs(charges),
      account_map: accounts,
      verdicts,
      lines,
      fx_rates: rows`currency`,
    });
    await lineRelations(engine);
    const { lake, state } = await smallLake({ watermarks: { focus: '2026-11-18 17:00:00' }, ...of });
    return digestFacts({
      engine,
      lake,
      state,
      now: NOW,
      requiredTagKeys: ['Environment', 'CostCenter'],
      recipients: { group: 'FinOps', address: 'finops@example.com', setting: 'DIGEST_RECIPIENTS_FINOPS' },
      attachment: (day, count) => ({
        kind: 'csv',
        fileName: `${day}.csv`,
        rows: count,
        archiveKey: undefined,
        reason: undefined,
      }),
    });
  };
  /** 40 a day from 18 October to 18 November, 17:00. */
  const steady = [...eachDay({ from: billingDate('2026-10-18'), until: billingDate('2026-11-18') })].map(
    (day) => charge(day, '40'),
  );

  it('tells the day by usage alone, and what is on its charge date beside it', async () => {
    const { headline, top, movers } = await facts([
      ...steady,
      charge('2026-11-17', '25', { x_ServiceCode: 'AmazonEC2' }),
      charge('2026-11-17', '100', { x_ChargeKind: 'tax', ChargeCategory: 'Tax', x_SpansDays: 'true' }),
      charge('2026-11-17', '-3', {
        x_ChargeKind: 'credit',
        x_OU: 'Platform',
        SubAccountId: '111111111111',
        SubAccountName: null,
      }),
      charge('2026-11-10', '8', { x_ServiceCode: 'AWSGlue' }),
    ]);
    expect(headline).toEqual({
      date: HEADLINE,
      total: usd('162'),
      comparable: usd('65'),
      onChargeDate: usd('97'),
      usualWeekday: { mean: usd('42'), days: 4 }, // 40, and 8 once in four Tuesdays
      weekBefore: { date: billingDate('2026-11-10'), comparable: usd('48') },
      rows: 3,
    });
    expect(top?.rows.map((row) => [row.service, row.ou, row.account, row.amount, row.change])).toEqual([
      ['AmazonS3', 'Marketing', { id: '012345678901', name: 'app' }, usd('140'), usd('0')],
      ['AmazonEC2', 'Marketing', { id: '012345678901', name: 'app' }, usd('25'), usd('25')],
      ['AmazonS3', 'Platform', { id: '111111111111', name: undefined }, usd('-3'), usd('0')],
    ]);
    expect(top?.others).toEqual({ rows: 0, belowZero: 0, amount: usd('0'), change: usd('-2') }); // Glue is gone
    expect(top?.totalChange).toEqual(usd('23'));
    expect(movers?.rows.map((row) => [row.service, row.usual, row.change])).toEqual([
      ['AmazonEC2', usd('0'), usd('25')],
      ['AWSGlue', usd('2'), usd('-2')],
    ]);
    expect(movers?.total).toEqual(usd('23'));
  });

  it('tells the month: to date, run-rate, plan, lights and the scopes without a budget', async () => {
    const { month, lights, totalLight, withoutBudget, calendar, arriving, kinds } = await facts(
      [
        ...steady,
        charge('2026-11-18', '20', { LatestUsageEnd: '2026-11-18 17:00:00' }),
        charge('2026-10-01', '30', { BillingPeriod: '2026-10', x_ChargeKind: 'tax', x_SpansDays: 'true' }),
        charge('2026-11-17', '5', { x_ChargeKind: 'fee', x_ServiceCode: 'AWSSupport' }),
        charge('2026-11-18', '12', { x_ChargeKind: 'fee', x_ServiceCode: 'Marketplace' }),
        charge('2026-11-18', '99', { x_ChargeKind: 'fee', ChargeFrequency: 'One-Time' }),
        charge('2026-11-12', '10', { x_OU: 'Unmapped', SubAccountId: '222222222222' }),
      ],
      {
        lake: {
          budgets: [
            {
              scopeType: 'ou',
              scope: 'Marketing',
              period: '2026-11',
              amount: '1400',
              currency: 'USD',
              validFrom: undefined,
              ownerEmail: undefined,
            },
            {
              scopeType: 'ou',
              scope: 'Idle',
              period: '2026-Q4',
              amount: '92',
              currency: 'USD',
              validFrom: undefined,
              ownerEmail: undefined,
            },
          ],
        },
      },
    );
    // Marketing: 17 × 40 and a fee of 5 to date, 13 × 40 to come, a fee of 12 booked ahead, October's tax of 30 still due.
    expect(
      lights.map((light) => [light.ou, light.light, light.monthToDate, light.forecast, light.budget]),
    ).toEqual([
      ['Unmapped', 'unknown', usd('10'), undefined, undefined],
      ['Idle', 'unknown', usd('0'), undefined, usd('30')],
      ['Marketing', 'on plan', usd('685'), usd('1247'), usd('1400')],
    ]);
    expect(lights[0]?.reason).toBe('no budget: accounts in no OU');
    // Unmapped has 10 in the six days since Thursday the 12th: two Thursdays of 10 are to come, and two Wednesdays of 10 ÷ 6.
    expect(month).toMatchObject({
      toDate: usd('695'),
      budget: usd('1430'),
      forecast: usd('1280.333333333333334'),
      budgetFrom: 'ous',
      ouBudgets: usd('1430'),
      daysLeft: 13,
    });
    expect(totalLight?.monthToDate).toEqual(usd('695'));
    expect(withoutBudget).toEqual([
      {
        ou: 'Unmapped',
        monthToDate: usd('10'),
        accounts: [{ account: { id: '222222222222', name: 'app' }, amount: usd('10') }],
      },
    ]);
    expect(
      calendar
        .filter(({ state }) => state !== 'ahead')
        .map(({ date, state }) => [date.slice(8), state])
        .slice(-2),
    ).toEqual([
      ['17', 'complete'],
      ['18', 'arriving'],
    ]);
    expect(calendar[17]).toMatchObject({ usage: usd('20'), onChargeDate: usd('111') });
    expect(
      sum(
        calendar.map(({ plan }) => known(plan, 'plan')),
        USD,
      ),
    ).toEqual(usd('1430'));
    expect(arriving).toEqual([{ date: billingDate('2026-11-18'), soFar: usd('131'), linesUpTo: '17:00' }]);
    expect(kinds).toMatchObject({ usage: usd('690'), fees: usd('5'), tax: usd('0'), total: usd('695') });
  });

  it('tells spikes, tags, unmapped money, unknown and unconverted amounts, and the proof', async () => {
    const spike = (day: string, service: string, excess: number, kind = 'spike') => [
      day,
      'Marketing',
      service,
      '012345678901',
      'eu-west-1',
      kind,
      String(100 + excess),
      '100',
      '90',
      '110',
      '2026-11-16',
    ];
    const given = await facts(
      [
        ...steady,
        charge('2026-11-02', '5', { x_TagState: 'missing' }),
        charge('2026-11-02', '3', { x_TagState: 'incomplete' }),
        charge('2026-11-02', '2', { x_TagState: 'not_taggable', x_OU: 'Unmapped' }),
        charge('2026-10-10', '1', { x_OU: 'Unmapped' }),
        charge('2026-11-02', '7', { BillingCurrency: 'SEK', DailyCost: null, lines: '4' }),
        charge('2026-11-02', '0', {
          BilledCost: null,
          DailyCost: null,
          UnknownCost: '6',
          UnknownEffective: '0',
        }),
      ],
      {
        lake: {
          budgets: [
            {
              scopeType: 'ou',
              scope: 'Marketing',
              period: '2026-11',
              amount: '500',
              currency: 'USD',
              validFrom: undefined,
              ownerEmail: undefined,
            },
          ],
        },
        accounts: rows`
          account_id   | account_name | valid_from | valid_until
          012345678901 | old name     |            | 2026-11-10
          012345678901 | prod-media   | 2026-11-10 |
          333333333333 | idle         |            |`,
        verdicts: {
          columns: [
            'BillingDate',
            'x_OU',
            'x_ServiceCode',
            'SubAccountId',
            'RegionId',
            'x_CostClass',
            'Actual',
            'Expected',
            'ExpectedLow',
            'ExpectedHigh',
            'SpikeSince',
          ],
          rows: [
            ...Array.from({ length: 12 }, (_, i) =>
              spike('2026-11-17', `S${String(i).padStart(2, '0')}`, 20 + i),
            ),
            spike('2026-11-17', 'quiet', 500, 'normal'),
            spike('2026-11-16', 'yesterday', 500),
          ],
        },
        lines: rows`
          ChargePeriodStart   | BilledCost | BillingCurrency | ChargeCategory | ResourceId | Tags
          2026-11-17 10:00:00 | 40         | USD             | Usage          | i-1        | {"environment":"prod","cost_center":"c"}
          2026-11-02 10:00:00 | 5          | USD             | Usage          | i-2        | {"user:CostCenter":"c"}
          2026-11-02 11:00:00 | 3          | USD             | Usage          | i-2        | {"environment":"tbd","cost_center":"c"}`,
      },
    );
    expect(given.spikes).toMatchObject({
      rest: { count: 2, excess: usd('41') },
      excess: usd('306'),
      judged: 1,
    });
    expect(given.spikes?.rows.map(({ service }) => service)).toEqual([
      'S11',
      'S10',
      'S09',
      'S08',
      'S07',
      'S06',
      'S05',
      'S04',
      'S03',
      'S02',
    ]);
    expect(given.spikes?.rows[0]).toMatchObject({
      account: { name: 'prod-media' },
      region: 'eu-west-1',
      actual: usd('131'),
      low: usd('90'),
      since: '2026-11-16',
      days: 2,
    });
    // 17 × 40 + 5 + 3 + 2 = 690
    expect(given.tags).toMatchObject({
      compliant: usd('680'),
      missing: usd('5'),
      incomplete: usd('3'),
      notTaggable: usd('2'),
      variants: [{ key: 'CostCenter', spellings: ['CostCenter', 'cost_center'] }],
      missingKeys: ['Environment'],
      incompleteKeys: ['Environment'],
    });
    expect(given.tags?.score).toBeCloseTo(680 / 688, 12);
    expect(given.unmapped).toMatchObject({
      amount: usd('2'),
      accounts: 1,
      before: { share: 1, period: { from: '2026-10-01', until: '2026-10-18' } },
    });
    expect(given.withoutRate).toEqual([{ currency: 'SEK', amount: money('7', currency('SEK')), lines: 4 }]);
    expect(given.unknownLines).toBe(6);
    expect(given.amortised).toBeUndefined();
    expect(given.proof).toMatchObject({
      csvTotal: usd('40'),
      lakeTotal: usd('40'),
      csvRows: 1,
      accountsSeen: 1,
      accountsKnown: 2,
    });
    expect(given.trouble).toEqual([
      '4 lines in SEK have no rate and are in no figure; import one with "spendlight rates import".',
      '6 lines have no known cost; sums leave them out.',
    ]);
  });

  it('goes out without a figure, and says why, where nothing has come', async () => {
    expect(await facts([], { lake: { watermarks: {} } })).toMatchObject({
      headline: undefined,
      lights: [],
      trouble: ['The lake holds no cost lines yet: nothing has been brought in.'],
      attachment: { rows: 0 },
    });
  });

  it('names the source that is missing', async () => {
    const azure = [...eachDay({ from: billingDate('2026-10-18'), until: billingDate('2026-11-14') })].map(
      (day) => charge(day, '9', { x_SourceId: 'azure', x_OU: 'Data', SubAccountId: 'sub-1' }),
    );
    const given = await facts([...steady, ...azure], {
      lake: {
        watermarks: { focus: '2026-11-18 17:00:00', azure: '2026-11-14 03:00:00' },
        budgets: [
          {
            scopeType: 'ou',
            scope: 'Data',
            period: '2026-11',
            amount: '900',
            currency: 'USD',
            validFrom: undefined,
            ownerEmail: undefined,
          },
        ],
      },
    });
    expect(given).toMatchObject({ missingSources: ['azure'], headline: { date: HEADLINE } });
    expect(given.trouble[0]).toBe(
      'Source azure is missing: its usage ends 14 Nov 03:00 UTC, more than 48 h behind its usual arrival.',
    );
    expect(given.lights.find(({ ou }) => ou === 'Data')).toMatchObject({
      light: 'unknown',
      reason: '100.0 % of the usual cost has not arrived',
    });
  });
});
