import { describe, expect, it } from 'vitest';
import { engines } from '../../test/engine/engines.ts';
import { rows } from '../../test/engine/rows.ts';
import { builtInTags } from '../core/rules/rules.ts';
import type { Engine } from '../ports/engine.ts';
import { type RollupOf, rollup } from './rollup.ts';
import { DAILY_COST_COLUMNS } from './schema.ts';
import { joined, name, sql } from './sql.ts';

const OF: RollupOf = {
  lines: 'lines',
  sourceId: 'focus-main',
  costMetric: 'BilledCost',
  reportingCurrency: 'USD',
  ouLevel: 1,
  tagRules: builtInTags({ requiredTagKeys: ['Environment', 'CostCenter'] }),
};
const accounts = rows`
  account_id   | ou_path              | valid_from | valid_until | tags
  012345678901 | Commercial/Marketing |            | 2026-11-02  | {"team":"Growth"}
  012345678901 | Platform             | 2026-11-02 |             |
  111111111111 | Root                 |            |             |`;
const rates = rows`
  currency | valid_from | valid_until | rate
  EUR      | 2026-11-01 | 2026-11-02  | 1.1
  EUR      | 2026-11-02 |             | 1.2`;
const services = rows`
  spelling                             | code
  amazonec2                            | AmazonEC2
  amazon elastic compute cloud         | AmazonEC2`;

const one = (engine: Engine, columns: readonly string[], of: Partial<RollupOf> = {}) =>
  engine.rows(
    sql`SELECT ${joined(columns.map((column) => name(column)))} FROM (${rollup({ ...OF, ...of })}) ORDER BY BillingDate, SubAccountId, BilledCost`,
  );

