WITH held AS (
    SELECT DISTINCT x_SourceId, BillingDate
    FROM costs_held
    WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
  ), both_sides AS (
    
    SELECT BillingDate, x_OU, x_ServiceCode, coalesce(SubAccountId, '') AS LinkedAccount, x_SourceId, BillingCurrency,
      0 AS IsAfter, BilledCost, EffectiveCost, ListCost, ContractedCost, DailyCost
    FROM costs_before
    WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
    UNION ALL
    
    SELECT BillingDate, x_OU, x_ServiceCode, coalesce(SubAccountId, '') AS LinkedAccount, x_SourceId, BillingCurrency,
      1 AS IsAfter, BilledCost, EffectiveCost, ListCost, ContractedCost, DailyCost
    FROM costs_after
    WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
  ), compared AS (
    SELECT s.BillingDate, s.x_OU, s.x_ServiceCode, s.LinkedAccount, s.x_SourceId, s.BillingCurrency,
      coalesce(sum(CASE WHEN s.IsAfter = 0 THEN s.BilledCost END), CAST(0 AS decimal(38,15))) AS BilledCostBefore, coalesce(sum(CASE WHEN s.IsAfter = 1 THEN s.BilledCost END), CAST(0 AS decimal(38,15))) AS BilledCostAfter, coalesce(sum(CASE WHEN s.IsAfter = 0 THEN s.EffectiveCost END), CAST(0 AS decimal(38,15))) AS EffectiveCostBefore, coalesce(sum(CASE WHEN s.IsAfter = 1 THEN s.EffectiveCost END), CAST(0 AS decimal(38,15))) AS EffectiveCostAfter, coalesce(sum(CASE WHEN s.IsAfter = 0 THEN s.ListCost END), CAST(0 AS decimal(38,15))) AS ListCostBefore, coalesce(sum(CASE WHEN s.IsAfter = 1 THEN s.ListCost END), CAST(0 AS decimal(38,15))) AS ListCostAfter, coalesce(sum(CASE WHEN s.IsAfter = 0 THEN s.ContractedCost END), CAST(0 AS decimal(38,15))) AS ContractedCostBefore, coalesce(sum(CASE WHEN s.IsAfter = 1 THEN s.ContractedCost END), CAST(0 AS decimal(38,15))) AS ContractedCostAfter, coalesce(sum(CASE WHEN s.IsAfter = 0 THEN s.DailyCost END), CAST(0 AS decimal(38,15))) AS DailyCostBefore, coalesce(sum(CASE WHEN s.IsAfter = 1 THEN s.DailyCost END), CAST(0 AS decimal(38,15))) AS DailyCostAfter
    FROM both_sides s
    JOIN held h ON h.x_SourceId = s.x_SourceId AND h.BillingDate = s.BillingDate
    GROUP BY s.BillingDate, s.x_OU, s.x_ServiceCode, s.LinkedAccount, s.x_SourceId, s.BillingCurrency
  ), told AS (
    
    SELECT BillingDate, x_OU AS OU, x_ServiceCode AS Service, LinkedAccount, x_SourceId AS Source, BillingCurrency AS Currency,
      'BilledCost' AS Metric, sum(BilledCostBefore) AS Before, sum(BilledCostAfter) AS After
    FROM compared
    GROUP BY BillingDate, x_OU, x_ServiceCode, LinkedAccount, x_SourceId, BillingCurrency
    HAVING sum(BilledCostBefore) <> sum(BilledCostAfter)
    UNION ALL
    SELECT BillingDate, x_OU AS OU, x_ServiceCode AS Service, LinkedAccount, x_SourceId AS Source, BillingCurrency AS Currency,
      'EffectiveCost' AS Metric, sum(EffectiveCostBefore) AS Before, sum(EffectiveCostAfter) AS After
    FROM compared
    GROUP BY BillingDate, x_OU, x_ServiceCode, LinkedAccount, x_SourceId, BillingCurrency
    HAVING sum(EffectiveCostBefore) <> sum(EffectiveCostAfter)
    UNION ALL
    SELECT BillingDate, x_OU AS OU, x_ServiceCode AS Service, LinkedAccount, x_SourceId AS Source, BillingCurrency AS Currency,
      'ListCost' AS Metric, sum(ListCostBefore) AS Before, sum(ListCostAfter) AS After
    FROM compared
    GROUP BY BillingDate, x_OU, x_ServiceCode, LinkedAccount, x_SourceId, BillingCurrency
    HAVING sum(ListCostBefore) <> sum(ListCostAfter)
    UNION ALL
    SELECT BillingDate, x_OU AS OU, x_ServiceCode AS Service, LinkedAccount, x_SourceId AS Source, BillingCurrency AS Currency,
      'ContractedCost' AS Metric, sum(ContractedCostBefore) AS Before, sum(ContractedCostAfter) AS After
    FROM compared
    GROUP BY BillingDate, x_OU, x_ServiceCode, LinkedAccount, x_SourceId, BillingCurrency
    HAVING sum(ContractedCostBefore) <> sum(ContractedCostAfter)
    UNION ALL
    SELECT BillingDate, x_OU AS OU, x_ServiceCode AS Service, LinkedAccount, x_SourceId AS Source, 'USD' AS Currency,
      'DailyCost' AS Metric, sum(DailyCostBefore) AS Before, sum(DailyCostAfter) AS After
    FROM compared
    GROUP BY BillingDate, x_OU, x_ServiceCode, LinkedAccount, x_SourceId
    HAVING sum(DailyCostBefore) <> sum(DailyCostAfter)
  ), named AS (
    SELECT BillingDate, CASE WHEN abs(After - Before) < CAST('0.005' AS decimal(38,15)) THEN '(changes below 0.005)' ELSE OU END AS OU, CASE WHEN abs(After - Before) < CAST('0.005' AS decimal(38,15)) THEN '(changes below 0.005)' ELSE Service END AS Service,
      CASE WHEN abs(After - Before) < CAST('0.005' AS decimal(38,15)) THEN '' ELSE LinkedAccount END AS LinkedAccount, Source, Currency, Metric, Before, After
    FROM told
  )
  SELECT BillingDate, OU, Service, LinkedAccount, Source, Currency, Metric, sum(Before) AS Before, sum(After) AS After,
    CASE WHEN Source IN ('focus-main') THEN 'delivery' ELSE 'precedence' END AS Cause, CAST('d-1' AS varchar) AS Delivery, CAST(412 AS bigint) AS LakeVersion
  FROM named
  GROUP BY BillingDate, OU, Service, LinkedAccount, Source, Currency, Metric
  HAVING sum(Before) <> sum(After)
  ORDER BY BillingDate, Source, Metric, Currency, OU, Service, LinkedAccount
