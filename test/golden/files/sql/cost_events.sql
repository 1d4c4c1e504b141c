WITH 
  key_sets AS (
    SELECT DISTINCT map_keys(Tags) AS tag_keys
    FROM event_lines
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
  ), charged AS (
    SELECT l.x_OU, l.x_Service, coalesce(l.SubAccountId, '') AS account,
      CASE WHEN coalesce(l.ResourceId, '') <> '' THEN 'resource' ELSE 'usage type' END AS kind,
      coalesce(nullif(l.ResourceId, ''), l.SkuMeter, '') AS thing, l.BillingDate, l.BillingCurrency,
      sum(l.EffectiveCost) AS cost
    FROM cost_lines l
    WHERE l.ChargePeriodStart >= CAST('2026-10-19 00:00:00' AS timestamp)
      AND l.ChargePeriodStart < CAST('2026-11-18 00:00:00' AS timestamp)
      AND l.ChargeCategory = 'Usage'
      AND NOT coalesce(l.x_SpansDays, false)
      AND strpos(lower(coalesce(l.ChargeDescription, '')), 'free tier') = 0
      AND l.EffectiveCost IS NOT NULL
    GROUP BY l.x_OU, l.x_Service, coalesce(l.SubAccountId, ''),
      CASE WHEN coalesce(l.ResourceId, '') <> '' THEN 'resource' ELSE 'usage type' END,
      coalesce(nullif(l.ResourceId, ''), l.SkuMeter, ''), l.BillingDate, l.BillingCurrency
  ), by_day AS (
    SELECT c.x_OU, c.x_Service, c.account, c.kind, c.thing, c.BillingDate,
      sum(CASE WHEN c.BillingCurrency = 'USD' THEN c.cost ELSE CAST(c.cost * r.rate AS decimal(38,15)) END) AS cost
    FROM charged c
    LEFT JOIN rates_then r ON r.currency = c.BillingCurrency AND c.BillingDate >= r.since AND c.BillingDate < r.until
    GROUP BY c.x_OU, c.x_Service, c.account, c.kind, c.thing, c.BillingDate
  ), things AS (
    SELECT x_OU, x_Service, account, kind, thing, sum(cost) AS cost
    FROM by_day
    GROUP BY x_OU, x_Service, account, kind, thing
    HAVING count_if(cost > 0 AND cost <= CAST('1' AS decimal(18,6))) >= 25
  ), listed AS (
    SELECT x_OU, x_Service, account
    FROM things
    GROUP BY x_OU, x_Service, account
    HAVING sum(cost) >= CAST('10' AS decimal(18,6))
  ), little AS (
    SELECT t.x_OU, t.x_Service, t.account, t.kind, t.thing
    FROM things t
    JOIN listed g ON g.x_OU = t.x_OU AND g.x_Service = t.x_Service AND g.account = t.account
  )
  SELECT l.x_EventId AS event_id, l.x_EventTime AS event_time, l.SubAccountId AS account_id, l.x_ServiceCode AS service,
    l.RegionId AS region, l.SkuMeter AS usage_type, l.ResourceId AS resource_id, l.ConsumedQuantity AS usage_amount,
    l.BilledCost AS unblended_cost, l.BillingCurrency AS currency, l.ChargePeriodStart AS usage_start,
    l.ChargePeriodEnd AS usage_end, l.Tags AS tags, l.x_CostClass AS cost_class,
    concat_ws(',', CASE WHEN (
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
) AND s.key_0 IS NULL) OR (
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
) AND s.key_0 IS NOT NULL AND (coalesce(lower(trim(element_at(l.Tags, s.key_0))), '') IN ('', 'none', 'n/a', 'tbd', 'unknown'))) THEN 'Environment' END, CASE WHEN (
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
) AND s.key_1 IS NULL) OR (
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
) AND s.key_1 IS NOT NULL AND (coalesce(lower(trim(element_at(l.Tags, s.key_1))), '') IN ('', 'none', 'n/a', 'tbd', 'unknown'))) THEN 'CostCenter' END) AS missing_tags,
    (t.thing IS NOT NULL) AS low_value_recurring,
    l.rules_version, l.BillingDate AS billing_date, l.x_OU AS ou, l.x_SourceId AS source
  FROM event_lines l
  LEFT JOIN spelled s ON s.tag_keys = map_keys(l.Tags)
  LEFT JOIN little t ON t.x_OU = l.x_OU AND t.x_Service = l.x_Service AND t.account = coalesce(l.SubAccountId, '')
    AND t.kind = CASE WHEN coalesce(l.ResourceId, '') <> '' THEN 'resource' ELSE 'usage type' END
    AND t.thing = coalesce(nullif(l.ResourceId, ''), l.SkuMeter, '')
