WITH 
  known AS (
    SELECT d.series, d.day, s.start_hour, s.end_hour,
      CASE WHEN d.day < 20834 OR s.prorated = 0 THEN s.end_hour
        ELSE least(s.end_hour, 24 - CASE WHEN d.series % 3 = 2 THEN 1 ELSE 0 END) END AS until_hour,
      CAST(CASE WHEN d.restated_on > 20834 THEN d.before ELSE d.quantity END AS bigint) AS quantity
    FROM sim_days d
    JOIN sim_series s ON s.series = d.series
    WHERE d.day >= 20774 AND d.day < 20775 AND d.day <= 20834 AND (d.lag = 0 OR d.day + d.lag < 20834)
  ),
  passed AS (
    SELECT k.series, k.day, k.start_hour, k.until_hour,
      CASE WHEN k.until_hour = k.end_hour THEN k.quantity
        ELSE k.quantity * (k.until_hour - k.start_hour) / (k.end_hour - k.start_hour) END AS quantity
    FROM known k
    WHERE k.until_hour > k.start_hour
  ),
  charged AS (
    SELECT d.series, d.day, d.start_hour, d.until_hour, p.resource,
      CASE WHEN p.until_part - p.from_part = 1048576 THEN d.quantity
        ELSE d.quantity * p.until_part / 1048576 - d.quantity * p.from_part / 1048576 END AS quantity
    FROM passed d
    JOIN sim_parts p ON p.series = d.series
  ),
  lines AS (
    SELECT c.day, c.quantity, timestamp '1970-01-01 00:00:00' + (CAST(c.day AS bigint) * 24 + c.start_hour) * interval '1' hour AS charge_start,
      CASE WHEN r.monthly THEN CAST('2026-12-01 00:00:00' AS timestamp) ELSE timestamp '1970-01-01 00:00:00' + (CAST(c.day AS bigint) * 24 + c.until_hour) * interval '1' hour END AS charge_end,
      CAST('2026-11-01 00:00:00' AS timestamp) AS month_start, CAST('2026-12-01 00:00:00' AS timestamp) AS month_end, NULL AS invoice,
      r.series, r.number, r.billed, r.effective, r.list, r.contracted, r.monthly, r.priced, r.cost_over, r.cost_unit, r.price_over, r.price_unit, r.quantity_over, r.quantity_unit, r.account, r.account_name, r.region, r.region_name, r.tags_json, r.tags, r.cur_tags_json, r.cur_tags, r.code, r.service_name, r.service_category, r.subcategory, r.meter, r.operation, r.unit, r.description, r.publisher, r.category, r.class, r.frequency, r.pricing, r.status, r.line_item_type, r.resource_type, r.resource_id, r.resource_name, r.zone, r.sku, r.sku_price, r.sku_details_json, r.sku_details, r.commitment_arn, r.commitment_name, r.commitment_category, r.commitment_type, r.commitment_unit
    FROM charged c
    JOIN sim_resources r ON r.id = c.resource
    WHERE c.quantity <> 0)
  SELECT '{' || '"event_id":' || coalesce('"' || replace(replace('sim-' || CAST(l.day AS varchar) || '-' || CAST(l.series AS varchar) || '-' || CAST(l.number AS varchar), chr(92), chr(92) || chr(92)), '"', chr(92) || '"') || '"', 'null') || ',' || '"event_time":' || coalesce('"' || replace(replace(date_format(l.charge_end + interval '1' hour, '%Y-%m-%d') || 'T' || date_format(l.charge_end + interval '1' hour, '%H') || ':00:00Z', chr(92), chr(92) || chr(92)), '"', chr(92) || '"') || '"', 'null') || ',' || '"account_id":' || coalesce('"' || replace(replace(l.account, chr(92), chr(92) || chr(92)), '"', chr(92) || '"') || '"', 'null') || ',' || '"service":' || coalesce('"' || replace(replace(coalesce(l.code, l.service_name), chr(92), chr(92) || chr(92)), '"', chr(92) || '"') || '"', 'null') || ',' || '"region":' || coalesce('"' || replace(replace(l.region, chr(92), chr(92) || chr(92)), '"', chr(92) || '"') || '"', 'null') || ',' || '"usage_type":' || coalesce('"' || replace(replace(CASE WHEN l.priced THEN l.meter END, chr(92), chr(92) || chr(92)), '"', chr(92) || '"') || '"', 'null') || ',' || '"resource_id":' || coalesce('"' || replace(replace(l.resource_id, chr(92), chr(92) || chr(92)), '"', chr(92) || '"') || '"', 'null') || ',' || '"usage_amount":' || coalesce(CASE WHEN l.priced THEN regexp_replace(CAST(CAST(l.quantity AS decimal(19,0)) * l.quantity_unit AS varchar), '\.?0+$', '') END, 'null') || ',' || '"unblended_cost":' || coalesce('"' || replace(replace(CASE WHEN true THEN regexp_replace(CAST(CAST((l.quantity * l.billed) AS decimal(19,0)) * l.cost_unit AS varchar), '\.?0+$', '') END, chr(92), chr(92) || chr(92)), '"', chr(92) || '"') || '"', 'null') || ',' || '"currency":' || coalesce('"' || replace(replace('USD', chr(92), chr(92) || chr(92)), '"', chr(92) || '"') || '"', 'null') || ',' || '"usage_start":' || coalesce('"' || replace(replace(date_format(l.charge_start, '%Y-%m-%d') || 'T' || date_format(l.charge_start, '%H') || ':00:00Z', chr(92), chr(92) || chr(92)), '"', chr(92) || '"') || '"', 'null') || ',' || '"usage_end":' || coalesce('"' || replace(replace(date_format(l.charge_end, '%Y-%m-%d') || 'T' || date_format(l.charge_end, '%H') || ':00:00Z', chr(92), chr(92) || chr(92)), '"', chr(92) || '"') || '"', 'null') || ',' || '"tags":' || coalesce(l.tags_json, '{}') || ',' || '"simulated":' || 'true' || '}'
  FROM lines l
  WHERE l.category = 'Usage' AND NOT l.monthly AND coalesce(l.status, 'Used') = 'Used' AND l.charge_start < CAST('2026-11-18 00:00:00' AS timestamp)
  ORDER BY l.day, l.series, l.number
