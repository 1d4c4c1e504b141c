WITH held AS (
    SELECT DISTINCT x_SourceId, BillingDate
    FROM costs_held
    WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
  )
  SELECT l.BillingDate, l.BillingPeriod, l.BillingAccountId, l.SubAccountId, l.x_OU, l.x_ServiceCode, l.BillingCurrency,
    sum(l.BilledCost) AS BilledCost, sum(l.EffectiveCost) AS EffectiveCost, sum(l.ListCost) AS ListCost, sum(l.ContractedCost) AS ContractedCost,
    sum(l.DailyCost) AS DailyCost, CAST(sum(l.lines) AS bigint) AS lines, l.x_SourceId,
    h.x_SourceId IS NULL AS New, x.source IS NULL AS Counted,
    CAST('d-1' AS varchar) AS Delivery, CAST(412 AS bigint) AS LakeVersion
  FROM costs_arrived l
  LEFT JOIN held h ON h.x_SourceId = l.x_SourceId AND h.BillingDate = l.BillingDate
  LEFT JOIN excluded_after x ON x.source = l.x_SourceId
    AND x.billing_period = l.BillingPeriod
    AND x.billing_account_id = coalesce(l.BillingAccountId, '')
    AND x.sub_account_id = coalesce(l.SubAccountId, '')
  GROUP BY l.BillingDate, l.BillingPeriod, l.BillingAccountId, l.SubAccountId, l.x_OU, l.x_ServiceCode, l.BillingCurrency,
    l.x_SourceId, h.x_SourceId, x.source
  ORDER BY l.BillingDate, l.x_SourceId, l.BillingPeriod, l.BillingAccountId, l.SubAccountId, l.x_OU, l.x_ServiceCode,
    l.BillingCurrency
