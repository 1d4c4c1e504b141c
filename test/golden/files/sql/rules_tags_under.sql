WITH period_lines AS (
    SELECT ChargePeriodStart, BilledCost AS Cost, BillingCurrency, ChargeCategory, ChargeClass, x_LineItemType,
      ResourceId, CommitmentDiscountStatus, x_ServiceCode, Tags
    FROM pinned_lines
    WHERE ChargePeriodStart >= CAST('2026-11-01 00:00:00' AS timestamp)
      AND ChargePeriodStart < CAST('2026-11-18 00:00:00' AS timestamp)
  ), 
  key_sets AS (
    SELECT DISTINCT map_keys(Tags) AS tag_keys
    FROM period_lines
    WHERE Tags IS NOT NULL
  ), spelled AS (
    SELECT s.tag_keys, min(CASE WHEN translate(regexp_replace(lower(u.tag_key), '^(resourcetags/|resource_tags_)?user[:_]', ''), ' _-:./', '') = 'environment' THEN u.tag_key END) AS key_0, min(CASE WHEN translate(regexp_replace(lower(u.tag_key), '^(resourcetags/|resource_tags_)?user[:_]', ''), ' _-:./', '') = 'owner' THEN u.tag_key END) AS key_1
    FROM key_sets s
    CROSS JOIN UNNEST(s.tag_keys) AS u(tag_key)
    GROUP BY s.tag_keys
  ), 
  rates_then AS (
    SELECT currency, coalesce(valid_from, DATE '0001-01-01') AS since,
      coalesce(valid_until, DATE '9999-12-31') AS until, rate
    FROM fx_rates
  ), stated AS (
    SELECT CAST(l.ChargePeriodStart AS date) AS BillingDate, l.BillingCurrency, l.Cost,
      
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
  END AS before_state,
      
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
    WHEN s.key_1 IS NULL THEN 'missing' WHEN coalesce(lower(trim(element_at(l.Tags, s.key_1))), '') IN ('', 'later') OR coalesce(lower(trim(element_at(l.Tags, s.key_1))), '') NOT IN ('shop', 'web') THEN 'incomplete'
    ELSE 'compliant'
  END AS after_state
    FROM period_lines l
    LEFT JOIN spelled s ON s.tag_keys = map_keys(l.Tags)
  ), by_day AS (
    SELECT BillingDate, BillingCurrency, before_state, after_state, count(*) AS line_count,
      count(*) - count(Cost) AS unknown_count, sum(Cost) AS Cost
    FROM stated
    GROUP BY BillingDate, BillingCurrency, before_state, after_state
  ), converted AS (
    SELECT c.before_state, c.after_state, c.line_count, c.unknown_count, CASE WHEN c.BillingCurrency = 'USD' THEN c.Cost ELSE CAST(c.Cost * r.rate AS decimal(38,15)) END AS Cost
    FROM by_day c
    LEFT JOIN rates_then r ON r.currency = c.BillingCurrency AND c.BillingDate >= r.since AND c.BillingDate < r.until
  )
  SELECT before_state, after_state, CAST(sum(line_count) AS bigint) AS line_count,
    coalesce(sum(Cost), CAST(0 AS decimal(38,15))) AS amount,
    CAST(sum(CASE WHEN Cost IS NULL THEN line_count ELSE unknown_count END) AS bigint) AS not_counted
  FROM converted
  GROUP BY before_state, after_state
  ORDER BY before_state, after_state
