WITH 
  rates_then AS (
    SELECT currency, coalesce(valid_from, DATE '0001-01-01') AS since,
      coalesce(valid_until, DATE '9999-12-31') AS until, rate
    FROM fx_rates
  ), 
  charged AS (
    SELECT BillingDate, x_OU, x_ServiceCode, coalesce(SubAccountId, '') AS SubAccountId, coalesce(RegionId, '') AS RegionId,
      BillingCurrency, sum(EffectiveCost) AS Cost
    FROM daily_costs
    WHERE BillingDate >= CAST('2026-09-06' AS date)
      AND BillingDate < CAST('2026-11-18' AS date)
      AND x_ChargeKind = 'usage' AND NOT x_SpansDays
      AND EffectiveCost IS NOT NULL
    GROUP BY BillingDate, x_OU, x_ServiceCode, coalesce(SubAccountId, ''), coalesce(RegionId, ''), BillingCurrency
  ), converted AS (
    SELECT c.BillingDate, c.x_OU, c.x_ServiceCode, c.SubAccountId, c.RegionId,
      CASE WHEN c.BillingCurrency = 'USD' THEN c.Cost ELSE CAST(c.Cost * r.rate AS decimal(38,15)) END AS Cost
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
  ), 
  windowed AS (
    SELECT series, BillingDate, weekend, Cost,
      min(BillingDate) OVER (PARTITION BY series ORDER BY BillingDate RANGE BETWEEN INTERVAL '28' DAY PRECEDING AND INTERVAL '1' DAY PRECEDING) AS first_seen,
      count(*) OVER (PARTITION BY series, weekend ORDER BY BillingDate RANGE BETWEEN INTERVAL '28' DAY PRECEDING AND INTERVAL '1' DAY PRECEDING) AS kind_days,
      sum(CAST(Cost AS double)) OVER (PARTITION BY series, weekend ORDER BY BillingDate RANGE BETWEEN INTERVAL '28' DAY PRECEDING AND INTERVAL '1' DAY PRECEDING) AS total,
      sum(CAST(Cost AS double) * CAST(Cost AS double)) OVER (PARTITION BY series, weekend ORDER BY BillingDate RANGE BETWEEN INTERVAL '28' DAY PRECEDING AND INTERVAL '1' DAY PRECEDING)
        AS squares
    FROM series_days
  ), counted AS (
    SELECT series, BillingDate, weekend, Cost, kind_days, total, squares,
      kind_days >= 4 AND date_diff('day', first_seen, BillingDate) >= 14 AS has_baseline
    FROM windowed
    WHERE BillingDate >= CAST('2026-10-04' AS date)
  ), bounded AS (
    SELECT series, BillingDate, weekend, Cost, has_baseline,
      total / kind_days - sqrt(abs(squares / kind_days - (total / kind_days) * (total / kind_days))) AS median_at_least
    FROM counted
    WHERE NOT has_baseline
      OR Cost >= CAST('10' AS decimal(18,6))
  ), candidates AS (
    SELECT series, BillingDate, weekend, Cost, has_baseline
    FROM bounded
    WHERE NOT has_baseline
      OR (CAST(Cost AS double) * 1.000001e0 >= median_at_least * (1e0 + CAST('0.200000' AS double))
        AND CAST(Cost AS double) * 1.000001e0 - median_at_least >= CAST('10' AS double))
  ), 
  baseline_days AS (
    SELECT c.series, c.BillingDate, CAST(date_add('day', -k.days_back, c.BillingDate) AS date) AS past_day
    FROM candidates c
    CROSS JOIN UNNEST(sequence(1, 28)) AS k(days_back)
    WHERE c.has_baseline
      AND (day_of_week(CAST(date_add('day', -k.days_back, c.BillingDate) AS date)) >= 6) = c.weekend
  ), past AS (
    SELECT b.series, b.BillingDate, d.Cost
    FROM baseline_days b
    JOIN series_days d ON d.series = b.series AND d.BillingDate = b.past_day
  ), medians AS (
    
    SELECT series, BillingDate,
      CAST(CASE count(*) WHEN 1 THEN sum(Cost) ELSE sum(Cost) * 0.5 END AS decimal(38,15)) AS baseline
    FROM (
      SELECT series, BillingDate, Cost,
        row_number() OVER (PARTITION BY series, BillingDate ORDER BY Cost) AS place,
        count(*) OVER (PARTITION BY series, BillingDate) AS places
      FROM past
    ) placed
    WHERE 2 * place BETWEEN places AND places + 2
    GROUP BY series, BillingDate
  ), deviations AS (
    SELECT p.series, p.BillingDate, abs(p.Cost - m.baseline) AS Deviation
    FROM past p
    JOIN medians m ON m.series = p.series AND m.BillingDate = p.BillingDate
  ), spreads AS (
    
    SELECT series, BillingDate,
      CAST(CASE count(*) WHEN 1 THEN sum(Deviation) ELSE sum(Deviation) * 0.5 END AS decimal(38,15)) AS mad
    FROM (
      SELECT series, BillingDate, Deviation,
        row_number() OVER (PARTITION BY series, BillingDate ORDER BY Deviation) AS place,
        count(*) OVER (PARTITION BY series, BillingDate) AS places
      FROM deviations
    ) placed
    WHERE 2 * place BETWEEN places AND places + 2
    GROUP BY series, BillingDate
  ), 
  measured AS (
    SELECT c.series, c.BillingDate, c.Cost, c.has_baseline, CAST('10' AS decimal(18,6)) AS min_impact,
      CASE WHEN m.baseline < 0 THEN CAST(0 AS decimal(38,15)) ELSE m.baseline END AS baseline,
      CAST(CASE WHEN s.mad * 1.4826 < m.baseline * 0.01 THEN m.baseline * 0.01
        ELSE s.mad * 1.4826 END * CAST('3.5' AS decimal(18,6)) AS decimal(38,15)) AS noise
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
      OR (Cost > CAST(baseline * (1 + CAST('0.200000' AS decimal(18,6))) AS decimal(38,15)) AND Cost - baseline >= min_impact)
  ), runs AS (
    SELECT series, BillingDate, min(BillingDate) OVER (PARTITION BY series, run_start) AS since
    FROM (
      SELECT series, BillingDate,
        CAST(date_add('day', -row_number() OVER (PARTITION BY series ORDER BY BillingDate), BillingDate) AS date) AS run_start
      FROM verdicts_found
      WHERE x_CostClass = 'spike'
    ) spike_days
  )
  SELECT v.BillingDate, s.x_OU, s.x_ServiceCode, s.SubAccountId, s.RegionId, v.x_CostClass, v.x_ClassReason,
    v.Actual, v.Expected, v.ExpectedLow, v.ExpectedHigh, r.since AS SpikeSince, '1' AS rules_version
  FROM verdicts_found v
  JOIN series_names s ON s.series = v.series
  LEFT JOIN runs r ON r.series = v.series AND r.BillingDate = v.BillingDate
  WHERE v.BillingDate >= CAST('2026-11-01' AS date)
  ORDER BY v.BillingDate, s.x_OU, s.x_ServiceCode, s.SubAccountId, s.RegionId
