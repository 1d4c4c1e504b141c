WITH 
  accounts_then AS (
    SELECT account_id, coalesce(valid_from, DATE '0001-01-01') AS since,
      coalesce(valid_until, DATE '9999-12-31') AS until,
      CASE WHEN ou_path = 'Root' THEN '' WHEN starts_with(ou_path, 'Root/') THEN substr(ou_path, 6)
        ELSE coalesce(ou_path, '') END AS path,
      coalesce(element_at(tags, 'team'), element_at(tags, 'Team')) AS team
    FROM account_map
  ), placed AS (
    SELECT l.ProviderName, l.PublisherName, l.InvoiceIssuerName, l.InvoiceId, l.BillingAccountId, l.BillingAccountName, l.BillingAccountType, l.SubAccountId, l.SubAccountName, l.SubAccountType, l.BillingPeriodStart, l.BillingPeriodEnd, l.ChargePeriodStart, l.ChargePeriodEnd, l.ChargeCategory, l.ChargeClass, l.ChargeDescription, l.ChargeFrequency, l.BilledCost, l.EffectiveCost, l.ListCost, l.ContractedCost, l.ListUnitPrice, l.ContractedUnitPrice, l.PricingCategory, l.PricingQuantity, l.PricingUnit, l.PricingCurrency, l.PricingCurrencyContractedUnitPrice, l.PricingCurrencyEffectiveCost, l.PricingCurrencyListUnitPrice, l.BillingCurrency, l.ConsumedQuantity, l.ConsumedUnit, l.ServiceName, l.ServiceCategory, l.ServiceSubcategory, l.SkuId, l.SkuMeter, l.SkuPriceId, l.SkuPriceDetails, l.ResourceId, l.ResourceName, l.ResourceType, l.RegionId, l.RegionName, l.AvailabilityZone, l.CommitmentDiscountId, l.CommitmentDiscountName, l.CommitmentDiscountCategory, l.CommitmentDiscountType, l.CommitmentDiscountStatus, l.CommitmentDiscountQuantity, l.CommitmentDiscountUnit, l.CapacityReservationId, l.CapacityReservationStatus, l.Tags, l.x_ServiceCode, l.x_Operation, l.x_Discounts, l.x_SpansDays, l.x_SourceId, l.x_LineItemType, l.x_EffectiveCostSource, l.x_ContractedCostSource, CAST(l.ChargePeriodStart AS date) AS BillingDate,
      CASE WHEN a.path IS NULL THEN 'Unmapped' WHEN a.path = '' THEN 'Root'
    ELSE coalesce(split_part(a.path, '/', 1), '') END AS x_OU, a.team AS x_Team,
      coalesce(by_code.code,
        CASE WHEN nullif(nullif(l.x_ServiceCode, ''), 'AWSDataTransfer') IS NULL THEN by_name.code ELSE nullif(nullif(l.x_ServiceCode, ''), 'AWSDataTransfer') END,
        nullif(l.ServiceName, ''), nullif(l.x_ServiceCode, ''), 'Unknown') AS x_Service,
      CAST(l.ChargePeriodStart AS date) < CAST('2026-11-18' AS date) AS is_judged, '1' AS rules_version
    FROM pinned_lines l
    LEFT JOIN accounts_then a ON a.account_id = coalesce(l.SubAccountId, l.BillingAccountId)
      AND CAST(l.ChargePeriodStart AS date) >= a.since AND CAST(l.ChargePeriodStart AS date) < a.until
    LEFT JOIN service_names by_code ON by_code.spelling = lower(nullif(nullif(l.x_ServiceCode, ''), 'AWSDataTransfer'))
    LEFT JOIN service_names by_name ON by_name.spelling = lower(l.ServiceName)
  )
  SELECT l.ProviderName, l.PublisherName, l.InvoiceIssuerName, l.InvoiceId, l.BillingAccountId, l.BillingAccountName, l.BillingAccountType, l.SubAccountId, l.SubAccountName, l.SubAccountType, l.BillingPeriodStart, l.BillingPeriodEnd, l.ChargePeriodStart, l.ChargePeriodEnd, l.ChargeCategory, l.ChargeClass, l.ChargeDescription, l.ChargeFrequency, l.BilledCost, l.EffectiveCost, l.ListCost, l.ContractedCost, l.ListUnitPrice, l.ContractedUnitPrice, l.PricingCategory, l.PricingQuantity, l.PricingUnit, l.PricingCurrency, l.PricingCurrencyContractedUnitPrice, l.PricingCurrencyEffectiveCost, l.PricingCurrencyListUnitPrice, l.BillingCurrency, l.ConsumedQuantity, l.ConsumedUnit, l.ServiceName, l.ServiceCategory, l.ServiceSubcategory, l.SkuId, l.SkuMeter, l.SkuPriceId, l.SkuPriceDetails, l.ResourceId, l.ResourceName, l.ResourceType, l.RegionId, l.RegionName, l.AvailabilityZone, l.CommitmentDiscountId, l.CommitmentDiscountName, l.CommitmentDiscountCategory, l.CommitmentDiscountType, l.CommitmentDiscountStatus, l.CommitmentDiscountQuantity, l.CommitmentDiscountUnit, l.CapacityReservationId, l.CapacityReservationStatus, l.Tags, l.x_ServiceCode, l.x_Operation, l.x_Discounts, l.x_SpansDays, l.x_SourceId, l.x_LineItemType, l.x_EffectiveCostSource, l.x_ContractedCostSource, l.BillingDate, l.x_OU, l.x_Team, l.x_Service,
    CASE WHEN 
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END = 'usage' AND NOT coalesce(l.x_SpansDays, false) AND l.is_judged THEN coalesce(v.x_CostClass, 'normal') END AS x_CostClass,
    CASE WHEN 
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END = 'usage' AND NOT coalesce(l.x_SpansDays, false) AND l.is_judged THEN coalesce(v.x_ClassReason, 'routine') END AS x_ClassReason,
    l.rules_version
  FROM placed l
  LEFT JOIN verdicts v ON v.BillingDate = l.BillingDate AND v.x_OU = l.x_OU AND v.x_ServiceCode = l.x_Service
    AND coalesce(v.SubAccountId, '') = coalesce(l.SubAccountId, '')
    AND coalesce(v.RegionId, '') = coalesce(l.RegionId, '')
