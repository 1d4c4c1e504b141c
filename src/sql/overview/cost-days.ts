import type { BillingDate, Period } from '../../core/calendar/billing-date.ts';
import { DAILY_USAGE } from '../parts/daily-usage.ts';
import { within } from '../parts/within.ts';
import { query } from '../query.ts';
import { type Sql, sql } from '../sql.ts';

const ZERO = sql`CAST(0 AS decimal(38,15))`;

/** What each day of `period` cost: [day, everything, its daily usage]. Days without a line are not in it. Reads `daily_costs`. */
export const costDays = query(
  'overview_cost_days',
  (period: Period): Sql => sql`
  SELECT BillingDate, sum(DailyCost) AS amount, sum(CASE WHEN ${DAILY_USAGE} THEN DailyCost ELSE ${ZERO} END) AS daily_usage
  FROM daily_costs
  WHERE ${within(period)}
    AND DailyCost IS NOT NULL
  GROUP BY BillingDate
  ORDER BY BillingDate`,
);

/** What a period cost, and whether it has a line at all: [amount, lines, lines whose metric is unknown]. Reads `daily_costs`. */
export const costTotal = query(
  'overview_cost_total',
  (period: Period): Sql => sql`
  SELECT coalesce(sum(DailyCost), ${ZERO}), CAST(coalesce(sum(lines), 0) AS bigint), CAST(coalesce(sum(UnknownCost), 0) AS bigint)
  FROM daily_costs
  WHERE ${within(period)}`,
);

/**
 * Spikes of each day of `period`, and how many of them still run on `judged`: [day, spikes, open ones]. Reads `verdicts`.
 */
export const spikesOfDays = query(
  'overview_spikes_of_days',
  ({ period, judged }: { readonly period: Period; readonly judged: BillingDate }): Sql => sql`
  SELECT v.BillingDate, count(*) AS spikes, count(o.SpikeSince) AS open_spikes
  FROM verdicts v
  LEFT JOIN (
    SELECT x_OU, x_ServiceCode, SubAccountId, RegionId, max(SpikeSince) AS SpikeSince
    FROM verdicts
    WHERE BillingDate = CAST(${judged} AS date)
      AND x_CostClass = 'spike'
    GROUP BY x_OU, x_ServiceCode, SubAccountId, RegionId
  ) o ON o.x_OU = v.x_OU AND o.x_ServiceCode = v.x_ServiceCode AND o.SubAccountId = v.SubAccountId
    AND o.RegionId = v.RegionId AND v.BillingDate >= o.SpikeSince AND v.BillingDate <= CAST(${judged} AS date)
  WHERE v.BillingDate >= CAST(${period.from} AS date)
    AND v.BillingDate < CAST(${period.until} AS date)
    AND v.x_CostClass = 'spike'
  GROUP BY v.BillingDate
  ORDER BY v.BillingDate`,
);
