WITH chosen_lines AS (
    SELECT l.BillingDate, l.x_OU, l.x_Service, l.SubAccountId, l.RegionId, l.ResourceId, l.SkuMeter, l.ChargeCategory,
      l.ChargeDescription, l.EffectiveCost AS Cost, l.BillingCurrency, l.x_CostClass, l.x_SourceId
    FROM cost_lines l
    WHERE l.ChargePeriodStart >= CAST('2026-11-01 00:00:00' AS timestamp)
      AND l.ChargePeriodStart < CAST('2026-11-18 00:00:00' AS timestamp)
      AND coalesce(l.EffectiveCost, CAST(1 AS decimal(38,15))) <> 0
  )
  SELECT BillingCurrency, coalesce(sum(Cost), CAST(0 AS decimal(38,15))) AS amount, count(*) AS line_count
  FROM chosen_lines
  GROUP BY BillingCurrency
  ORDER BY BillingCurrency
