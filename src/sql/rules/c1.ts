import { addDays, type BillingDate, type Period } from '../../core/calendar/billing-date.ts';
import type { SpikeRules } from '../../core/rules/rules.ts';
import { DAILY_USAGE } from '../parts/daily-usage.ts';
import { inReportingCurrency, RATES_THEN } from '../parts/rates.ts';
import { query } from '../query.ts';
import { joined, type Sql, sql } from '../sql.ts';

/** What this file makes of equal rules and equal costs. It changes with every change here that can change a verdict. */
export const C1_METHOD = '1';

/** The reason of a judged day without a row: below threshold or impact. */
export const ROUTINE = 'routine';

/** A baseline looks back so many days, must have begun so many days ago, and needs so many days of the judged kind. */
const BASELINE_DAYS = 28;
const BASELINE_DAYS_MIN = 14;
const KIND_DAYS_MIN = 4;

export interface SpikesOf {
  /** Days to judge, all of them complete. */
  readonly period: Period;
  readonly reportingCurrency: string;
  readonly rules: SpikeRules;
  /** What `rules_version` says of the verdicts. */
  readonly rulesVersion: number;
}

/**
 * Requirement C1 as VERDICT_COLUMNS: EffectiveCost of daily usage per OU, service, account and region (the empty text where
 * the bill has none) against the median of the 28 days before, weekdays and weekends apart; a day without a line is no day of the
 * baseline. A day is a spike when its cost is above the baseline by the threshold,
 * by so many robust deviations (1.4826 MAD, at least 1 % of the baseline) and by the minimal impact. Days that pass threshold
 * and impact have a row (`spike`, or normal because of `within_noise`), and days without a baseline (`no_baseline`: the
 * series began less than 14 days ago, or has fewer than 4 days of the kind); every
 * other judged day is normal and has none: ROUTINE.
 * Reads `daily_costs`, `fx_rates`, and of them nothing after the judged day. Explained with an example in docs/rules.md.
 */
export const spikes = query(
  'c1_spikes',
  (of: SpikesOf): Sql => sql`
  WITH ${RATES_THEN}, ${seriesDays(of)}, ${candidates(of)}, ${BASELINES}, ${verdicts(of)}, runs AS (
    SELECT series, BillingDate, min(BillingDate) OVER (PARTITION BY series, run_start) AS since
    FROM (
      SELECT series, BillingDate,
        CAST(date_add('day', -row_number() OVER (PARTITION BY series ORDER BY BillingDate), BillingDate) AS date) AS run_start
      FROM verdicts_found
      WHERE x_CostClass = 'spike'
    ) spike_days
  )
  SELECT v.BillingDate, s.x_OU, s.x_ServiceCode, s.SubAccountId, s.RegionId, v.x_CostClass, v.x_ClassReason,
    v.Actual, v.Expected, v.ExpectedLow, v.ExpectedHigh, r.since AS SpikeSince, ${String(of.rulesVersion)} AS rules_version
  FROM verdicts_found v
  JOIN series_names s ON s.series = v.series
  LEFT JOIN runs r ON r.series = v.series AND r.BillingDate = v.BillingDate
  WHERE v.BillingDate >= CAST(${of.period.from} AS date)
  ORDER BY v.BillingDate, s.x_OU, s.x_ServiceCode, s.SubAccountId, s.RegionId`,
);

/** The first day that verdicts of `period` depend on: a spike that runs into it, and that spike's baseline. */
export const firstDayRead = ({ from }: Period): BillingDate => addDays(from, -2 * BASELINE_DAYS);

