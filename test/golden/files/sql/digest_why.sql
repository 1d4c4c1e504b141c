WITH chosen_lines AS (
    SELECT l.x_Service AS service, coalesce(l.SubAccountId, '') AS account, coalesce(l.SkuMeter, '') AS meter,
      coalesce(l.ResourceId, '') AS resource, l.ResourceName AS resource_name, l.BillingDate = CAST('2026-11-17' AS date) AS is_now,
      CAST(l.BilledCost AS double) AS cost, coalesce(l.ConsumedQuantity, l.PricingQuantity, 0e0) AS quantity
    FROM cost_lines l
    WHERE ((l.ChargePeriodStart >= CAST('2026-11-17 00:00:00' AS timestamp)
        AND l.ChargePeriodStart < CAST('2026-11-18 00:00:00' AS timestamp)) OR (l.ChargePeriodStart >= CAST('2026-11-10 00:00:00' AS timestamp)
        AND l.ChargePeriodStart < CAST('2026-11-11 00:00:00' AS timestamp)) OR (l.ChargePeriodStart >= CAST('2026-11-03 00:00:00' AS timestamp)
        AND l.ChargePeriodStart < CAST('2026-11-04 00:00:00' AS timestamp)))
      AND l.SubAccountId IN ('012345678901')
      AND l.x_Service IN ('AmazonS3')
      AND l.ChargeCategory = 'Usage'
      AND NOT coalesce(l.x_SpansDays, false)
  ), meters AS (
    SELECT service, account, meter, sum(CASE WHEN is_now THEN cost ELSE 0e0 END) AS cost_now,
      sum(CASE WHEN is_now THEN 0e0 ELSE cost END) / 2 AS cost_usual,
      sum(CASE WHEN is_now THEN quantity ELSE 0e0 END) AS quantity_now,
      sum(CASE WHEN is_now THEN 0e0 ELSE quantity END) / 2 AS quantity_usual
    FROM chosen_lines
    GROUP BY service, account, meter
  ), placed_meters AS (
    SELECT service, account, meter, cost_now, cost_usual, quantity_now, quantity_usual,
      row_number() OVER (PARTITION BY service, account ORDER BY abs(cost_now - cost_usual) DESC, meter) AS place
    FROM meters
  ), resources AS (
    SELECT service, account, resource, max(resource_name) AS resource_name,
      sum(CASE WHEN is_now THEN cost ELSE 0e0 END) AS cost_now,
      sum(CASE WHEN is_now THEN 0e0 ELSE cost END) / 2 AS cost_usual,
      count_if(is_now) AS lines_now, count_if(NOT is_now) AS lines_usual
    FROM chosen_lines
    WHERE resource <> ''
    GROUP BY service, account, resource
  ), placed_resources AS (
    SELECT service, account, resource, resource_name, cost_now, cost_usual, lines_now, lines_usual,
      row_number() OVER (PARTITION BY service, account, lines_usual = 0 ORDER BY cost_now DESC, resource) AS place
    FROM resources
  ), moved AS (
    SELECT service, account,
      CAST(count_if(lines_usual = 0) AS bigint) AS came,
      sum(CASE WHEN lines_usual = 0 THEN cost_now ELSE 0e0 END) AS cost_came,
      max(CASE WHEN lines_usual = 0 AND place = 1 THEN coalesce(resource_name, resource) END) AS dearest,
      CAST(count_if(lines_now = 0) AS bigint) AS gone,
      sum(CASE WHEN lines_now = 0 THEN cost_usual ELSE 0e0 END) AS cost_gone
    FROM placed_resources
    GROUP BY service, account
  )
  SELECT m.service, m.account, m.meter, m.cost_now, m.cost_usual, m.quantity_now, m.quantity_usual,
    coalesce(r.came, 0), coalesce(r.cost_came, 0e0), r.dearest, coalesce(r.gone, 0), coalesce(r.cost_gone, 0e0)
  FROM placed_meters m
  LEFT JOIN moved r ON r.service = m.service AND r.account = m.account
  WHERE m.place = 1
  ORDER BY m.service, m.account
