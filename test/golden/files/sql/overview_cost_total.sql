SELECT coalesce(sum(DailyCost), CAST(0 AS decimal(38,15))), CAST(coalesce(sum(lines), 0) AS bigint), CAST(coalesce(sum(UnknownCost), 0) AS bigint)
  FROM daily_costs
  WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
