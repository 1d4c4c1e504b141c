import type { BillingDate } from '../core/calendar/billing-date.ts';
import { query } from './query.ts';
import { sql } from './sql.ts';

/** Billing days up to and including `until` that have any line, in order: [day]. Reads `daily_costs`. */
export const daysWithLines = query(
  'days_with_lines',
  ({ until }: { readonly until: BillingDate }) => sql`
  SELECT DISTINCT BillingDate
  FROM daily_costs
  WHERE BillingDate <= CAST(${until} AS DATE)
  ORDER BY BillingDate`,
);
