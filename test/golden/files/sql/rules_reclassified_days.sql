WITH 
  series_days AS (
    SELECT BillingDate, x_OU, x_ServiceCode, coalesce(SubAccountId, '') AS SubAccountId, coalesce(RegionId, '') AS RegionId,
      CAST(sum(lines) AS bigint) AS line_count, coalesce(sum(DailyCost), CAST(0 AS decimal(38,15))) AS Cost
    FROM daily_costs
    WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
      AND x_ChargeKind = 'usage' AND NOT x_SpansDays
    GROUP BY BillingDate, x_OU, x_ServiceCode, coalesce(SubAccountId, ''), coalesce(RegionId, '')
  ), classed AS (
    SELECT d.BillingDate, d.x_OU, d.x_ServiceCode, d.SubAccountId, d.RegionId, d.line_count, d.Cost,
      coalesce(b.x_CostClass, 'normal') AS before_class, coalesce(b.x_ClassReason, 'routine') AS before_reason,
      coalesce(a.x_CostClass, 'normal') AS after_class, coalesce(a.x_ClassReason, 'routine') AS after_reason
    FROM series_days d
    LEFT JOIN verdicts_before b ON b.BillingDate = d.BillingDate AND b.x_OU = d.x_OU AND b.x_ServiceCode = d.x_ServiceCode
      AND b.SubAccountId = d.SubAccountId AND b.RegionId = d.RegionId
    LEFT JOIN verdicts_after a ON a.BillingDate = d.BillingDate AND a.x_OU = d.x_OU AND a.x_ServiceCode = d.x_ServiceCode
      AND a.SubAccountId = d.SubAccountId AND a.RegionId = d.RegionId
  )
  SELECT BillingDate, x_OU, x_ServiceCode, SubAccountId, RegionId, before_class, after_class, line_count, Cost
  FROM classed
  WHERE before_class <> after_class
  ORDER BY Cost DESC, BillingDate, x_OU, x_ServiceCode, SubAccountId, RegionId
  LIMIT 20
