WITH month_lines AS (
    SELECT ChargePeriodStart, BilledCost AS Cost, BillingCurrency, ChargeCategory, ChargeClass, x_LineItemType,
      ResourceId, CommitmentDiscountStatus, x_ServiceCode, Tags
    FROM pinned_lines
    WHERE ChargePeriodStart >= CAST('2026-11-01 00:00:00' AS timestamp)
      AND ChargePeriodStart < CAST('2026-11-18 00:00:00' AS timestamp)
      AND ChargeCategory NOT IN ('Tax', 'Credit', 'Purchase')
      AND BilledCost <> 0
  ), 
  key_sets AS (
    SELECT DISTINCT map_keys(Tags) AS tag_keys
    FROM month_lines
    WHERE Tags IS NOT NULL
  ), spelled AS (
    SELECT s.tag_keys, min(CASE WHEN translate(regexp_replace(lower(u.tag_key), '^(resourcetags/|resource_tags_)?user[:_]', ''), ' _-:./', '') = 'environment' THEN u.tag_key END) AS key_0, min(CASE WHEN translate(regexp_replace(lower(u.tag_key), '^(resourcetags/|resource_tags_)?user[:_]', ''), ' _-:./', '') = 'costcenter' THEN u.tag_key END) AS key_1
    FROM key_sets s
    CROSS JOIN UNNEST(s.tag_keys) AS u(tag_key)
    GROUP BY s.tag_keys
  ), 
  rates_then AS (
    SELECT currency, coalesce(valid_from, DATE '0001-01-01') AS since,
      coalesce(valid_until, DATE '9999-12-31') AS until, rate
    FROM fx_rates
  ), by_currency AS (
    SELECT CAST(l.ChargePeriodStart AS date) AS BillingDate, l.BillingCurrency,
      sum(CASE WHEN 
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END = 'usage' AND (
  (coalesce(l.ResourceId, '') <> '' OR coalesce(cardinality(map_keys(l.Tags)), 0) > 0)
  AND coalesce(l.CommitmentDiscountStatus, '') <> 'Unused'
  AND NOT starts_with(coalesce(l.x_ServiceCode, ''), 'AWSSupport')
) AND s.key_0 IS NULL THEN l.Cost END) AS missing_0,
      sum(CASE WHEN 
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END = 'usage' AND (
  (coalesce(l.ResourceId, '') <> '' OR coalesce(cardinality(map_keys(l.Tags)), 0) > 0)
  AND coalesce(l.CommitmentDiscountStatus, '') <> 'Unused'
  AND NOT starts_with(coalesce(l.x_ServiceCode, ''), 'AWSSupport')
) AND s.key_0 IS NOT NULL AND (coalesce(lower(trim(element_at(l.Tags, s.key_0))), '') IN ('', 'none', 'n/a', 'tbd', 'unknown')) THEN l.Cost END) AS incomplete_0,
      sum(CASE WHEN 
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END = 'usage' AND (
  (coalesce(l.ResourceId, '') <> '' OR coalesce(cardinality(map_keys(l.Tags)), 0) > 0)
  AND coalesce(l.CommitmentDiscountStatus, '') <> 'Unused'
  AND NOT starts_with(coalesce(l.x_ServiceCode, ''), 'AWSSupport')
) AND s.key_1 IS NULL THEN l.Cost END) AS missing_1,
      sum(CASE WHEN 
  CASE
    WHEN l.ChargeClass = 'Correction' OR l.x_LineItemType = 'Refund' THEN 'refund'
    WHEN l.ChargeCategory = 'Credit' THEN 'credit'
    WHEN l.ChargeCategory = 'Tax' THEN 'tax'
    WHEN l.ChargeCategory = 'Purchase' THEN 'fee'
    ELSE 'usage'
  END = 'usage' AND (
  (coalesce(l.ResourceId, '') <> '' OR coalesce(cardinality(map_keys(l.Tags)), 0) > 0)
  AND coalesce(l.CommitmentDiscountStatus, '') <> 'Unused'
  AND NOT starts_with(coalesce(l.x_ServiceCode, ''), 'AWSSupport')
) AND s.key_1 IS NOT NULL AND (coalesce(lower(trim(element_at(l.Tags, s.key_1))), '') IN ('', 'none', 'n/a', 'tbd', 'unknown')) THEN l.Cost END) AS incomplete_1
    FROM month_lines l
    LEFT JOIN spelled s ON s.tag_keys = map_keys(l.Tags)
    GROUP BY CAST(l.ChargePeriodStart AS date), l.BillingCurrency
  )
  SELECT coalesce(sum(CASE WHEN c.BillingCurrency = 'USD' THEN c.missing_0 ELSE CAST(c.missing_0 * r.rate AS decimal(38,15)) END), CAST(0 AS decimal(38,15))), coalesce(sum(CASE WHEN c.BillingCurrency = 'USD' THEN c.incomplete_0 ELSE CAST(c.incomplete_0 * r.rate AS decimal(38,15)) END), CAST(0 AS decimal(38,15))), coalesce(sum(CASE WHEN c.BillingCurrency = 'USD' THEN c.missing_1 ELSE CAST(c.missing_1 * r.rate AS decimal(38,15)) END), CAST(0 AS decimal(38,15))), coalesce(sum(CASE WHEN c.BillingCurrency = 'USD' THEN c.incomplete_1 ELSE CAST(c.incomplete_1 * r.rate AS decimal(38,15)) END), CAST(0 AS decimal(38,15)))
  FROM by_currency c
  LEFT JOIN rates_then r ON r.currency = c.BillingCurrency AND c.BillingDate >= r.since AND c.BillingDate < r.until
