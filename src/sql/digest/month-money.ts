import type { Period } from '../../core/calendar/billing-date.ts';
import type { TagRules } from '../../core/rules/rules.ts';
import { inReportingCurrency, RATES_THEN } from '../parts/rates.ts';
import {
  normalisedKey,
  normalisedKeyText,
  spelledKey,
  spelledKeys,
  tagKeyFlags,
} from '../parts/tag-state.ts';
import { within } from '../parts/within.ts';
import { query } from '../query.ts';
import type { Metric } from '../schema.ts';
import { joined, name, type Sql, sql } from '../sql.ts';

/** Money of a period by kind and tag state, the unmapped apart: [kind, tag state, unmapped, amount, lines whose metric is unknown]. */
export const monthMoney = query(
  'digest_month_money',
  (period: Period): Sql => sql`
  SELECT x_ChargeKind, x_TagState, x_OU = 'Unmapped' AS unmapped,
    coalesce(sum(DailyCost), CAST(0 AS decimal(38,15))) AS amount, CAST(sum(UnknownCost) AS bigint) AS unknown
  FROM daily_costs
  WHERE ${within(period)}
  GROUP BY x_ChargeKind, x_TagState, x_OU = 'Unmapped'
  ORDER BY 1, 2, 3`,
);

/** EffectiveCost of a period in the reporting currency: [amount, lines that are unknown or without a rate]. Reads `daily_costs`, `fx_rates`. */
export const amortisedMoney = query(
  'digest_amortised',
  (of: { readonly period: Period; readonly reportingCurrency: string }): Sql => sql`
  WITH ${RATES_THEN}, charged AS (
    SELECT BillingDate, BillingCurrency, sum(EffectiveCost) AS EffectiveCost, sum(UnknownEffective) AS unknown,
      sum(lines) AS n
    FROM daily_costs
    WHERE ${within(of.period)}
    GROUP BY BillingDate, BillingCurrency
  ), converted AS (
    SELECT ${inReportingCurrency(sql`c.EffectiveCost`, sql`c.BillingCurrency`, sql`r.rate`, of.reportingCurrency)} AS amount,
      c.unknown, c.n
    FROM charged c
    LEFT JOIN rates_then r ON r.currency = c.BillingCurrency AND c.BillingDate >= r.since AND c.BillingDate < r.until
  )
  SELECT coalesce(sum(amount), CAST(0 AS decimal(38,15))), CAST(sum(unknown + CASE WHEN amount IS NULL THEN n ELSE 0 END) AS bigint)
  FROM converted`,
);

/** Amounts that no rate converts: [currency, COST_METRIC in it, lines]. Reads `daily_costs`. */
export const withoutRate = query(
  'digest_without_rate',
  (of: { readonly period: Period; readonly costMetric: Metric }): Sql => sql`
  SELECT BillingCurrency, sum(${name(of.costMetric)}) AS amount, CAST(sum(lines) AS bigint) AS line_count
  FROM daily_costs
  WHERE ${within(of.period)}
    AND DailyCost IS NULL
    AND ${name(of.costMetric)} IS NOT NULL
  GROUP BY BillingCurrency
  ORDER BY BillingCurrency`,
);

/** Unmapped money and all money of a period: [unmapped, all, unmapped accounts]. Reads `daily_costs`. */
export const unmappedMoney = query(
  'digest_unmapped',
  (period: Period): Sql => sql`
  SELECT coalesce(sum(CASE WHEN x_OU = 'Unmapped' THEN DailyCost END), CAST(0 AS decimal(38,15))) AS unmapped,
    coalesce(sum(DailyCost), CAST(0 AS decimal(38,15))) AS everything,
    count(DISTINCT CASE WHEN x_OU = 'Unmapped' THEN coalesce(SubAccountId, '') END) AS accounts
  FROM daily_costs
  WHERE ${within(period)}
    AND DailyCost IS NOT NULL`,
);

