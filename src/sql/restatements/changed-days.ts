import { query } from '../query.ts';
import { sql } from '../sql.ts';

/** Days of which commits of the pinned history changed the breakdown or told for the first time, in order. */
export const changedDays = query(
  'changed_days',
  () => sql`
  SELECT BillingDate
  FROM (
    SELECT BillingDate FROM restatements WHERE Metric = 'DailyCost'
    UNION ALL
    SELECT BillingDate FROM arrivals WHERE New AND Counted
  ) changed
  GROUP BY BillingDate
  ORDER BY BillingDate`,
);

/** What each day's breakdown comes to now: [day, rows, sum]. Days without rows are left out. */
export const breakdownDays = query(
  'breakdown_days',
  () => sql`
  SELECT BillingDate, count(*) AS row_count, sum(DailyCost) AS total
  FROM ou_breakdown
  GROUP BY BillingDate
  ORDER BY BillingDate`,
);
