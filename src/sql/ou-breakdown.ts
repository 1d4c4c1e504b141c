import type { Period } from '../core/calendar/billing-date.ts';
import { within } from './parts/within.ts';
import { query } from './query.ts';
import { type Sql, sql } from './sql.ts';

export interface BreakdownOf {
  readonly period: Period;
}

/**
 * Requirement A1's columns as a relation, in no order: one row per day, OU, service and account of `daily_costs`.
 * DailyCost is the lake's COST_METRIC in its reporting currency, decimal(38,15); amounts without a rate are not in it.
 * A charge of no sub account has the empty text as LinkedAccount. The relation `ou_breakdown` is this over all days.
 */
export const breakdownRows = (days: Sql = sql`1 = 1`): Sql => sql`
  SELECT BillingDate, OU, Service, LinkedAccount, sum(Cost) AS DailyCost
  FROM (
    SELECT BillingDate, coalesce(x_OU, 'Unmapped') AS OU, coalesce(x_ServiceCode, ServiceName) AS Service,
      coalesce(SubAccountId, '') AS LinkedAccount, DailyCost AS Cost
    FROM daily_costs
    WHERE ${days}
      AND DailyCost IS NOT NULL
  ) charged
  GROUP BY BillingDate, OU, Service, LinkedAccount`;

/** Requirement A1 for a period. Reads `daily_costs` as pinned. The order is total: two runs print the same bytes. */
export const ouBreakdown = query(
  'ou_breakdown',
  ({ period }: BreakdownOf) => sql`
  SELECT BillingDate, OU, Service, LinkedAccount, DailyCost
  FROM (${breakdownRows(within(period))}) breakdown
  ORDER BY BillingDate, OU, DailyCost DESC, Service, LinkedAccount`,
);
