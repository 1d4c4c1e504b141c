WITH 
  named_accounts AS (
    SELECT account_id, max(account_name) AS account_name
    FROM account_map
    WHERE coalesce(valid_from, DATE '0001-01-01') <= CAST('2026-11-17' AS date)
      AND coalesce(valid_until, DATE '9999-12-31') > CAST('2026-11-17' AS date)
    GROUP BY account_id
  ), parts AS (
    SELECT coalesce(nullif(SubAccountId, ''), 'none') AS part, x_OU, max(SubAccountName) AS given_name,
      sum(CASE WHEN BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE) THEN DailyCost ELSE CAST(0 AS decimal(38,15)) END) AS amount,
      sum(CASE WHEN BillingDate >= CAST('2026-10-01' AS DATE) AND BillingDate < CAST('2026-10-18' AS DATE) THEN DailyCost ELSE CAST(0 AS decimal(38,15)) END) AS before
    FROM daily_costs
    WHERE ((BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)) OR (BillingDate >= CAST('2026-10-01' AS DATE) AND BillingDate < CAST('2026-10-18' AS DATE)))
      AND DailyCost IS NOT NULL
    GROUP BY coalesce(nullif(SubAccountId, ''), 'none'), x_OU
  ), placed AS (
    SELECT part, max(given_name) AS given_name, max_by(x_OU, amount) AS main_ou, sum(amount) AS amount, sum(before) AS before,
      row_number() OVER (ORDER BY sum(amount) DESC, part) AS place
    FROM parts
    GROUP BY part
  ), wholes AS (
    SELECT count(*) AS all_parts,
      coalesce(sum(CASE WHEN place > 8 THEN amount END), CAST(0 AS decimal(38,15))) AS rest,
      coalesce(sum(CASE WHEN place > 8 THEN before END), CAST(0 AS decimal(38,15))) AS rest_before,
      coalesce(sum(amount), CAST(0 AS decimal(38,15))) AS amount, coalesce(sum(before), CAST(0 AS decimal(38,15))) AS before
    FROM placed
  )
  SELECT p.part, p.amount, p.before, coalesce(a.account_name, p.given_name) AS account_name, p.main_ou, w.all_parts,
    w.rest, w.rest_before, w.amount, w.before
  FROM wholes w
  LEFT JOIN placed p ON p.place <= 8
  LEFT JOIN named_accounts a ON a.account_id = p.part
  ORDER BY p.place
