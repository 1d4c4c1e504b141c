SELECT last_month.x_OU, sum(last_month.amount) AS amount
  FROM (
    SELECT x_OU, coalesce(SubAccountId, '') AS account, x_ServiceCode, coalesce(ChargeCategory, '') AS ChargeCategory,
      x_ChargeKind, sum(DailyCost) AS amount
    FROM daily_costs
    WHERE BillingDate >= CAST('2026-10-01' AS DATE) AND BillingDate < CAST('2026-11-01' AS DATE)
      AND DailyCost IS NOT NULL
      AND (x_ChargeKind IN ('fee', 'tax') OR (x_ChargeKind = 'usage' AND x_SpansDays))
  AND coalesce(ChargeFrequency, '') <> 'One-Time'
    GROUP BY x_OU, coalesce(SubAccountId, ''), x_ServiceCode, coalesce(ChargeCategory, ''), x_ChargeKind) last_month
  LEFT JOIN (
    SELECT x_OU, coalesce(SubAccountId, '') AS account, x_ServiceCode, coalesce(ChargeCategory, '') AS ChargeCategory,
      x_ChargeKind, sum(DailyCost) AS amount
    FROM daily_costs
    WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
      AND DailyCost IS NOT NULL
      AND (x_ChargeKind IN ('fee', 'tax') OR (x_ChargeKind = 'usage' AND x_SpansDays))
  AND coalesce(ChargeFrequency, '') <> 'One-Time'
    GROUP BY x_OU, coalesce(SubAccountId, ''), x_ServiceCode, coalesce(ChargeCategory, ''), x_ChargeKind) this_month ON this_month.account = last_month.account
    AND this_month.x_ServiceCode = last_month.x_ServiceCode AND this_month.ChargeCategory = last_month.ChargeCategory
    AND this_month.x_ChargeKind = last_month.x_ChargeKind AND this_month.x_OU = last_month.x_OU
  WHERE this_month.account IS NULL
  GROUP BY last_month.x_OU
  ORDER BY last_month.x_OU
