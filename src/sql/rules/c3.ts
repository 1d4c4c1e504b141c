import { addDays, type BillingDate } from '../../core/calendar/billing-date.ts';
import type { LowValueRules } from '../../core/rules/rules.ts';
import { inReportingCurrency, RATES_THEN } from '../parts/rates.ts';
import { query } from '../query.ts';
import { type Sql, sql } from '../sql.ts';

/** Days that are looked at. */
const LOOK_BACK_DAYS = 30;
/** 365 ÷ 30; a product, because decimals divide differently from engine to engine. */
const YEAR_OF_DAYS: Sql = sql`12.166666667`;

export interface LowValueOf {
  /** The newest of the 30 complete days. */
  readonly lastDay: BillingDate;
  readonly reportingCurrency: string;
  readonly rules: LowValueRules;
}

/** What small things are looked for in: as values, or as what the engine knows. */
export interface LowValueIn {
  /** The 30 complete days, as moments: from the first one's beginning until the last one's end. */
  readonly from: Sql;
  readonly until: Sql;
  readonly reportingCurrency: string | Sql;
  readonly rules: LowValueRules;
}

/** The 30 days of which `lastDay` is the last. */
export const lowValueDays = (lastDay: BillingDate): Pick<LowValueIn, 'from' | 'until'> => ({
  from: sql`CAST(${`${addDays(lastDay, 1 - LOOK_BACK_DAYS)} 00:00:00`} AS timestamp)`,
  until: sql`CAST(${`${addDays(lastDay, 1)} 00:00:00`} AS timestamp)`,
});

/** The 30 days before the date `until`, which the engine knows. */
export const lowValueDaysBefore = (until: Sql): Pick<LowValueIn, 'from' | 'until'> => ({
  from: sql`CAST(date_add('day', ${-LOOK_BACK_DAYS}, ${until}) AS timestamp)`,
  until: sql`CAST(${until} AS timestamp)`,
});

/**
 * Requirement C3: small cost that comes every day and may be waste, dearest first: [OU, service, account, things, their cost
 * of the 30 days, of a year at that rate]. A thing is a resource, else a usage type; it is in the list where it cost more
 * than 0 and at most `dailyMax` on `daysMin` of the last 30 complete days. An OU, service and account are listed where
 * their things cost `monthMin` or more in the 30 days. EffectiveCost of daily usage in the reporting currency, free tier left out.
 * Reads `cost_lines`, `fx_rates`.
 */
export const lowValueRecurring = query(
  'c3_low_value',
  (of: LowValueOf): Sql => sql`
  WITH ${lowValueThings({ ...of, ...lowValueDays(of.lastDay) })}
  SELECT x_OU, x_Service, account, count(*) AS things, sum(cost) AS month_cost,
    CAST(sum(cost) * ${YEAR_OF_DAYS} AS decimal(38,2)) AS year_cost
  FROM things
  GROUP BY x_OU, x_Service, account
  HAVING sum(cost) >= CAST(${of.rules.monthMin} AS decimal(18,6))
  ORDER BY month_cost DESC, x_OU, x_Service, account`,
);

/** Named subqueries, of which `things` has every thing of small cost that comes every day: [OU, service, account, kind, thing, cost]. */
export const lowValueThings = ({ from, until, reportingCurrency, rules }: LowValueIn): Sql =>
  sql`${RATES_THEN}, charged AS (
    SELECT l.x_OU, l.x_Service, coalesce(l.SubAccountId, '') AS account,
      CASE WHEN coalesce(l.ResourceId, '') <> '' THEN 'resource' ELSE 'usage type' END AS kind,
      coalesce(nullif(l.ResourceId, ''), l.SkuMeter, '') AS thing, l.BillingDate, l.BillingCurrency,
      sum(l.EffectiveCost) AS cost
    FROM cost_lines l
    WHERE l.ChargePeriodStart >= ${from}
      AND l.ChargePeriodStart < ${until}
      AND l.ChargeCategory = 'Usage'
      AND NOT coalesce(l.x_SpansDays, false)
      AND strpos(lower(coalesce(l.ChargeDescription, '')), 'free tier') = 0
      AND l.EffectiveCost IS NOT NULL
    GROUP BY l.x_OU, l.x_Service, coalesce(l.SubAccountId, ''),
      CASE WHEN coalesce(l.ResourceId, '') <> '' THEN 'resource' ELSE 'usage type' END,
      coalesce(nullif(l.ResourceId, ''), l.SkuMeter, ''), l.BillingDate, l.BillingCurrency
  ), by_day AS (
    SELECT c.x_OU, c.x_Service, c.account, c.kind, c.thing, c.BillingDate,
      sum(${inReportingCurrency(sql`c.cost`, sql`c.BillingCurrency`, sql`r.rate`, reportingCurrency)}) AS cost
    FROM charged c
    LEFT JOIN rates_then r ON r.currency = c.BillingCurrency AND c.BillingDate >= r.since AND c.BillingDate < r.until
    GROUP BY c.x_OU, c.x_Service, c.account, c.kind, c.thing, c.BillingDate
  ), things AS (
    SELECT x_OU, x_Service, account, kind, thing, sum(cost) AS cost
    FROM by_day
    GROUP BY x_OU, x_Service, account, kind, thing
    HAVING count_if(cost > 0 AND cost <= CAST(${rules.dailyMax} AS decimal(18,6))) >= ${rules.daysMin}
  )`;
