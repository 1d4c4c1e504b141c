import { DAILY_USAGE } from './parts/daily-usage.ts';
import { query } from './query.ts';
import { sql } from './sql.ts';

/**
 * How many lines of daily usage each source has on each day: [source, day, lines]. Month-start fees and tax are not in it:
 * they make no day look full. Reads `daily_costs`.
 */
export const usageDays = query(
  'usage_days',
  (_: Readonly<Record<string, never>>) => sql`
  SELECT x_SourceId, BillingDate, CAST(sum(lines) AS bigint) AS usage_lines
  FROM daily_costs
  WHERE ${DAILY_USAGE}
  GROUP BY x_SourceId, BillingDate
  ORDER BY x_SourceId, BillingDate`,
);