/**
 * For each required tag key, in the order given, how much money lies on lines that lack it and on lines where it says
 * nothing: [missing 0, incomplete 0, missing 1, …], in the reporting currency at the rates of the period's days. The one
 * question about tags that needs lines: keys are not in the rollup. Reads `pinned_lines`, `fx_rates`.
 */
export const tagKeyMoney = query(
  'digest_tag_keys',
  (of: TagKeysOf): Sql => sql`
  WITH month_lines AS (
    SELECT ChargePeriodStart, ${name(of.costMetric)} AS Cost, BillingCurrency, ChargeCategory, ChargeClass, x_LineItemType,
      ResourceId, CommitmentDiscountStatus, x_ServiceCode, Tags
    FROM pinned_lines
    WHERE ChargePeriodStart >= CAST(${`${of.period.from} 00:00:00`} AS timestamp)
      AND ChargePeriodStart < CAST(${`${of.period.until} 00:00:00`} AS timestamp)
      AND ChargeCategory NOT IN ('Tax', 'Credit', 'Purchase')
      AND ${name(of.costMetric)} <> 0
  ), ${spelledKeys(sql`month_lines`, of.tagRules.required)}, ${RATES_THEN}, by_currency AS (
    SELECT CAST(l.ChargePeriodStart AS date) AS BillingDate, l.BillingCurrency${joined(
      of.tagRules.required.map(
        (key, i) => sql`,
      sum(CASE WHEN ${tagKeyFlags(of.tagRules, key, i).missing} THEN l.Cost END) AS ${name(`missing_${i}`)},
      sum(CASE WHEN ${tagKeyFlags(of.tagRules, key, i).incomplete} THEN l.Cost END) AS ${name(`incomplete_${i}`)}`,
      ),
      '',
    )}
    FROM month_lines l
    LEFT JOIN spelled s ON s.tag_keys = map_keys(l.Tags)
    GROUP BY CAST(l.ChargePeriodStart AS date), l.BillingCurrency
  )
  SELECT ${joined(
    of.tagRules.required.flatMap((_, i) =>
      [`missing_${i}`, `incomplete_${i}`].map((column) => {
        const amount = inReportingCurrency(
          sql`c.${name(column)}`,
          sql`c.BillingCurrency`,
          sql`r.rate`,
          of.reportingCurrency,
        );
        return sql`coalesce(sum(${amount}), CAST(0 AS decimal(38,15)))`;
      }),
    ),
  )}
  FROM by_currency c
  LEFT JOIN rates_then r ON r.currency = c.BillingCurrency AND c.BillingDate >= r.since AND c.BillingDate < r.until`,
);

/**
 * How the required keys are spelled on the lines of a period, without the export's prefix: [key as it is compared,
 * spelling], by both. Reads `pinned_lines`.
 */
export const tagSpellings = query(
  'digest_tag_spellings',
  (of: Pick<TagKeysOf, 'period' | 'tagRules'>): Sql => sql`
  WITH key_sets AS (
    SELECT DISTINCT map_keys(Tags) AS tag_keys
    FROM pinned_lines
    WHERE ChargePeriodStart >= CAST(${`${of.period.from} 00:00:00`} AS timestamp)
      AND ChargePeriodStart < CAST(${`${of.period.until} 00:00:00`} AS timestamp)
      AND Tags IS NOT NULL
  )
  SELECT DISTINCT ${normalisedKey(sql`u.tag_key`)} AS compared, ${spelledKey(sql`u.tag_key`)} AS spelling
  FROM key_sets s
  CROSS JOIN UNNEST(s.tag_keys) AS u(tag_key)
  WHERE ${normalisedKey(sql`u.tag_key`)} IN (${joined(of.tagRules.required.map((key) => sql`${normalisedKeyText(key)}`))})
  ORDER BY compared, spelling`,
);

export interface TagKeysOf {
  readonly period: Period;
  readonly costMetric: Metric;
  readonly reportingCurrency: string;
  /** They require at least one. */
  readonly tagRules: TagRules;
}
