SELECT x_ChargeKind, BillingCurrency, count(*) AS row_count, CAST(sum(lines) AS bigint) AS line_count,
    coalesce(sum(BilledCost), CAST(0 AS decimal(38,15))) AS own, sum(DailyCost) AS reported
  FROM daily_costs
  WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
  GROUP BY x_ChargeKind, BillingCurrency
  ORDER BY x_ChargeKind, BillingCurrency
