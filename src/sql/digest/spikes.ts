import type { BillingDate, Period } from '../../core/calendar/billing-date.ts';
import { DAILY_USAGE } from '../parts/daily-usage.ts';
import { namedAccounts } from '../parts/names.ts';
import { within } from '../parts/within.ts';
import { query } from '../query.ts';
import { type Sql, sql } from '../sql.ts';

/** Spikes that a digest lists. */
const SPIKE_ROWS = 10;

/**
 * The day's spikes, largest excess first, at most ten, with what there are in all: [OU, service, account, name, region,
 * actual, expected, low, high, since, all spikes, their excess]. Reads `verdicts`, `account_map`, `daily_costs`.
 */
export const daySpikes = query(
  'digest_spikes',
  (day: BillingDate): Sql => sql`
  WITH ${namedAccounts(day)}, given_names AS (
    SELECT SubAccountId, max(SubAccountName) AS given_name
    FROM daily_costs
    WHERE BillingDate = CAST(${day} AS date)
    GROUP BY SubAccountId
  ), found AS (
    SELECT x_OU, x_ServiceCode, SubAccountId, RegionId, Actual, Expected, ExpectedLow, ExpectedHigh, SpikeSince,
      row_number() OVER (ORDER BY Actual - Expected DESC, x_OU, x_ServiceCode, SubAccountId, RegionId) AS place,
      count(*) OVER () AS all_spikes,
      sum(Actual - Expected) OVER () AS all_excess
    FROM verdicts
    WHERE BillingDate = CAST(${day} AS date)
      AND x_CostClass = 'spike'
  )
  SELECT f.x_OU, f.x_ServiceCode, f.SubAccountId, coalesce(a.account_name, g.given_name) AS account_name, f.RegionId,
    f.Actual, f.Expected, f.ExpectedLow, f.ExpectedHigh, f.SpikeSince, f.all_spikes, f.all_excess
  FROM found f
  LEFT JOIN named_accounts a ON a.account_id = f.SubAccountId
  LEFT JOIN given_names g ON g.SubAccountId = f.SubAccountId
  WHERE f.place <= ${SPIKE_ROWS}
  ORDER BY f.place`,
);

/** How many series of rule C1 have a line on `day`: [count]. Reads `daily_costs`. */
export const seriesOnDay = query(
  'digest_series_judged',
  (day: BillingDate): Sql => sql`
  SELECT count(*)
  FROM (
    SELECT x_OU, x_ServiceCode, SubAccountId, RegionId
    FROM daily_costs
    WHERE BillingDate = CAST(${day} AS date)
      AND ${DAILY_USAGE}
      AND EffectiveCost IS NOT NULL
    GROUP BY x_OU, x_ServiceCode, SubAccountId, RegionId
  ) series`,
);

/** Days of `period` with a spike: [day]. Reads `verdicts`. */
export const spikeDays = query(
  'digest_spike_days',
  (period: Period): Sql => sql`
  SELECT BillingDate
  FROM verdicts
  WHERE ${within(period)}
    AND x_CostClass = 'spike'
  GROUP BY BillingDate
  ORDER BY BillingDate`,
);