/** One row per series and day: its cost in the reporting currency. Unknown amounts and amounts without a rate are in no series. */
const seriesDays = ({ period, reportingCurrency }: SpikesOf): Sql => sql`
  charged AS (
    SELECT BillingDate, x_OU, x_ServiceCode, coalesce(SubAccountId, '') AS SubAccountId, coalesce(RegionId, '') AS RegionId,
      BillingCurrency, sum(EffectiveCost) AS Cost
    FROM daily_costs
    WHERE BillingDate >= CAST(${firstDayRead(period)} AS date)
      AND BillingDate < CAST(${period.until} AS date)
      AND ${DAILY_USAGE}
      AND EffectiveCost IS NOT NULL
    GROUP BY BillingDate, x_OU, x_ServiceCode, coalesce(SubAccountId, ''), coalesce(RegionId, ''), BillingCurrency
  ), converted AS (
    SELECT c.BillingDate, c.x_OU, c.x_ServiceCode, c.SubAccountId, c.RegionId,
      ${inReportingCurrency(sql`c.Cost`, sql`c.BillingCurrency`, sql`r.rate`, reportingCurrency)} AS Cost
    FROM charged c
    LEFT JOIN rates_then r ON r.currency = c.BillingCurrency AND c.BillingDate >= r.since AND c.BillingDate < r.until
  ), series_names AS (
    SELECT x_OU, x_ServiceCode, SubAccountId, RegionId,
      row_number() OVER (ORDER BY x_OU, x_ServiceCode, SubAccountId, RegionId) AS series
    FROM converted
    WHERE Cost IS NOT NULL
    GROUP BY x_OU, x_ServiceCode, SubAccountId, RegionId
  ), series_days AS (
    SELECT s.series, c.BillingDate, day_of_week(c.BillingDate) >= 6 AS weekend, sum(c.Cost) AS Cost
    FROM converted c
    JOIN series_names s ON s.x_OU = c.x_OU AND s.x_ServiceCode = c.x_ServiceCode AND s.SubAccountId = c.SubAccountId
      AND s.RegionId = c.RegionId
    WHERE c.Cost IS NOT NULL
    GROUP BY s.series, c.BillingDate
  )`;

/**
 * Days that could be spikes, found without a median: a median is never further than one standard deviation from the mean
 * (O'Cinneide 1990), so a day not above mean − deviation by threshold and impact is not above the median by them.
 * `first_seen` is the series' first line in the 28 days before, `kind_days` how many of its lines there are of this kind.
 */
const candidates = ({ period, rules }: SpikesOf): Sql => sql`
  windowed AS (
    SELECT series, BillingDate, weekend, Cost,
      min(BillingDate) OVER (PARTITION BY series ORDER BY BillingDate ${WINDOW}) AS first_seen,
      count(*) OVER (PARTITION BY series, weekend ORDER BY BillingDate ${WINDOW}) AS kind_days,
      sum(CAST(Cost AS double)) OVER (PARTITION BY series, weekend ORDER BY BillingDate ${WINDOW}) AS total,
      sum(CAST(Cost AS double) * CAST(Cost AS double)) OVER (PARTITION BY series, weekend ORDER BY BillingDate ${WINDOW})
        AS squares
    FROM series_days
  ), counted AS (
    SELECT series, BillingDate, weekend, Cost, kind_days, total, squares,
      kind_days >= ${KIND_DAYS_MIN} AND date_diff('day', first_seen, BillingDate) >= ${BASELINE_DAYS_MIN} AS has_baseline
    FROM windowed
    WHERE BillingDate >= CAST(${addDays(period.from, -BASELINE_DAYS)} AS date)
  ), bounded AS (
    SELECT series, BillingDate, weekend, Cost, has_baseline,
      total / kind_days - sqrt(abs(squares / kind_days - (total / kind_days) * (total / kind_days))) AS median_at_least
    FROM counted
    WHERE NOT has_baseline
      OR Cost >= ${decimal(lowestImpact(rules))}
  ), candidates AS (
    SELECT series, BillingDate, weekend, Cost, has_baseline
    FROM bounded
    WHERE NOT has_baseline
      OR (CAST(Cost AS double) * 1.000001e0 >= median_at_least * (1e0 + CAST(${rules.threshold} AS double))
        AND CAST(Cost AS double) * 1.000001e0 - median_at_least >= CAST(${lowestImpact(rules)} AS double))
  )`;

const WINDOW: Sql = sql`RANGE BETWEEN INTERVAL '28' DAY PRECEDING AND INTERVAL '1' DAY PRECEDING`;

