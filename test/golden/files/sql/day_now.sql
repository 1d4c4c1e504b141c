SELECT sum(DailyCost) AS amount
  FROM ou_breakdown
  WHERE BillingDate = CAST('2026-11-17' AS DATE) AND OU = 'Platform'
