WITH 
  compared AS (
    SELECT coalesce(x_OU, 'Unmapped') AS OU, coalesce(x_ServiceCode, ServiceName) AS Service,
      coalesce(SubAccountId, '') AS LinkedAccount, max(SubAccountName) AS GivenName,
      count_if(BillingDate = CAST('2026-11-17' AS date)) > 0 AS in_csv,
      sum(CASE WHEN BillingDate = CAST('2026-11-17' AS date) THEN DailyCost ELSE CAST(0 AS decimal(38,15)) END) AS amount,
      sum(CASE WHEN BillingDate = CAST('2026-11-17' AS date) AND x_ChargeKind = 'usage' AND NOT x_SpansDays THEN DailyCost ELSE CAST(0 AS decimal(38,15)) END) AS usage_now,
      CAST(sum(CASE WHEN BillingDate < CAST('2026-11-17' AS date) AND x_ChargeKind = 'usage' AND NOT x_SpansDays THEN DailyCost ELSE CAST(0 AS decimal(38,15)) END) * 0.333333333 AS decimal(38,15))
        + CAST(CAST(sum(CASE WHEN BillingDate < CAST('2026-11-17' AS date) AND x_ChargeKind = 'usage' AND NOT x_SpansDays THEN DailyCost ELSE CAST(0 AS decimal(38,15)) END) AS decimal(38,9)) * 0.000000000333333333 AS decimal(38,15)) AS usual
    FROM daily_costs
    WHERE BillingDate IN (CAST('2026-11-17' AS date), CAST('2026-11-10' AS date), CAST('2026-11-03' AS date), CAST('2026-10-27' AS date))
      AND DailyCost IS NOT NULL
    GROUP BY coalesce(x_OU, 'Unmapped'), coalesce(x_ServiceCode, ServiceName), coalesce(SubAccountId, '')
  ), ranked AS (
    SELECT OU, Service, LinkedAccount, GivenName, in_csv, amount, usage_now, usual, usage_now - usual AS change,
      row_number() OVER (ORDER BY in_csv DESC, amount DESC, OU, Service, LinkedAccount) AS place,
      row_number() OVER (ORDER BY abs(usage_now - usual) DESC, OU, Service, LinkedAccount) AS change_place
    FROM compared
  )
  SELECT CAST(coalesce(count_if(in_csv), 0) AS bigint), coalesce(sum(amount), CAST(0 AS decimal(38,15))), coalesce(sum(usage_now), CAST(0 AS decimal(38,15))), coalesce(sum(usual), CAST(0 AS decimal(38,15))),
    CAST(coalesce(count_if(in_csv AND place > 10), 0) AS bigint),
    CAST(coalesce(count_if(in_csv AND place > 10 AND amount < 0), 0) AS bigint),
    coalesce(sum(CASE WHEN in_csv AND place <= 10 THEN CAST(0 AS decimal(38,15)) ELSE amount END), CAST(0 AS decimal(38,15))),
    coalesce(sum(CASE WHEN in_csv AND place <= 10 THEN CAST(0 AS decimal(38,15)) ELSE change END), CAST(0 AS decimal(38,15))),
    CAST(coalesce(count_if(change <> 0 AND change_place > 5), 0) AS bigint),
    coalesce(max(CASE WHEN change_place > 5 THEN abs(change) END), CAST(0 AS decimal(38,15))),
    coalesce(sum(CASE WHEN change_place > 5 THEN change ELSE CAST(0 AS decimal(38,15)) END), CAST(0 AS decimal(38,15)))
  FROM ranked
