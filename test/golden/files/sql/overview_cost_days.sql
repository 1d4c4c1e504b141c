SELECT BillingDate, sum(DailyCost) AS amount, sum(CASE WHEN x_ChargeKind = 'usage' AND NOT x_SpansDays THEN DailyCost ELSE CAST(0 AS decimal(38,15)) END) AS daily_usage
  FROM daily_costs
  WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
    AND DailyCost IS NOT NULL
  GROUP BY BillingDate
  ORDER BY BillingDate
