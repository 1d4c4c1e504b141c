import type { Period } from '../../core/calendar/billing-date.ts';
import type { TagRules } from '../../core/rules/rules.ts';
import { CHARGE_KIND } from '../parts/charge-kind.ts';
import { DAILY_USAGE } from '../parts/daily-usage.ts';
import { inReportingCurrency, RATES_THEN } from '../parts/rates.ts';
import { spelledKeys, tagState } from '../parts/tag-state.ts';
import { within } from '../parts/within.ts';
import { query } from '../query.ts';
import type { Metric } from '../schema.ts';
import { name, type Sql, sql } from '../sql.ts';
import { ROUTINE } from './c1.ts';

export interface TagsUnderOf {
  readonly period: Period;
  readonly costMetric: Metric;
  readonly reportingCurrency: string;
  readonly before: TagRules;
  readonly after: TagRules;
}

/**
 * The lines of a period by their tag state under two versions of the rules: [before, after, lines, money in the reporting
 * currency, lines whose amount is unknown or has no rate and is in no sum]. Reads `pinned_lines`, `fx_rates`.
 */
export const tagsUnder = query('rules_tags_under', (of: TagsUnderOf): Sql => {
  const keys = [...new Set([...of.before.required, ...of.after.required])];
  const amount = inReportingCurrency(sql`c.Cost`, sql`c.BillingCurrency`, sql`r.rate`, of.reportingCurrency);
  return sql`
  WITH period_lines AS (
    SELECT ChargePeriodStart, ${name(of.costMetric)} AS Cost, BillingCurrency, ChargeCategory, ChargeClass, x_LineItemType,
      ResourceId, CommitmentDiscountStatus, x_ServiceCode, Tags
    FROM pinned_lines
    WHERE ChargePeriodStart >= CAST(${`${of.period.from} 00:00:00`} AS timestamp)
      AND ChargePeriodStart < CAST(${`${of.period.until} 00:00:00`} AS timestamp)
  ), ${spelledKeys(sql`period_lines`, keys)}, ${RATES_THEN}, stated AS (
    SELECT CAST(l.ChargePeriodStart AS date) AS BillingDate, l.BillingCurrency, l.Cost,
      ${tagState(CHARGE_KIND, of.before, keys)} AS before_state,
      ${tagState(CHARGE_KIND, of.after, keys)} AS after_state
    FROM period_lines l
    LEFT JOIN spelled s ON s.tag_keys = map_keys(l.Tags)
  ), by_day AS (
    SELECT BillingDate, BillingCurrency, before_state, after_state, count(*) AS line_count,
      count(*) - count(Cost) AS unknown_count, sum(Cost) AS Cost
    FROM stated
    GROUP BY BillingDate, BillingCurrency, before_state, after_state
  ), converted AS (
    SELECT c.before_state, c.after_state, c.line_count, c.unknown_count, ${amount} AS Cost
    FROM by_day c
    LEFT JOIN rates_then r ON r.currency = c.BillingCurrency AND c.BillingDate >= r.since AND c.BillingDate < r.until
  )
  SELECT before_state, after_state, CAST(sum(line_count) AS bigint) AS line_count,
    coalesce(sum(Cost), CAST(0 AS decimal(38,15))) AS amount,
    CAST(sum(CASE WHEN Cost IS NULL THEN line_count ELSE unknown_count END) AS bigint) AS not_counted
  FROM converted
  GROUP BY before_state, after_state
  ORDER BY before_state, after_state`;
});

/**
 * Days of series with their class under two versions of the rules, each of which has been judged into a relation with
 * VERDICT_COLUMNS. Reads `daily_costs`, `verdicts_before`, `verdicts_after`.
 */
const classed = (period: Period): Sql => sql`
  series_days AS (
    SELECT BillingDate, x_OU, x_ServiceCode, coalesce(SubAccountId, '') AS SubAccountId, coalesce(RegionId, '') AS RegionId,
      CAST(sum(lines) AS bigint) AS line_count, coalesce(sum(DailyCost), CAST(0 AS decimal(38,15))) AS Cost
    FROM daily_costs
    WHERE ${within(period)}
      AND ${DAILY_USAGE}
    GROUP BY BillingDate, x_OU, x_ServiceCode, coalesce(SubAccountId, ''), coalesce(RegionId, '')
  ), classed AS (
    SELECT d.BillingDate, d.x_OU, d.x_ServiceCode, d.SubAccountId, d.RegionId, d.line_count, d.Cost,
      coalesce(b.x_CostClass, 'normal') AS before_class, coalesce(b.x_ClassReason, ${ROUTINE}) AS before_reason,
      coalesce(a.x_CostClass, 'normal') AS after_class, coalesce(a.x_ClassReason, ${ROUTINE}) AS after_reason
    FROM series_days d
    LEFT JOIN verdicts_before b ON b.BillingDate = d.BillingDate AND b.x_OU = d.x_OU AND b.x_ServiceCode = d.x_ServiceCode
      AND b.SubAccountId = d.SubAccountId AND b.RegionId = d.RegionId
    LEFT JOIN verdicts_after a ON a.BillingDate = d.BillingDate AND a.x_OU = d.x_OU AND a.x_ServiceCode = d.x_ServiceCode
      AND a.SubAccountId = d.SubAccountId AND a.RegionId = d.RegionId
  )`;

/** [class and reason before, class and reason after, days of series, lines, money]. */
export const classesUnder = query(
  'rules_classes_under',
  (period: Period): Sql => sql`
  WITH ${classed(period)}
  SELECT before_class, before_reason, after_class, after_reason, count(*) AS series_days,
    CAST(sum(line_count) AS bigint) AS line_count, sum(Cost) AS amount
  FROM classed
  GROUP BY before_class, before_reason, after_class, after_reason
  ORDER BY before_class, before_reason, after_class, after_reason`,
);

/** The dearest days of series whose class changes: [day, OU, service, account, region, class before, class after, lines, money]. */
export const reclassifiedDays = query(
  'rules_reclassified_days',
  ({ period, rows }: { readonly period: Period; readonly rows: number }): Sql => sql`
  WITH ${classed(period)}
  SELECT BillingDate, x_OU, x_ServiceCode, SubAccountId, RegionId, before_class, after_class, line_count, Cost
  FROM classed
  WHERE before_class <> after_class
  ORDER BY Cost DESC, BillingDate, x_OU, x_ServiceCode, SubAccountId, RegionId
  LIMIT ${rows}`,
);
