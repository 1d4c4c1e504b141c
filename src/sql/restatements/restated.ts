import type { Period } from '../../core/calendar/billing-date.ts';
import { within } from '../parts/within.ts';
import { type Cause, METRICS } from '../schema.ts';
import { joined, name, type Sql, sql } from '../sql.ts';

/** OU and Service of the row that holds a day's changes of less than 0.005. No organisation has a unit of this name. */
export const REMAINDER = '(changes below 0.005)';

/** The commit that a difference is written of. */
export interface RestatedBy {
  /** Days that may have changed. */
  readonly period: Period;
  readonly reportingCurrency: string;
  readonly lakeVersion: number;
  /** The cause in these sources, and in all others. */
  readonly cause: { readonly sources: readonly string[]; readonly there: Cause; readonly elsewhere: Cause };
  readonly delivery: string | null;
}

/**
 * RESTATED_COLUMNS: the difference between the rollups `costs_before` and `costs_after`, both without what is excluded, on
 * the (source, day)s that `costs_held` has, which is everything before, excluded or not. Sums of the rows are the
 * difference of the sums, to the last digit. The order is total.
 */
export const restated = (by: RestatedBy): Sql => sql`
  WITH ${held(by.period)}, both_sides AS (
    ${side('costs_before', 0, by.period)}
    UNION ALL
    ${side('costs_after', 1, by.period)}
  ), compared AS (
    SELECT s.BillingDate, s.x_OU, s.x_ServiceCode, s.LinkedAccount, s.x_SourceId, s.BillingCurrency,
      ${joined(AMOUNTS.map(beforeAndAfter))}
    FROM both_sides s
    JOIN held h ON h.x_SourceId = s.x_SourceId AND h.BillingDate = s.BillingDate
    GROUP BY s.BillingDate, s.x_OU, s.x_ServiceCode, s.LinkedAccount, s.x_SourceId, s.BillingCurrency
  ), told AS (
    ${joined(
      AMOUNTS.map((metric) => ofMetric(metric, by.reportingCurrency)),
      '\n    UNION ALL',
    )}
  ), named AS (
    SELECT BillingDate, ${unlessSmall(sql`OU`)} AS OU, ${unlessSmall(sql`Service`)} AS Service,
      CASE WHEN ${SMALL} THEN '' ELSE LinkedAccount END AS LinkedAccount, Source, Currency, Metric, Before, After
    FROM told
  )
  SELECT BillingDate, OU, Service, LinkedAccount, Source, Currency, Metric, sum(Before) AS Before, sum(After) AS After,
    ${causeOf(by)} AS Cause, CAST(${by.delivery} AS varchar) AS Delivery, CAST(${by.lakeVersion} AS bigint) AS LakeVersion
  FROM named
  GROUP BY BillingDate, OU, Service, LinkedAccount, Source, Currency, Metric
  HAVING sum(Before) <> sum(After)
  ORDER BY BillingDate, Source, Metric, Currency, OU, Service, LinkedAccount`;

/** The days of each source that the lake held something of. */
export const held = (period: Period): Sql => sql`held AS (
    SELECT DISTINCT x_SourceId, BillingDate
    FROM costs_held
    WHERE ${within(period)}
  )`;

const AMOUNTS = [...METRICS, 'DailyCost'] as const;
type Amount = (typeof AMOUNTS)[number];

const side = (relation: string, isAfter: number, period: Period): Sql => sql`
    SELECT BillingDate, x_OU, x_ServiceCode, coalesce(SubAccountId, '') AS LinkedAccount, x_SourceId, BillingCurrency,
      ${isAfter} AS IsAfter, ${joined(AMOUNTS.map((amount) => name(amount)))}
    FROM ${name(relation)}
    WHERE ${within(period)}`;

const sumOf = (amount: Amount, isAfter: number): Sql =>
  sql`coalesce(sum(CASE WHEN s.IsAfter = ${isAfter} THEN s.${name(amount)} END), CAST(0 AS decimal(38,15)))`;

const beforeAndAfter = (amount: Amount): Sql =>
  sql`${sumOf(amount, 0)} AS ${name(`${amount}Before`)}, ${sumOf(amount, 1)} AS ${name(`${amount}After`)}`;

/** DailyCost is in the reporting currency: billing currencies are added up, so that a day has one row of it. */
function ofMetric(metric: Amount, reportingCurrency: string): Sql {
  const isConverted = metric === 'DailyCost';
  const currency = isConverted ? sql`${reportingCurrency}` : sql`BillingCurrency`;
  const [before, after] = [sql`sum(${name(`${metric}Before`)})`, sql`sum(${name(`${metric}After`)})`];
  return sql`
    SELECT BillingDate, x_OU AS OU, x_ServiceCode AS Service, LinkedAccount, x_SourceId AS Source, ${currency} AS Currency,
      ${metric} AS Metric, ${before} AS Before, ${after} AS After
    FROM compared
    GROUP BY BillingDate, x_OU, x_ServiceCode, LinkedAccount, x_SourceId${isConverted ? sql`` : sql`, BillingCurrency`}
    HAVING ${before} <> ${after}`;
}

/** Half a cent, as the settled rule says: shown to a person, the change would round to nothing. */
const SMALL: Sql = sql`abs(After - Before) < CAST('0.005' AS decimal(38,15))`;

const unlessSmall = (text: Sql): Sql => sql`CASE WHEN ${SMALL} THEN ${REMAINDER} ELSE ${text} END`;

function causeOf({ cause: { sources, there, elsewhere } }: RestatedBy): Sql {
  if (sources.length === 0) return sql`${elsewhere}`;
  return sql`CASE WHEN Source IN (${joined(sources.map((source) => sql`${source}`))}) THEN ${there} ELSE ${elsewhere} END`;
}
