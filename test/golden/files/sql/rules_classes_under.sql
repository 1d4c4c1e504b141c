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
  SELECT before_class, before_reason, after_class, after_reason, count(*) AS series_days,
    CAST(sum(line_count) AS bigint) AS line_count, sum(Cost) AS amount
  FROM classed
  GROUP BY before_class, before_reason, after_class, after_reason
  ORDER BY before_class, before_reason, after_class, after_reason
