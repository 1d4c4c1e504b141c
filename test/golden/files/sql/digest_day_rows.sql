WITH 
  compared AS (
    SELECT coalesce(x_OU, 'Unmapped') AS OU, coalesce(x_ServiceCode, ServiceName) AS Service,
      coalesce(SubAccountId, '') AS LinkedAccount, max(SubAccountName) AS GivenName,
      count_if(BillingDate = CAST('2026-11-17' AS date)) > 0 AS in_csv,
      sum(CASE WHEN BillingDate = CAST('2026-11-17' AS date) THEN DailyCost ELSE CAST(0 AS decimal(38,15)) END) AS amount,
      sum(CASE WHEN BillingDate = CAST('2026-11-17' AS date) AND x_ChargeKind = 'usage' AND NOT x_SpansDays THEN DailyCost ELSE CAST(0 AS decimal(38,15)) END) AS usage_now,
      CAST(sum(CASE WHEN BillingDate < CAST('2026-11-17' AS date) AND x_ChargeKind = 'usage' AND NOT x_SpansDays THEN DailyCost ELSE CAST(0 AS decimal(38,15)) END) * 0.25 AS decimal(38,15)) AS usual
    FROM daily_costs
    WHERE BillingDate IN (CAST('2026-11-17' AS date), CAST('2026-11-10' AS date), CAST('2026-11-03' AS date), CAST('2026-10-27' AS date), CAST('2026-10-20' AS date))
      AND DailyCost IS NOT NULL
    GROUP BY coalesce(x_OU, 'Unmapped'), coalesce(x_ServiceCode, ServiceName), coalesce(SubAccountId, '')
  ), ranked AS (
    SELECT OU, Service, LinkedAccount, GivenName, in_csv, amount, usage_now, usual, usage_now - usual AS change,
      row_number() OVER (ORDER BY in_csv DESC, amount DESC, OU, Service, LinkedAccount) AS place,
      row_number() OVER (ORDER BY abs(usage_now - usual) DESC, OU, Service, LinkedAccount) AS change_place
    FROM compared
  ), 
  named_accounts AS (
    SELECT account_id, max(account_name) AS account_name
    FROM account_map
    WHERE coalesce(valid_from, DATE '0001-01-01') <= CAST('2026-11-17' AS date)
      AND coalesce(valid_until, DATE '9999-12-31') > CAST('2026-11-17' AS date)
    GROUP BY account_id
  )
  SELECT r.OU, r.Service, r.LinkedAccount, coalesce(a.account_name, r.GivenName) AS account_name, r.amount, r.change,
    r.usual, CASE WHEN r.in_csv THEN r.place END AS place, r.change_place
  FROM ranked r
  LEFT JOIN named_accounts a ON a.account_id = r.LinkedAccount
  WHERE (r.in_csv AND r.place <= 10) OR (r.change <> 0 AND r.change_place <= 5)
  ORDER BY r.place, r.change_place
