import type { TagRules } from '../core/rules/rules.ts';
import { CHARGE_KIND } from './parts/charge-kind.ts';
import { ACCOUNTS_THEN, ouAt } from './parts/ou.ts';
import { inReportingCurrency, RATES_THEN } from './parts/rates.ts';
import { spelledKeys, tagState } from './parts/tag-state.ts';
import type { Metric } from './schema.ts';
import { name, type Sql, sql } from './sql.ts';

/** What one load's rollup is made from, apart from the relations that it joins. */
export interface RollupOf {
  /** Relation with the load's lines, COST_LINE_COLUMNS. */
  readonly lines: string;
  readonly sourceId: string;
  readonly costMetric: Metric;
  readonly reportingCurrency: string;
  /** Levels below Root that make an OU; at least 1. */
  readonly ouLevel: number;
  readonly tagRules: TagRules;
}

/**
 * `daily-costs/`: DAILY_COST_COLUMNS of one load. Lines are grouped first; accounts, rates and service names are
 * joined to the groups, so their number costs nothing. Lines whose four metrics are all zero are left out; a line
 * with an unknown metric stays in and is counted. DailyCost is converted once per row, rounded half away from zero
 * at 15 decimals; null where its currency has no rate on that day, or where no line of the row knows COST_METRIC.
 * Reads `account_map`, `fx_rates`, `service_names`. The order is total where the columns tell rows apart.
 */
export const rollup = (of: RollupOf): Sql => sql`${rollupRows(of)}
  ORDER BY g.BillingDate, g.SubAccountId, x_ServiceCode, g.ServiceName, g.RegionId, g.BillingAccountId, g.PeriodStart,
    g.x_ChargeKind, g.ChargeCategory, g.ChargeFrequency, g.PricingCategory, g.x_TagState, g.x_SpansDays,
    g.BillingCurrency, g.ProviderName, g.CodeKey`;

/** The same in no order: for sums, which need none. */
export const rollupRows = (of: RollupOf): Sql => sql`
  WITH ${spelledKeys(name(of.lines), of.tagRules.required)}, ${charged(of)}, ${grouped(of.costMetric)}, ${ACCOUNTS_THEN}, ${RATES_THEN}
  SELECT g.BillingDate,
    substr(CAST(g.PeriodStart AS varchar), 1, 7) AS BillingPeriod,
    g.BillingAccountId, g.SubAccountId, g.SubAccountName,
    ${ouAt(sql`a.path`, of.ouLevel)} AS x_OU,
    a.team AS x_Team,
    g.ProviderName,
    ${SERVICE} AS x_ServiceCode,
    g.ServiceName, g.RegionId, g.ChargeCategory, g.ChargeFrequency, g.PricingCategory, g.x_ChargeKind, g.x_SpansDays,
    g.x_TagState, g.BillingCurrency, g.BilledCost, g.EffectiveCost, g.ListCost, g.ContractedCost,
    ${inReportingCurrency(sql`g.${name(of.costMetric)}`, sql`g.BillingCurrency`, sql`r.rate`, of.reportingCurrency)} AS DailyCost,
    g.UnknownEffective, g.UnknownCost, g.lines, g.LatestUsageEnd,
    ${of.sourceId} AS x_SourceId
  FROM grouped g
  LEFT JOIN accounts_then a ON a.account_id = g.OwnerId AND g.BillingDate >= a.since AND g.BillingDate < a.until
  LEFT JOIN rates_then r ON r.currency = g.BillingCurrency AND g.BillingDate >= r.since AND g.BillingDate < r.until
  LEFT JOIN service_names by_code ON by_code.spelling = g.CodeKey
  LEFT JOIN service_names by_name ON by_name.spelling = g.NameKey`;

/** Lines with what is decided line by line. Days stay days here: turning them into text is done once a group. */
const charged = ({ lines, tagRules }: RollupOf): Sql => sql`
  charged AS (
    SELECT CAST(l.ChargePeriodStart AS date) AS BillingDate,
      CAST(coalesce(l.BillingPeriodStart, date_trunc('month', l.ChargePeriodStart)) AS date) AS PeriodStart,
      l.BillingAccountId, l.SubAccountId, l.SubAccountName, l.ProviderName, l.x_ServiceCode, l.ServiceName, l.RegionId,
      l.ChargeCategory, l.ChargeFrequency, l.PricingCategory,
      ${CHARGE_KIND} AS x_ChargeKind,
      coalesce(l.x_SpansDays, false) AS x_SpansDays,
      ${tagState(CHARGE_KIND, tagRules)} AS x_TagState,
      l.BillingCurrency, l.BilledCost, l.EffectiveCost, l.ListCost, l.ContractedCost,
      CASE WHEN l.ChargeCategory = 'Usage' AND coalesce(l.CommitmentDiscountStatus, '') <> 'Unused'
        AND NOT coalesce(l.x_SpansDays, false) THEN l.ChargePeriodEnd END AS UsageEnd
    FROM ${name(lines)} l
    LEFT JOIN spelled s ON s.tag_keys = map_keys(l.Tags)
    WHERE l.BilledCost IS DISTINCT FROM 0 OR l.EffectiveCost IS DISTINCT FROM 0
      OR l.ListCost IS DISTINCT FROM 0 OR l.ContractedCost IS DISTINCT FROM 0
  )`;

/** `x_ServiceCode` says AWSDataTransfer on transfer lines in some exports: transfer stays with its service. */
const grouped = (costMetric: Metric): Sql => sql`
  grouped AS (
    SELECT BillingDate, PeriodStart, BillingAccountId, SubAccountId, max(SubAccountName) AS SubAccountName,
      coalesce(SubAccountId, BillingAccountId) AS OwnerId, ProviderName,
      nullif(nullif(x_ServiceCode, ''), 'AWSDataTransfer') AS OwnCode,
      lower(nullif(nullif(x_ServiceCode, ''), 'AWSDataTransfer')) AS CodeKey,
      lower(ServiceName) AS NameKey,
      x_ServiceCode AS GivenCode,
      ServiceName, RegionId, ChargeCategory, ChargeFrequency, PricingCategory, x_ChargeKind, x_SpansDays, x_TagState,
      BillingCurrency, sum(BilledCost) AS BilledCost, sum(EffectiveCost) AS EffectiveCost, sum(ListCost) AS ListCost,
      sum(ContractedCost) AS ContractedCost,
      count(*) - count(EffectiveCost) AS UnknownEffective,
      count(*) - count(${name(costMetric)}) AS UnknownCost,
      count(*) AS lines,
      max(UsageEnd) AS LatestUsageEnd
    FROM charged
    GROUP BY BillingDate, PeriodStart, BillingAccountId, SubAccountId, ProviderName, x_ServiceCode, ServiceName, RegionId,
      ChargeCategory, ChargeFrequency, PricingCategory, x_ChargeKind, x_SpansDays, x_TagState, BillingCurrency
  )`;

/** Code by code, code by name, the code as delivered, the name as delivered. Never null. */
const SERVICE: Sql = sql`coalesce(by_code.code, CASE WHEN g.OwnCode IS NULL THEN by_name.code ELSE g.OwnCode END,
      nullif(g.ServiceName, ''), nullif(g.GivenCode, ''), 'Unknown')`;
