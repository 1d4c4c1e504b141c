SELECT x_SourceId AS source, coalesce(SubAccountId, '') AS account, BillingDate, CAST(sum(lines) AS bigint) AS line_count
  FROM daily_costs
  WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
  GROUP BY x_SourceId, coalesce(SubAccountId, ''), BillingDate
  ORDER BY source, account, BillingDate
