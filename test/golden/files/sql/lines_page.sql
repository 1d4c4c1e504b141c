WITH of_period AS (
    SELECT l.BillingDate, l.x_OU, l.x_Service, l.SubAccountId, l.RegionId, l.ResourceId, l.SkuMeter, l.ChargeCategory,
      l.ChargeDescription, l.EffectiveCost AS Cost, l.BillingCurrency, l.x_CostClass, l.x_SourceId, l.Tags, l.ChargeClass, l.x_LineItemType, l.CommitmentDiscountStatus, l.x_ServiceCode
    FROM cost_lines l
    WHERE l.ChargePeriodStart >= CAST('2026-11-01 00:00:00' AS timestamp)
      AND l.ChargePeriodStart < CAST('2026-11-18 00:00:00' AS timestamp)
      AND coalesce(l.EffectiveCost, CAST(1 AS decimal(38,15))) <> 0
  ), 
  key_sets AS (
    SELECT DISTINCT map_keys(Tags) AS tag_keys
    FROM of_period
    WHERE Tags IS NOT NULL
  ), spelled AS (
    SELECT s.tag_keys, min(CASE WHEN translate(regexp_replace(lower(u.tag_key), '^(resourcetags/|resource_tags_)?user[:_]', ''), ' _-:./', '') = 'environment' THEN u.tag_key END) AS key_0, min(CASE WHEN translate(regexp_replace(lower(u.tag_key), '^(resourcetags/|resource_tags_)?user[:_]', ''), ' _-:./', '') = 'costcenter' THEN u.tag_key END) AS key_1
    FROM key_sets s
    CROSS JOIN UNNEST(s.tag_keys) AS u(tag_key)
    GROUP BY s.tag_keys
  ), chosen_lines AS (
    SELECT l.BillingDate, l.x_OU, l.x_Service, l.SubAccountId, l.RegionId, l.ResourceId, l.SkuMeter, l.ChargeCategory,
      l.ChargeDescription, l.Cost, l.BillingCurrency, l.x_CostClass, l.x_SourceId
    FROM of_period l
    LEFT JOIN spelled s ON s.tag_keys = map_keys(l.Tags)
    WHERE 
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
  END = 'missing'
  )
  SELECT BillingDate, x_OU, x_Service, SubAccountId, RegionId, ResourceId, SkuMeter, ChargeCategory, ChargeDescription,
    Cost, BillingCurrency, x_CostClass, x_SourceId
  FROM (
    SELECT BillingDate, x_OU, x_Service, SubAccountId, RegionId, ResourceId, SkuMeter, ChargeCategory, ChargeDescription,
    Cost, BillingCurrency, x_CostClass, x_SourceId, row_number() OVER (ORDER BY abs(Cost) DESC NULLS LAST, BillingDate, x_OU, x_Service, SubAccountId, RegionId, ResourceId, SkuMeter, ChargeCategory, ChargeDescription,
    Cost, BillingCurrency, x_CostClass, x_SourceId) AS place
    FROM chosen_lines
  ) placed
  WHERE place > 100
    AND place <= 150
  ORDER BY place
