SELECT part, BillingDate, sum(amount) AS amount
  FROM (
    SELECT CASE WHEN x_ServiceCode IN ('AmazonS3', 'AmazonEC2') THEN x_ServiceCode END AS part, BillingDate, DailyCost AS amount
    FROM daily_costs
    WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
      AND DailyCost IS NOT NULL
      AND x_ChargeKind = 'usage' AND NOT x_SpansDays
  ) chosen
  GROUP BY part, BillingDate
  ORDER BY part, BillingDate
