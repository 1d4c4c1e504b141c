import { addDays, type BillingDate } from '../../core/calendar/billing-date.ts';
import { openOn } from '../parts/names.ts';
import { query } from '../query.ts';
import type { Metric } from '../schema.ts';
import { name, type Sql, sql } from '../sql.ts';

/**
 * COST_METRIC of a day straight from the lines that are in the reporting currency: [amount]. With `convertedOnDay` it is
 * what the CSV must say. Reads `pinned_lines`.
 */
export const dayTotalOfLines = query(
  'digest_day_of_lines',
  (of: DayTotalOf): Sql => sql`
  SELECT coalesce(sum(${name(of.costMetric)}), CAST(0 AS decimal(38,15)))
  FROM pinned_lines
  WHERE ChargePeriodStart >= CAST(${`${of.day} 00:00:00`} AS timestamp)
    AND ChargePeriodStart < CAST(${`${addDays(of.day, 1)} 00:00:00`} AS timestamp)
    AND BillingCurrency = ${of.reportingCurrency}`,
);

/** What of a day came in other currencies and was converted, once per row of the rollup: [amount]. Reads `daily_costs`. */
export const convertedOnDay = query(
  'digest_converted_on_day',
  (of: Omit<DayTotalOf, 'costMetric'>): Sql => sql`
  SELECT coalesce(sum(DailyCost), CAST(0 AS decimal(38,15)))
  FROM daily_costs
  WHERE BillingDate = CAST(${of.day} AS date)
    AND BillingCurrency <> ${of.reportingCurrency}`,
);

export interface DayTotalOf {
  readonly day: BillingDate;
  readonly costMetric: Metric;
  readonly reportingCurrency: string;
}

/**
 * Accounts with a line on `day`, and accounts known: in the account map on that day, or seen in the 45 days before:
 * [seen, known]. Reads `daily_costs`, `account_map`.
 */
export const accountsSeen = query(
  'digest_accounts_seen',
  (day: BillingDate): Sql => sql`
  SELECT count(DISTINCT CASE WHEN seen THEN account END), count(DISTINCT account)
  FROM (
    SELECT SubAccountId AS account, BillingDate = CAST(${day} AS date) AS seen
    FROM daily_costs
    WHERE BillingDate > CAST(${addDays(day, -45)} AS date)
      AND BillingDate <= CAST(${day} AS date)
      AND SubAccountId IS NOT NULL
    GROUP BY SubAccountId, BillingDate = CAST(${day} AS date)
    UNION ALL
    SELECT account_id AS account, false AS seen
    FROM account_map
    WHERE ${openOn(day)}
  ) known_accounts`,
);
