import type { Period } from '../../core/calendar/billing-date.ts';
import type { TagRules } from '../../core/rules/rules.ts';
import { breakdownRows } from '../ou-breakdown.ts';
import { CHARGE_KIND } from '../parts/charge-kind.ts';
import { spelledKeys, tagState } from '../parts/tag-state.ts';
import { within } from '../parts/within.ts';
import { query } from '../query.ts';
import type { Metric } from '../schema.ts';
import { name, type Sql, sql } from '../sql.ts';

/** The last row of the page before, in A1's order. */
export interface BreakdownPlace {
  readonly date: string;
  readonly ou: string;
  readonly cost: string;
  readonly service: string;
  readonly account: string;
}

/** One page of requirement A1's rows, in its order, after `after`. Reads `daily_costs`. */
export const breakdownPage = query(
  'breakdown_page',
  (of: {
    readonly period: Period;
    readonly after: BreakdownPlace | undefined;
    readonly rows: number;
  }): Sql => sql`
  SELECT BillingDate, OU, Service, LinkedAccount, DailyCost
  FROM (${breakdownRows(within(of.period))}) breakdown
  ${of.after === undefined ? sql`` : sql`WHERE ${isAfter(of.after)}`}
  ORDER BY BillingDate, OU, DailyCost DESC, Service, LinkedAccount
  LIMIT ${of.rows}`,
);

const isAfter = (place: BreakdownPlace): Sql => {
  const day = sql`CAST(${place.date} AS date)`;
  const cost = sql`CAST(${place.cost} AS decimal(38,15))`;
  return sql`(BillingDate > ${day} OR (BillingDate = ${day} AND (OU > ${place.ou} OR (OU = ${place.ou}
    AND (DailyCost < ${cost} OR (DailyCost = ${cost} AND (Service > ${place.service}
      OR (Service = ${place.service} AND LinkedAccount > ${place.account}))))))))`;
};

/** All rows of the breakdown of `period`: [rows, their sum]. Reads `daily_costs`. */
export const breakdownTotal = query(
  'breakdown_total',
  (period: Period): Sql => sql`
  SELECT count(*), coalesce(sum(DailyCost), CAST(0 AS decimal(38,15)))
  FROM (${breakdownRows(within(period))}) breakdown`,
);

export interface LinesOf {
  readonly period: Period;
  readonly metric: Metric;
  /** Only lines whose tags are in this state. */
  readonly tag: string | undefined;
  readonly tagRules: TagRules;
}

/**
 * The lines behind a figure, dearest first by size in their own currency: [day, OU, service, account, region, resource,
 * meter, category, description, cost, currency, class, source]. Lines of all-equal columns may come in any order, and show
 * no difference. Reads `cost_lines`.
 */
export const linesPage = query(
  'lines_page',
  (of: LinesOf & { readonly skip: number; readonly rows: number }): Sql => sql`
  ${linesWith(of)}
  SELECT BillingDate, x_OU, x_Service, SubAccountId, RegionId, ResourceId, SkuMeter, ChargeCategory, ChargeDescription,
    Cost, BillingCurrency, x_CostClass, x_SourceId
  FROM (
    SELECT ${PAGE}, row_number() OVER (ORDER BY abs(Cost) DESC NULLS LAST, ${PAGE}) AS place
    FROM chosen_lines
  ) placed
  WHERE place > ${of.skip}
    AND place <= ${of.skip + of.rows}
  ORDER BY place`,
);

const PAGE: Sql = sql`BillingDate, x_OU, x_Service, SubAccountId, RegionId, ResourceId, SkuMeter, ChargeCategory, ChargeDescription,
    Cost, BillingCurrency, x_CostClass, x_SourceId`;

/** What these lines add up to: [currency, sum, lines]. Reads `cost_lines`. */
export const linesTotal = query(
  'lines_total',
  (of: LinesOf): Sql => sql`
  ${linesWith(of)}
  SELECT BillingCurrency, coalesce(sum(Cost), CAST(0 AS decimal(38,15))) AS amount, count(*) AS line_count
  FROM chosen_lines
  GROUP BY BillingCurrency
  ORDER BY BillingCurrency`,
);

function linesWith({ period, metric, tag, tagRules }: LinesOf): Sql {
  const columns = sql`l.BillingDate, l.x_OU, l.x_Service, l.SubAccountId, l.RegionId, l.ResourceId, l.SkuMeter, l.ChargeCategory,
      l.ChargeDescription, l.${name(metric)} AS Cost, l.BillingCurrency, l.x_CostClass, l.x_SourceId`;
  const chosen = sql`l.ChargePeriodStart >= CAST(${`${period.from} 00:00:00`} AS timestamp)
      AND l.ChargePeriodStart < CAST(${`${period.until} 00:00:00`} AS timestamp)
      AND coalesce(l.${name(metric)}, CAST(1 AS decimal(38,15))) <> 0`;
  if (tag === undefined) {
    return sql`
  WITH chosen_lines AS (
    SELECT ${columns}
    FROM cost_lines l
    WHERE ${chosen}
  )`;
  }
  return sql`
  WITH of_period AS (
    SELECT ${columns}, l.Tags, l.ChargeClass, l.x_LineItemType, l.CommitmentDiscountStatus, l.x_ServiceCode
    FROM cost_lines l
    WHERE ${chosen}
  ), ${spelledKeys(sql`of_period`, tagRules.required)}, chosen_lines AS (
    SELECT l.BillingDate, l.x_OU, l.x_Service, l.SubAccountId, l.RegionId, l.ResourceId, l.SkuMeter, l.ChargeCategory,
      l.ChargeDescription, l.Cost, l.BillingCurrency, l.x_CostClass, l.x_SourceId
    FROM of_period l
    LEFT JOIN spelled s ON s.tag_keys = map_keys(l.Tags)
    WHERE ${tagState(CHARGE_KIND, tagRules)} = ${tag}
  )`;
}
