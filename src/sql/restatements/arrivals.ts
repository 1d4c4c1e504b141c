import type { Period } from '../../core/calendar/billing-date.ts';
import { METRICS } from '../schema.ts';
import { joined, name, type Sql, sql } from '../sql.ts';
import { held } from './restated.ts';

export interface ArrivedBy {
  /** Days that the loads of the delivery tell about. */
  readonly period: Period;
  readonly lakeVersion: number;
  readonly delivery: string;
}

/**
 * ARRIVAL_COLUMNS of one delivery, from its rollups in `costs_arrived`. What the lake held before is in `costs_held`,
 * what is excluded after the commit in `excluded_after`. The order is total.
 */
export const arrived = ({ period, lakeVersion, delivery }: ArrivedBy): Sql => sql`
  WITH ${held(period)}
  SELECT l.BillingDate, l.BillingPeriod, l.BillingAccountId, l.SubAccountId, l.x_OU, l.x_ServiceCode, l.BillingCurrency,
    ${joined(METRICS.map((metric) => sql`sum(l.${name(metric)}) AS ${name(metric)}`))},
    sum(l.DailyCost) AS DailyCost, CAST(sum(l.lines) AS bigint) AS lines, l.x_SourceId,
    h.x_SourceId IS NULL AS New, x.source IS NULL AS Counted,
    CAST(${delivery} AS varchar) AS Delivery, CAST(${lakeVersion} AS bigint) AS LakeVersion
  FROM costs_arrived l
  LEFT JOIN held h ON h.x_SourceId = l.x_SourceId AND h.BillingDate = l.BillingDate
  LEFT JOIN excluded_after x ON x.source = l.x_SourceId
    AND x.billing_period = l.BillingPeriod
    AND x.billing_account_id = coalesce(l.BillingAccountId, '')
    AND x.sub_account_id = coalesce(l.SubAccountId, '')
  GROUP BY l.BillingDate, l.BillingPeriod, l.BillingAccountId, l.SubAccountId, l.x_OU, l.x_ServiceCode, l.BillingCurrency,
    l.x_SourceId, h.x_SourceId, x.source
  ORDER BY l.BillingDate, l.x_SourceId, l.BillingPeriod, l.BillingAccountId, l.SubAccountId, l.x_OU, l.x_ServiceCode,
    l.BillingCurrency`;