describe.each(engines)('rollup on $name', ({ open }) => {
  const opened = (lines: ReturnType<typeof rows>) =>
    open({ lines, account_map: accounts, fx_rates: rates, service_names: services });

  it('has exactly the columns of daily-costs, in order', async () => {
    const engine = await opened(rows`
      SubAccountId | ChargePeriodStart   | BillingPeriodStart  | BilledCost | BillingCurrency
      012345678901 | 2026-11-01 00:00:00 | 2026-11-01 00:00:00 | 1          | USD`);
    const { columns } = await engine.table(rollup(OF));
    expect(columns).toEqual(DAILY_COST_COLUMNS);
  });

  it('adds what floats cannot, converts once a row, leaves all-zero lines out and amounts without a rate unknown', async () => {
    const engine = await opened(rows`
      SubAccountId | ChargePeriodStart   | BilledCost        | EffectiveCost | ListCost | ContractedCost | BillingCurrency
      012345678901 | 2026-11-01 10:00:00 | 0.1               | 0             | 0        | 0              | USD
      012345678901 | 2026-11-01 11:00:00 | 0.2               | 0             | 0        |                | USD
      012345678901 | 2026-11-01 12:00:00 | 0                 | 0             | 0        | 0              | USD
      012345678901 | 2026-11-02 00:00:00 | 0.000000000000001 | 0             | 0        | 0              | EUR
      012345678901 | 2026-11-03 00:00:00 | -0.0000000000000025 | 0           | 0        | 0              | EUR
      012345678901 | 2026-11-04 00:00:00 | 7                 | 0             | 0        | 0              | SEK
      012345678901 | 2026-11-05 00:00:00 |                   | 3             | 3        | 3              | USD`);
    expect(await one(engine, ['BillingDate', 'BilledCost', 'DailyCost', 'lines', 'UnknownCost'])).toEqual([
      ['2026-11-01', '0.300000000000000', '0.300000000000000', 2, 0],
      ['2026-11-02', '0.000000000000001', '0.000000000000001', 1, 0],
      // −0.0000000000000025 came in as −0.000000000000003; × 1.2 = −0.0000000000000036
      ['2026-11-03', '-0.000000000000003', '-0.000000000000004', 1, 0],
      ['2026-11-04', '7.000000000000000', null, 1, 0],
      ['2026-11-05', null, null, 1, 1],
    ]);
  });

  it('keeps a line whose metric is unknown, and counts it, where the others are zero', async () => {
    const engine = await opened(rows`
      SubAccountId | ChargePeriodStart   | BilledCost | EffectiveCost | ListCost | ContractedCost | BillingCurrency
      1            | 2026-11-01 10:00:00 | 0          | 0             | 0        |                | USD
      2            | 2026-11-01 10:00:00 |            | 0             | 0        | 0              | USD
      3            | 2026-11-01 10:00:00 | 0          |               | 0        | 0              | USD`);
    expect(await one(engine, ['SubAccountId', 'UnknownCost', 'UnknownEffective', 'lines'])).toEqual([
      ['1', 0, 0, 1],
      ['2', 1, 0, 1],
      ['3', 0, 1, 1],
    ]);
  });

  it('rounds a half away from zero when it converts', async () => {
    const engine = await open({
      lines: rows`
        SubAccountId | ChargePeriodStart   | BilledCost         | BillingCurrency
        1            | 2026-11-01 10:00:00 | 0.000000000000001  | X
        2            | 2026-11-01 10:00:00 | -0.000000000000003 | X`,
      account_map: rows`account_id`,
      fx_rates: rows`
        currency | rate
        X        | 0.5`,
      service_names: rows`spelling`,
    });
    expect((await one(engine, ['DailyCost'])).flat()).toEqual(['0.000000000000001', '-0.000000000000002']);
  });

  it('puts each day into the OU that the account was in then, Root and Unmapped never dropped', async () => {
    const engine = await opened(rows`
      SubAccountId | BillingAccountId | ChargePeriodStart   | BilledCost | BillingCurrency
      012345678901 | 111111111111     | 2026-11-01 23:59:59 | 1          | USD
      012345678901 | 111111111111     | 2026-11-02 00:00:00 | 1          | USD
      111111111111 | 111111111111     | 2026-11-03 00:00:00 | 1          | USD
      999999999999 | 111111111111     | 2026-11-04 00:00:00 | 1          | USD
                   | 111111111111     | 2026-11-05 00:00:00 | 1          | USD`);
    expect(await one(engine, ['x_OU', 'x_Team'])).toEqual([
      ['Commercial', 'Growth'],
      ['Platform', null],
      ['Root', null],
      ['Unmapped', null],
      ['Root', null],
    ]);
    expect((await one(engine, ['x_OU'], { ouLevel: 2 })).flat().slice(0, 3)).toEqual([
      'Commercial/Marketing',
      'Platform',
      'Root',
    ]);
  });

  it.each([
    ['AmazonEC2', 'Amazon Elastic Compute Cloud', 'AmazonEC2'],
    ['amazonec2', '', 'AmazonEC2'],
    ['AWSDataTransfer', 'Amazon Elastic Compute Cloud', 'AmazonEC2'],
    ['AWSDataTransfer', '', 'AWSDataTransfer'],
    ['AWSBrandNew', 'Amazon Elastic Compute Cloud', 'AWSBrandNew'],
    ['', 'Virtual Machines', 'Virtual Machines'],
    ['', '', 'Unknown'],
  ])('names the service of code "%s" and name "%s" %s', async (code, given, expected) => {
    const engine = await opened(rows`
      ChargePeriodStart   | BilledCost | BillingCurrency | x_ServiceCode | ServiceName
      2026-11-01 00:00:00 | 1          | USD             | ${code}       | ${given}`);
    expect((await one(engine, ['x_ServiceCode'])).flat()).toEqual([expected]);
  });

  it.each([
    ['Usage', '', 'Usage', 'usage'],
    ['Adjustment', '', '', 'usage'],
    ['Purchase', '', 'RIFee', 'fee'],
    ['Tax', '', 'Tax', 'tax'],
    ['Credit', '', 'Credit', 'credit'],
    ['Usage', '', 'Refund', 'refund'],
    ['Tax', 'Correction', 'Tax', 'refund'],
  ])('tells a %s of class "%s" and type "%s" as %s', async (category, chargeClass, type, kind) => {
    const engine = await opened(rows`
      ChargePeriodStart   | BilledCost | BillingCurrency | ChargeCategory | ChargeClass    | x_LineItemType
      2026-11-01 00:00:00 | 1          | USD             | ${category}    | ${chargeClass} | ${type}`);
    expect((await one(engine, ['x_ChargeKind'])).flat()).toEqual([kind]);
  });

  it.each([
    ['{"Environment":"prod","CostCenter":"c1"}', 'i-1', 'compliant'],
    ['{"user_environment":"prod","user_cost_center":"c1"}', 'i-1', 'compliant'],
    ['{"user:ENVIRONMENT":"prod","resourceTags/user:cost-center":"c1"}', 'i-1', 'compliant'],
    ['{"environment":"prod"}', 'i-1', 'missing'],
    ['{"environment":"","team":"x"}', 'i-1', 'missing'],
    ['{"environment":"","CostCenter":"c1"}', 'i-1', 'incomplete'],
    ['{"environment":" TBD ","CostCenter":"c1"}', 'i-1', 'incomplete'],
    ['{"environment":"prod","CostCenter":null}', 'i-1', 'incomplete'],
    ['{"my_user_environment":"prod","CostCenter":"c1"}', 'i-1', 'missing'],
    ['{}', 'i-1', 'missing'],
    ['', 'i-1', 'missing'],
    ['', '', 'not_taggable'],
    ['{}', '', 'not_taggable'],
    ['{"environment":"prod"}', '', 'missing'],
  ])('judges the tags %s of resource "%s" as %s', async (tags, resource, state) => {
    const engine = await opened(rows`
      ChargePeriodStart   | BilledCost | BillingCurrency | ChargeCategory | Tags    | ResourceId
      2026-11-01 00:00:00 | 1          | USD             | Usage          | ${tags} | ${resource}`);
    expect((await one(engine, ['x_TagState'])).flat()).toEqual([state]);
  });

  it.each([
    ['{"environment":" PROD ","costcenter":"42"}', 'compliant', 'an allowed value, without case and spaces'],
    ['{"environment":"prodd","costcenter":"42"}', 'incomplete', 'a value that is not allowed'],
    ['{"environment":"prod","costcenter":"later"}', 'incomplete', 'a placeholder of these rules'],
    ['{"environment":"prod","costcenter":"tbd"}', 'compliant', 'a placeholder of other rules'],
    ['{"environment":"prod","costcenter":" "}', 'incomplete', 'blank, whatever the placeholders are'],
    ['{"environment":"prodd"}', 'missing', 'a key that is absent comes first'],
  ])('judges %s by its rules as %s: %s', async (tags, state) => {
    const engine = await opened(rows`
      ChargePeriodStart   | BilledCost | BillingCurrency | ChargeCategory | Tags    | ResourceId
      2026-11-01 00:00:00 | 1          | USD             | Usage          | ${tags} | i-1`);
    const tagRules = {
      required: ['Environment', 'CostCenter'],
      allowed: { Environment: ['prod', 'Dev'] },
      placeholders: ['Later'],
    };
    expect((await one(engine, ['x_TagState'], { tagRules })).flat()).toEqual([state]);
  });

  it('keeps tax, unused commitment and support out of the tag score, and lets nothing required be met by all', async () => {
    const engine = await opened(rows`
      ChargePeriodStart   | BilledCost | BillingCurrency | ChargeCategory | ResourceId | CommitmentDiscountStatus | x_ServiceCode
      2026-11-01 00:00:00 | 1          | USD             | Tax            | i-1        |                          |
      2026-11-02 00:00:00 | 1          | USD             | Usage          | arn:plan   | Unused                   |
      2026-11-03 00:00:00 | 1          | USD             | Usage          | i-1        |                          | AWSSupportEnterprise
      2026-11-04 00:00:00 | 1          | USD             | Usage          | i-1        | Used                     |`);
    expect((await one(engine, ['x_TagState'])).flat()).toEqual([
      'not_taggable',
      'not_taggable',
      'not_taggable',
      'missing',
    ]);
    expect(
      (await one(engine, ['x_TagState'], { tagRules: builtInTags({ requiredTagKeys: [] }) })).flat()[3],
    ).toBe('compliant');
  });

  it('knows until when usage has come: not by unused commitment, nor by what spans days', async () => {
    const engine = await opened(rows`
      ChargePeriodStart   | ChargePeriodEnd     | BilledCost | BillingCurrency | ChargeCategory | x_SpansDays | CommitmentDiscountStatus
      2026-11-01 00:00:00 | 2026-11-01 17:00:00 | 1          | USD             | Usage          | false       |
      2026-11-01 00:00:00 | 2026-12-01 00:00:00 | 1          | USD             | Usage          | true        |
      2026-11-01 00:00:00 | 2026-11-02 00:00:00 | 1          | USD             | Usage          | false       | Unused
      2026-11-01 00:00:00 | 2026-12-01 00:00:00 | 1          | USD             | Tax            | true        |`);
    expect(
      (
        await engine.rows(
          sql`SELECT max(LatestUsageEnd), sum(lines) FROM (${rollup(OF)}) WHERE BillingDate = DATE '2026-11-01'`,
        )
      ).flat()[0],
    ).toBe('2026-11-01 17:00:00');
  });
});
