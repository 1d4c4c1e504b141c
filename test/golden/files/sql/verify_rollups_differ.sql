WITH both_sides AS (
    SELECT BillingDate, BillingPeriod, SubAccountId, x_OU, x_ServiceCode, RegionId, ChargeCategory, x_ChargeKind, BillingCurrency, BilledCost, EffectiveCost, ListCost, ContractedCost, DailyCost, lines
    FROM (SELECT BillingDate, BillingPeriod, BillingAccountId, SubAccountId, SubAccountName, x_OU, x_Team, ProviderName, x_ServiceCode, ServiceName, RegionId, ChargeCategory, ChargeFrequency, PricingCategory, x_ChargeKind, x_SpansDays, x_TagState, BillingCurrency, BilledCost, EffectiveCost, ListCost, ContractedCost, DailyCost, UnknownEffective, UnknownCost, lines, LatestUsageEnd, x_SourceId FROM made_rollup) made_anew
    UNION ALL
    SELECT BillingDate, BillingPeriod, SubAccountId, x_OU, x_ServiceCode, RegionId, ChargeCategory, x_ChargeKind, BillingCurrency, -BilledCost AS BilledCost, -EffectiveCost AS EffectiveCost, -ListCost AS ListCost, -ContractedCost AS ContractedCost, -DailyCost AS DailyCost, -lines AS lines
    FROM stored_costs
  )
  SELECT BillingDate, x_OU, x_ServiceCode, SubAccountId, BillingCurrency, sum(BilledCost) AS BilledCost, sum(EffectiveCost) AS EffectiveCost, sum(ListCost) AS ListCost, sum(ContractedCost) AS ContractedCost, sum(DailyCost) AS DailyCost, sum(lines) AS lines
  FROM both_sides
  GROUP BY BillingDate, BillingPeriod, SubAccountId, x_OU, x_ServiceCode, RegionId, ChargeCategory, x_ChargeKind, BillingCurrency
  HAVING sum(BilledCost) <> 0 OR sum(EffectiveCost) <> 0 OR sum(ListCost) <> 0 OR sum(ContractedCost) <> 0 OR sum(DailyCost) <> 0 OR sum(lines) <> 0
  ORDER BY BillingDate, BillingPeriod, SubAccountId, x_OU, x_ServiceCode, RegionId, ChargeCategory, x_ChargeKind, BillingCurrency
  LIMIT 20
