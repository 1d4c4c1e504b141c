WITH 
  key_sets AS (
    SELECT DISTINCT map_keys(Tags) AS tag_keys
    FROM load_lines
    WHERE Tags IS NOT NULL
  ), spelled AS (
    SELECT s.tag_keys, min(CASE WHEN translate(regexp_replace(lower(u.tag_key), '^(resourcetags/|resource_tags_)?user[:_]', ''), ' _-:./', '') = 'environment' THEN u.tag_key END) AS key_0, min(CASE WHEN translate(regexp_replace(lower(u.tag_key), '^(resourcetags/|resource_tags_)?user[:_]', ''), ' _-:./', '') = 'costcenter' THEN u.tag_key END) AS key_1
    FROM key_sets s
    CROSS JOIN UNNEST(s.tag_keys) AS u(tag_key)
    GROUP BY s.tag_keys
  ), 
  charged AS (
    SELECT CAST(l.ChargePeriodStart AS date) AS BillingDate,
      CAST(coalesce(l.BillingPeriodStart, date_trunc('month', l.ChargePeriodStart)) AS date) AS PeriodStart,
      l.BillingAccountId, l.SubAccountId, l.SubAccountName, l.ProviderName, l.x_ServiceCode, l.ServiceName, l.RegionId,
      l.ChargeCategory, l.ChargeFrequency, l.PricingCategory,
      
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END AS x_ChargeKind,
      coalesce(l.x_SpansDays, false) AS x_SpansDays,
      
  CASE
    WHEN 
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END <> 'usage' OR NOT (
  (coalesce(l.ResourceId, '') <> '' OR coalesce(cardinality(map_keys(l.Tags)), 0) > 0)
  AND coalesce(l.CommitmentDiscountStatus, '') <> 'Unused'
  AND NOT starts_with(coalesce(l.x_ServiceCode, ''), 'AWSSupport')
) THEN 'not_taggable'
    WHEN s.key_0 IS NULL OR s.key_1 IS NULL THEN 'missing' WHEN coalesce(lower(trim(element_at(l.Tags, s.key_0))), '') IN ('', 'none', 'n/a', 'tbd', 'unknown') OR coalesce(lower(trim(element_at(l.Tags, s.key_1))), '') IN ('', 'none', 'n/a', 'tbd', 'unknown') THEN 'incomplete'
    ELSE 'compliant'
  END AS x_TagState,
      l.BillingCurrency, l.BilledCost, l.EffectiveCost, l.ListCost, l.ContractedCost,
      CASE WHEN l.ChargeCategory = 'Usage' AND coalesce(l.CommitmentDiscountStatus, '') <> 'Unused'
        AND NOT coalesce(l.x_SpansDays, false) THEN l.ChargePeriodEnd END AS UsageEnd
    FROM load_lines l
    LEFT JOIN spelled s ON s.tag_keys = map_keys(l.Tags)
    WHERE l.BilledCost IS DISTINCT FROM 0 OR l.EffectiveCost IS DISTINCT FROM 0
      OR l.ListCost IS DISTINCT FROM 0 OR l.ContractedCost IS DISTINCT FROM 0
  ), 
  grouped AS (
    SELECT BillingDate, PeriodStart, BillingAccountId, SubAccountId, max(SubAccountName) AS SubAccountName,
      coalesce(SubAccountId, BillingAccountId) AS OwnerId, ProviderName,
      nullif(nullif(x_ServiceCode, ''), 'AWSDataTransfer') AS OwnCode,
      lower(nullif(nullif(x_ServiceCode, ''), 'AWSDataTransfer')) AS CodeKey,
      lower(ServiceName) AS NameKey,
      x_ServiceCode AS GivenCode,
      ServiceName, RegionId, ChargeCategory, ChargeFrequency, PricingCategory, x_ChargeKind, x_SpansDays, x_TagState,
      BillingCurrency, sum(BilledCost) AS BilledCost, sum(EffectiveCost) AS EffectiveCost, sum(ListCost) AS ListCost,
      sum(ContractedCost) AS ContractedCost,
      count(*) - count(EffectiveCost) AS UnknownEffective,
      count(*) - count(BilledCost) AS UnknownCost,
      count(*) AS lines,
      max(UsageEnd) AS LatestUsageEnd
    FROM charged
    GROUP BY BillingDate, PeriodStart, BillingAccountId, SubAccountId, ProviderName, x_ServiceCode, ServiceName, RegionId,
      ChargeCategory, ChargeFrequency, PricingCategory, x_ChargeKind, x_SpansDays, x_TagState, BillingCurrency
  ), 
  accounts_then AS (
    SELECT account_id, coalesce(valid_from, DATE '0001-01-01') AS since,
      coalesce(valid_until, DATE '9999-12-31') AS until,
      CASE WHEN ou_path = 'Root' THEN '' WHEN starts_with(ou_path, 'Root/') THEN substr(ou_path, 6)
        ELSE coalesce(ou_path, '') END AS path,
      coalesce(element_at(tags, 'team'), element_at(tags, 'Team')) AS team
    FROM account_map
  ), 
  rates_then AS (
    SELECT currency, coalesce(valid_from, DATE '0001-01-01') AS since,
      coalesce(valid_until, DATE '9999-12-31') AS until, rate
    FROM fx_rates
  )
  SELECT g.BillingDate,
    substr(CAST(g.PeriodStart AS varchar), 1, 7) AS BillingPeriod,
    g.BillingAccountId, g.SubAccountId, g.SubAccountName,
    CASE WHEN a.path IS NULL THEN 'Unmapped' WHEN a.path = '' THEN 'Root'
    ELSE coalesce(split_part(a.path, '/', 1), '') || CASE WHEN coalesce(split_part(a.path, '/', 2), '') = '' THEN '' ELSE '/' || coalesce(split_part(a.path, '/', 2), '') END END AS x_OU,
    a.team AS x_Team,
    g.ProviderName,
    coalesce(by_code.code, CASE WHEN g.OwnCode IS NULL THEN by_name.code ELSE g.OwnCode END,
      nullif(g.ServiceName, ''), nullif(g.GivenCode, ''), 'Unknown') AS x_ServiceCode,
    g.ServiceName, g.RegionId, g.ChargeCategory, g.ChargeFrequency, g.PricingCategory, g.x_ChargeKind, g.x_SpansDays,
    g.x_TagState, g.BillingCurrency, g.BilledCost, g.EffectiveCost, g.ListCost, g.ContractedCost,
    CASE WHEN g.BillingCurrency = 'USD' THEN g.BilledCost ELSE CAST(g.BilledCost * r.rate AS decimal(38,15)) END AS DailyCost,
    g.UnknownEffective, g.UnknownCost, g.lines, g.LatestUsageEnd,
    'focus-main' AS x_SourceId
  FROM grouped g
  LEFT JOIN accounts_then a ON a.account_id = g.OwnerId AND g.BillingDate >= a.since AND g.BillingDate < a.until
  LEFT JOIN rates_then r ON r.currency = g.BillingCurrency AND g.BillingDate >= r.since AND g.BillingDate < r.until
  LEFT JOIN service_names by_code ON by_code.spelling = g.CodeKey
  LEFT JOIN service_names by_name ON by_name.spelling = g.NameKey
  ORDER BY g.BillingDate, g.SubAccountId, x_ServiceCode, g.ServiceName, g.RegionId, g.BillingAccountId, g.PeriodStart,
    g.x_ChargeKind, g.ChargeCategory, g.ChargeFrequency, g.PricingCategory, g.x_TagState, g.x_SpansDays,
    g.BillingCurrency, g.ProviderName, g.CodeKey
