SELECT x_SourceId, BillingPeriod, coalesce(BillingCurrency, 'XXX') AS Currency, coalesce(ChargeCategory, '') AS Category,
    coalesce(sum(BilledCost), CAST(0 AS decimal(38,15))), coalesce(sum(EffectiveCost), CAST(0 AS decimal(38,15))), coalesce(sum(ListCost), CAST(0 AS decimal(38,15))), coalesce(sum(ContractedCost), CAST(0 AS decimal(38,15)))
  FROM verify_costs
  GROUP BY x_SourceId, BillingPeriod, coalesce(BillingCurrency, 'XXX'), coalesce(ChargeCategory, '')
  ORDER BY x_SourceId, BillingPeriod, Currency, Category
