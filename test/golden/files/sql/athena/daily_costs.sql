WITH daily_costs AS (
  SELECT l.BillingDate, l.BillingPeriod, l.BillingAccountId, l.SubAccountId, l.SubAccountName, l.x_OU, l.x_Team, l.ProviderName, l.x_ServiceCode, l.ServiceName, l.RegionId, l.ChargeCategory, l.ChargeFrequency, l.PricingCategory, l.x_ChargeKind, l.x_SpansDays, l.x_TagState, l.BillingCurrency, l.BilledCost, l.EffectiveCost, l.ListCost, l.ContractedCost, l.DailyCost, l.UnknownEffective, l.UnknownCost, l.lines, l.LatestUsageEnd, l.x_SourceId
  FROM daily_costs_loads l
  JOIN (
    SELECT t.billing_period, t.source, t.lines, t.costs, t.events, t.excluded
    FROM current_loads AS o
    CROSS JOIN UNNEST(o.loads) AS t(billing_period, source, lines, costs, events, excluded)
  ) c ON c.billing_period = l.billing_period AND c.source = l.source
    AND c.costs = l."load"
  WHERE NOT contains(c.excluded, coalesce(l.BillingAccountId, '') || chr(31) || coalesce(l.SubAccountId, '')))
SELECT BillingDate, BillingPeriod, BillingAccountId, SubAccountId, SubAccountName, x_OU, x_Team, ProviderName, x_ServiceCode, ServiceName, RegionId, ChargeCategory, ChargeFrequency, PricingCategory, x_ChargeKind, x_SpansDays, x_TagState, BillingCurrency, BilledCost, EffectiveCost, ListCost, ContractedCost, DailyCost, UnknownEffective, UnknownCost, lines, CAST(LatestUsageEnd AS timestamp(3)) AS LatestUsageEnd, x_SourceId FROM daily_costs
