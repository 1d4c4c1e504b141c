SELECT coalesce(SubAccountId, '') AS account, x_ServiceCode, x_ChargeKind, coalesce(BillingCurrency, 'XXX') AS Currency,
    coalesce(sum(BilledCost), CAST(0 AS decimal(38,15))) AS billed,
    CASE WHEN sum(UnknownEffective) = 0 THEN sum(EffectiveCost) END AS amortised
  FROM daily_costs
  WHERE BillingPeriod = '2026-11'
    AND x_SourceId = 'focus-main'
  GROUP BY coalesce(SubAccountId, ''), x_ServiceCode, x_ChargeKind, coalesce(BillingCurrency, 'XXX')
  ORDER BY account, x_ServiceCode, x_ChargeKind, Currency
