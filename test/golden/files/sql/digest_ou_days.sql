SELECT x_OU, BillingDate,
    sum(CASE WHEN x_ChargeKind = 'usage' AND NOT x_SpansDays THEN DailyCost ELSE CAST(0 AS decimal(38,15)) END) AS daily_usage,
    sum(CASE WHEN (x_ChargeKind IN ('fee', 'tax') OR (x_ChargeKind = 'usage' AND x_SpansDays))
  AND coalesce(ChargeFrequency, '') <> 'One-Time' THEN DailyCost ELSE CAST(0 AS decimal(38,15)) END) AS monthly,
    sum(CASE WHEN x_ChargeKind = 'usage' AND NOT x_SpansDays OR (x_ChargeKind IN ('fee', 'tax') OR (x_ChargeKind = 'usage' AND x_SpansDays))
  AND coalesce(ChargeFrequency, '') <> 'One-Time' THEN CAST(0 AS decimal(38,15)) ELSE DailyCost END) AS other
  FROM daily_costs
  WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
    AND DailyCost IS NOT NULL
  GROUP BY x_OU, BillingDate
  ORDER BY x_OU, BillingDate
