SELECT x_ChargeKind, x_TagState, x_OU = 'Unmapped' AS unmapped,
    coalesce(sum(DailyCost), CAST(0 AS decimal(38,15))) AS amount, CAST(sum(UnknownCost) AS bigint) AS unknown
  FROM daily_costs
  WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
  GROUP BY x_ChargeKind, x_TagState, x_OU = 'Unmapped'
  ORDER BY 1, 2, 3
