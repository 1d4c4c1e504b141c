import type { BillingDate, Period } from '../../core/calendar/billing-date.ts';
import { namedAccounts } from '../parts/names.ts';
import { within } from '../parts/within.ts';
import { query } from '../query.ts';
import { REMAINDER } from '../restatements/restated.ts';
import { sql } from '../sql.ts';

/** What the days of a period come to, in the reporting currency; null where they hold nothing. */
export const costOf = query(
  'cost_of',
  (period: Period) => sql`
  SELECT sum(DailyCost) AS cost
  FROM daily_costs
  WHERE ${within(period)}`,
);

export interface LargestChangesOf {
  /** Days that may have changed. */
  readonly period: Period;
  /** Accounts are named as of this day. */
  readonly day: BillingDate;
  readonly rows: number;
}

/**
 * The rows of the breakdown that changed most by all commits of the pinned history, days added up, largest first:
 * [OU, service, account, name, change, first and last day, cause (null where there are several)]. What a source told of a
 * day for the first time is a change, too, of cause `arrival`.
 */
export const largestChanges = query(
  'largest_changes',
  ({ period, day, rows }: LargestChangesOf) => sql`
  WITH ${namedAccounts(day)}, told AS (
    SELECT BillingDate, OU, Service, LinkedAccount, After - Before AS Change, Cause
    FROM restatements
    WHERE ${within(period)} AND Metric = 'DailyCost' AND OU <> ${REMAINDER}
    UNION ALL
    SELECT BillingDate, x_OU AS OU, x_ServiceCode AS Service, coalesce(SubAccountId, '') AS LinkedAccount,
      DailyCost AS Change, 'arrival' AS Cause
    FROM arrivals
    WHERE ${within(period)} AND New AND Counted AND DailyCost IS NOT NULL
  ), summed AS (
    SELECT OU, Service, LinkedAccount, sum(Change) AS Change, min(BillingDate) AS FirstDay, max(BillingDate) AS LastDay,
      CASE WHEN min(Cause) = max(Cause) THEN min(Cause) END AS Cause
    FROM told
    GROUP BY OU, Service, LinkedAccount
    HAVING sum(Change) <> 0
  )
  SELECT s.OU, s.Service, s.LinkedAccount, a.account_name, s.Change, s.FirstDay, s.LastDay, s.Cause
  FROM summed s
  LEFT JOIN named_accounts a ON a.account_id = s.LinkedAccount
  ORDER BY abs(s.Change) DESC, s.OU, s.Service, s.LinkedAccount
  LIMIT ${rows}`,
);
