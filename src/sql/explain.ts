import type { Period } from '../core/calendar/billing-date.ts';
import { within } from './parts/within.ts';
import { query } from './query.ts';
import type { Metric } from './schema.ts';
import { name, type Sql, sql } from './sql.ts';

/**
 * The rows of the rollup behind a figure: [charge kind, currency, rows, lines, the metric in that currency, in the reporting
 * currency (null: no rate)]. Reads `daily_costs`.
 */
export const rowsBehind = query(
  'explain_rows_behind',
  ({ period, metric }: { readonly period: Period; readonly metric: Metric }): Sql => sql`
  SELECT x_ChargeKind, BillingCurrency, count(*) AS row_count, CAST(sum(lines) AS bigint) AS line_count,
    coalesce(sum(${name(metric)}), CAST(0 AS decimal(38,15))) AS own, sum(DailyCost) AS reported
  FROM daily_costs
  WHERE ${within(period)}
  GROUP BY x_ChargeKind, BillingCurrency
  ORDER BY x_ChargeKind, BillingCurrency`,
);