/** Exact median and MAD of every candidate's baseline: its days of the same kind one by one. */
const BASELINES: Sql = sql`
  baseline_days AS (
    SELECT c.series, c.BillingDate, CAST(date_add('day', -k.days_back, c.BillingDate) AS date) AS past_day
    FROM candidates c
    CROSS JOIN UNNEST(sequence(1, ${BASELINE_DAYS})) AS k(days_back)
    WHERE c.has_baseline
      AND (day_of_week(CAST(date_add('day', -k.days_back, c.BillingDate) AS date)) >= 6) = c.weekend
  ), past AS (
    SELECT b.series, b.BillingDate, d.Cost
    FROM baseline_days b
    JOIN series_days d ON d.series = b.series AND d.BillingDate = b.past_day
  ), medians AS (
    ${medianOf(sql`Cost`, sql`past`, sql`baseline`)}
  ), deviations AS (
    SELECT p.series, p.BillingDate, abs(p.Cost - m.baseline) AS Deviation
    FROM past p
    JOIN medians m ON m.series = p.series AND m.BillingDate = p.BillingDate
  ), spreads AS (
    ${medianOf(sql`Deviation`, sql`deviations`, sql`mad`)}
  )`;

/** The exact median per series and day: the middle value, or half the sum of the two middle ones, at 15 decimals. */
function medianOf(value: Sql, from: Sql, as: Sql): Sql {
  return sql`
    SELECT series, BillingDate,
      CAST(CASE count(*) WHEN 1 THEN sum(${value}) ELSE sum(${value}) * 0.5 END AS decimal(38,15)) AS ${as}
    FROM (
      SELECT series, BillingDate, ${value},
        row_number() OVER (PARTITION BY series, BillingDate ORDER BY ${value}) AS place,
        count(*) OVER (PARTITION BY series, BillingDate) AS places
      FROM ${from}
    ) placed
    WHERE 2 * place BETWEEN places AND places + 2
    GROUP BY series, BillingDate`;
}

/** A baseline below zero (usage that was given back) is held to be zero: nothing is 20 % above a negative amount. */
const verdicts = ({ rules }: SpikesOf): Sql => sql`
  measured AS (
    SELECT c.series, c.BillingDate, c.Cost, c.has_baseline, ${impactOf(rules)} AS min_impact,
      CASE WHEN m.baseline < 0 THEN CAST(0 AS decimal(38,15)) ELSE m.baseline END AS baseline,
      CAST(CASE WHEN s.mad * 1.4826 < m.baseline * 0.01 THEN m.baseline * 0.01
        ELSE s.mad * 1.4826 END * ${decimal(rules.deviations)} AS decimal(38,15)) AS noise
    FROM candidates c
    JOIN series_names n ON n.series = c.series
    LEFT JOIN medians m ON m.series = c.series AND m.BillingDate = c.BillingDate
    LEFT JOIN spreads s ON s.series = c.series AND s.BillingDate = c.BillingDate
  ), verdicts_found AS (
    SELECT series, BillingDate,
      CASE WHEN has_baseline AND Cost - baseline > noise THEN 'spike' ELSE 'normal' END AS x_CostClass,
      CASE WHEN NOT has_baseline THEN 'no_baseline' WHEN Cost - baseline > noise THEN 'spike' ELSE 'within_noise' END
        AS x_ClassReason,
      Cost AS Actual,
      baseline AS Expected,
      CASE WHEN baseline > noise THEN baseline - noise WHEN baseline IS NOT NULL THEN CAST(0 AS decimal(38,15)) END
        AS ExpectedLow,
      baseline + noise AS ExpectedHigh
    FROM measured
    WHERE NOT has_baseline
      OR (Cost > CAST(baseline * (1 + ${decimal(rules.threshold)}) AS decimal(38,15)) AND Cost - baseline >= min_impact)
  )`;

/** The least impact that a series `n` must have: of its OU, else of all. */
const impactOf = ({ minImpact, minImpactByOu }: SpikeRules): Sql => {
  const own = Object.entries(minImpactByOu).sort(([a], [b]) => (a < b ? -1 : 1));
  if (own.length === 0) return decimal(minImpact);
  return sql`CASE n.x_OU ${joined(
    own.map(([ou, impact]) => sql`WHEN ${ou} THEN ${decimal(impact)}`),
    ' ',
  )} ELSE ${decimal(minImpact)} END`;
};

const lowestImpact = ({ minImpact, minImpactByOu }: SpikeRules): string =>
  Object.values(minImpactByOu).reduce((least, one) => (Number(one) < Number(least) ? one : least), minImpact);

const decimal = (text: string): Sql => sql`CAST(${text} AS decimal(18,6))`;
