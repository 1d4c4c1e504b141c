WITH 
  named_accounts AS (
    SELECT account_id, max(account_name) AS account_name
    FROM account_map
    WHERE coalesce(valid_from, DATE '0001-01-01') <= CAST('2026-11-17' AS date)
      AND coalesce(valid_until, DATE '9999-12-31') > CAST('2026-11-17' AS date)
    GROUP BY account_id
  ), parts AS (
    SELECT coalesce(nullif(SubAccountId, ''), 'none') AS part, max(SubAccountName) AS given_name, sum(DailyCost) AS amount
    FROM daily_costs
    WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
    GROUP BY coalesce(nullif(SubAccountId, ''), 'none')
  )
  SELECT p.part, coalesce(a.account_name, p.given_name) AS account_name
  FROM parts p
  LEFT JOIN named_accounts a ON a.account_id = p.part
  ORDER BY p.amount DESC NULLS LAST, p.part
