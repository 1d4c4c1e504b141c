import { expect, it } from 'vitest';
import { billingDate, days } from '../../src/core/calendar/billing-date.ts';
import { builtInTags } from '../../src/core/rules/rules.ts';
import { costDays, costTotal, spikesOfDays } from '../../src/sql/overview/cost-days.ts';
import { pageCosts } from '../../src/sql/overview/page-costs.ts';
import { breakdownPage, breakdownTotal, linesPage, linesTotal } from '../../src/sql/overview/pages.ts';
import { accountsByOu, partDays, shares, spikesBy, values } from '../../src/sql/overview/shares.ts';
import type { Query } from '../../src/sql/query.ts';
import { scopedCosts, scopedVerdicts } from '../../src/sql/scope.ts';
import { unportable } from '../portable/tokens.ts';

const day = billingDate('2026-11-17');
const period = days(billingDate('2026-11-01'), day);
const before = days(billingDate('2026-10-01'), billingDate('2026-10-17'));
const metric = 'EffectiveCost' as const;
const filters = {
  ou: "Children's",
  account: 'none',
  service: 'AmazonS3',
  region: 'eu-west-1',
  tag: 'missing',
};
const lines = { period, metric, tagRules: builtInTags({ requiredTagKeys: ['Environment', 'CostCenter'] }) };

const QUESTIONS: readonly Query[] = [
  costDays(period),
  costTotal(period),
  spikesOfDays({ period, judged: day }),
  shares({ by: 'account', period, before, day, rows: 8 }),
  partDays({ by: 'service', keys: ['AmazonS3', 'AmazonEC2'], period, usageOnly: true }),
  spikesBy({ by: 'region', day }),
  accountsByOu(period),
  values({ by: 'account', period, day }),
  breakdownPage({
    period,
    rows: 100,
    after: { date: day, ou: 'Platform', cost: '1.5', service: 'S3', account: '' },
  }),
  breakdownTotal(period),
  linesPage({ ...lines, tag: 'missing', skip: 100, rows: 50 }),
  linesTotal({ ...lines, tag: undefined }),
  {
    name: 'scoped_costs',
    sql: scopedCosts({ ...filters, metric, costMetric: 'BilledCost', reportingCurrency: 'USD' }, 'all_costs'),
  },
  ...(['accounts', 'places'] as const).map((layout) => ({
    name: `page_costs_${layout}`,
    sql: pageCosts({
      layout,
      billingPeriod: '2026-11',
      costs: 'all_costs',
      costMetric: 'BilledCost',
    }),
  })),
  { name: 'scoped_verdicts', sql: scopedVerdicts(filters, 'all_verdicts') },
];

it.each(QUESTIONS)(
  '$name is the text that was agreed, and the same on every engine',
  async ({ name, sql }) => {
    expect(unportable(sql.text)).toEqual([]);
    await expect(`${sql.text.trim()}\n`).toMatchFileSnapshot(`files/sql/${name}.sql`);
  },
);
