import type { BillingDate } from '../core/calendar/billing-date.ts';
import type { LowValueRules, TagRules } from '../core/rules/rules.ts';
import { spelledKeys, tagKeyFlags } from './parts/tag-state.ts';
import { lowValueDays, lowValueDaysBefore, lowValueThings } from './rules/c3.ts';
import { joined, type Sql, sql } from './sql.ts';

export interface EventsOf {
  readonly tagRules: TagRules;
  readonly lowValue: LowValueRules;
  readonly reportingCurrency: string | Sql;
  /**
   * The newest day that the rules have judged; undefined where they have judged none. Or what the engine knows: the first
   * day that they have not judged, and whether they have judged any.
   */
  readonly lastDay: BillingDate | { readonly until: Sql; readonly isAny: Sql } | undefined;
}

/**
 * `cost_events`: the events that count, by their own names, with what the rules say of them: cost_class (C1's verdict on the
 * day; null where it is not judged yet), missing_tags (required keys that are absent or say nothing, parted by commas),
 * low_value_recurring (C3; null where nothing is judged yet) and rules_version. Reads `event_lines`, `cost_lines`, `fx_rates`.
 */
export const costEvents = ({ tagRules, lowValue, reportingCurrency, lastDay }: EventsOf): Sql => sql`
  WITH ${spelledKeys(sql`event_lines`, tagRules.required)}${
    lastDay === undefined
      ? sql``
      : sql`, ${lowValueThings({
          ...(typeof lastDay === 'string' ? lowValueDays(lastDay) : lowValueDaysBefore(lastDay.until)),
          reportingCurrency,
          rules: lowValue,
        })}, listed AS (
    SELECT x_OU, x_Service, account
    FROM things
    GROUP BY x_OU, x_Service, account
    HAVING sum(cost) >= CAST(${lowValue.monthMin} AS decimal(18,6))
  ), little AS (
    SELECT t.x_OU, t.x_Service, t.account, t.kind, t.thing
    FROM things t
    JOIN listed g ON g.x_OU = t.x_OU AND g.x_Service = t.x_Service AND g.account = t.account
  )`
  }
  SELECT l.x_EventId AS event_id, l.x_EventTime AS event_time, l.SubAccountId AS account_id, l.x_ServiceCode AS service,
    l.RegionId AS region, l.SkuMeter AS usage_type, l.ResourceId AS resource_id, l.ConsumedQuantity AS usage_amount,
    l.BilledCost AS unblended_cost, l.BillingCurrency AS currency, l.ChargePeriodStart AS usage_start,
    l.ChargePeriodEnd AS usage_end, l.Tags AS tags, l.x_CostClass AS cost_class,
    ${missingTags(tagRules)} AS missing_tags,
    ${isLowValue(lastDay)} AS low_value_recurring,
    l.rules_version, l.BillingDate AS billing_date, l.x_OU AS ou, l.x_SourceId AS source
  FROM event_lines l
  LEFT JOIN spelled s ON s.tag_keys = map_keys(l.Tags)${
    lastDay === undefined
      ? sql``
      : sql`
  LEFT JOIN little t ON t.x_OU = l.x_OU AND t.x_Service = l.x_Service AND t.account = coalesce(l.SubAccountId, '')
    AND t.kind = CASE WHEN coalesce(l.ResourceId, '') <> '' THEN 'resource' ELSE 'usage type' END
    AND t.thing = coalesce(nullif(l.ResourceId, ''), l.SkuMeter, '')`
  }`;

const isLowValue = (lastDay: EventsOf['lastDay']): Sql => {
  if (lastDay === undefined) return sql`CAST(NULL AS boolean)`;
  const isListed = sql`(t.thing IS NOT NULL)`;
  return typeof lastDay === 'string' ? isListed : sql`CASE WHEN ${lastDay.isAny} THEN ${isListed} END`;
};

const missingTags = (rules: TagRules): Sql => {
  const missing = rules.required.map((key, i) => {
    const { missing: absent, incomplete } = tagKeyFlags(rules, key, i);
    return sql`CASE WHEN (${absent}) OR (${incomplete}) THEN ${key} END`;
  });
  return missing.length === 0 ? sql`''` : sql`concat_ws(',', ${joined(missing)})`;
};

/** Events and their cost by day or month, account, service, region and currency. Reads `cost_events`. */
const summary = (time: Sql, as: Sql): Sql => sql`
  SELECT ${time} AS ${as}, account_id, service, region, currency, count(*) AS events, sum(unblended_cost) AS unblended_cost,
    count(CASE WHEN missing_tags <> '' THEN 1 END) AS events_missing_tags,
    sum(CASE WHEN missing_tags <> '' THEN unblended_cost ELSE CAST(0 AS decimal(38,15)) END) AS cost_missing_tags,
    count(CASE WHEN cost_class = 'spike' THEN 1 END) AS events_spike,
    count(CASE WHEN low_value_recurring THEN 1 END) AS events_low_value
  FROM cost_events
  GROUP BY 1, account_id, service, region, currency`;

/** View `events_daily_summary`, by BillingDate. */
export const eventsDaily: Sql = summary(sql`billing_date`, sql`billing_date`);

/** View `events_monthly_summary`, by the month (YYYY-MM) of BillingDate. */
export const eventsMonthly: Sql = summary(sql`substr(CAST(billing_date AS varchar), 1, 7)`, sql`month`);
