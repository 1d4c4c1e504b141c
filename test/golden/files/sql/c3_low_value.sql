WITH 
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
  )
  SELECT x_OU, x_Service, account, count(*) AS things, sum(cost) AS month_cost,
    CAST(sum(cost) * 12.166666667 AS decimal(38,2)) AS year_cost
  FROM things
  GROUP BY x_OU, x_Service, account
  HAVING sum(cost) >= CAST('10' AS decimal(18,6))
  ORDER BY month_cost DESC, x_OU, x_Service, account
