import { lastDay, type Period } from '../../core/calendar/billing-date.ts';
import type { Question } from '../serve/question.ts';
import type { Served } from '../serve/served.ts';

/** What AWS Cost Explorer calls a metric; it has no other two. */
const COST_EXPLORER: Readonly<Record<string, string>> = {
  BilledCost: 'Unblended costs',
  EffectiveCost: 'Amortized costs',
};

/** How to see the same money without Spendlight's sums: by SQL on the lines, in the raw files, in AWS Cost Explorer. */
export function howToCheck(served: Served, { scope, filters }: Question, period: Period): readonly string[] {
  const { ou, account, service, region } = filters;
  const text = (value: string) => `'${value.replaceAll("'", "''")}'`;
  const where = [
    `BillingDate >= DATE '${period.from}'`,
    `BillingDate < DATE '${period.until}'`,
    ...(ou === undefined ? [] : [`x_OU = ${text(ou)}`]),
    ...(account === undefined
      ? []
      : [`coalesce(SubAccountId, '') = ${text(account === 'none' ? '' : account)}`]),
    ...(service === undefined ? [] : [`x_Service = ${text(service)}`]),
    ...(region === undefined ? [] : [`coalesce(RegionId, '') = ${text(region === 'none' ? '' : region)}`]),
  ].join(' AND ');
  const sql = `SELECT BillingCurrency, sum(${scope.metric}) FROM cost_lines WHERE ${where} GROUP BY BillingCurrency`;
  const metric = COST_EXPLORER[scope.metric];
  return [
    `Add up the lines: spendlight query "${sql}" --as-of ${served.version}`,
    'Compare raw files with what the cloud delivered: sha256sum of each file listed here',
    'Prove the lake from the files to the mail: spendlight verify --deep',
    metric === undefined
      ? `AWS Cost Explorer does not know ${scope.metric}`
      : [
          `AWS Cost Explorer: granularity daily, from ${period.from} to ${lastDay(period)} (its API wants ${period.until} as the end), ${metric}`,
          ...(account === undefined ? [] : [`linked account ${account}`]),
          ...(service === undefined ? [] : [`service ${service}`]),
          ...(region === undefined ? [] : [`region ${region}`]),
          'all charge types; it shows what AWS knows now, and no other cloud',
        ].join(', '),
  ];
}
