WITH 
  rates_then AS (
    SELECT currency, coalesce(valid_from, DATE '0001-01-01') AS since,
      coalesce(valid_until, DATE '9999-12-31') AS until, rate
    FROM fx_rates
  )
  SELECT d.BillingDate, d.BillingPeriod, d.BillingAccountId, d.SubAccountId, d.SubAccountName, d.x_OU, d.x_Team, d.ProviderName, d.x_ServiceCode, d.ServiceName, d.RegionId, d.ChargeCategory, d.ChargeFrequency, d.PricingCategory, d.x_ChargeKind, d.x_SpansDays, d.x_TagState, d.BillingCurrency, d.BilledCost, d.EffectiveCost, d.ListCost, d.ContractedCost, CASE WHEN d.BillingCurrency = 'USD' THEN d.EffectiveCost ELSE CAST(d.EffectiveCost * r.rate AS decimal(38,15)) END AS DailyCost, d.UnknownEffective, d.UnknownEffective AS UnknownCost, d.lines, d.LatestUsageEnd, d.x_SourceId
  FROM all_costs d
  LEFT JOIN rates_then r ON r.currency = d.BillingCurrency AND d.BillingDate >= r.since AND d.BillingDate < r.until
  WHERE d.x_OU = 'Children''s' AND coalesce(d.SubAccountId, '') = '' AND d.x_ServiceCode = 'AmazonS3' AND coalesce(d.RegionId, '') = 'eu-west-1' AND d.x_TagState = 'missing'
