SELECT x_OU, count(DISTINCT coalesce(SubAccountId, '')) AS accounts
  FROM daily_costs
  WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
    AND DailyCost IS NOT NULL
  GROUP BY x_OU
  ORDER BY x_OU
