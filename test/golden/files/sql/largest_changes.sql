WITH 
  named_accounts AS (
    SELECT account_id, max(account_name) AS account_name
    FROM account_map
    WHERE coalesce(valid_from, DATE '0001-01-01') <= CAST('2026-11-17' AS date)
      AND coalesce(valid_until, DATE '9999-12-31') > CAST('2026-11-17' AS date)
    GROUP BY account_id
  ), told AS (
    SELECT BillingDate, OU, Service, LinkedAccount, After - Before AS Change, Cause
    FROM restatements
    WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE) AND Metric = 'DailyCost' AND OU <> '(changes below 0.005)'
    UNION ALL
    SELECT BillingDate, x_OU AS OU, x_ServiceCode AS Service, coalesce(SubAccountId, '') AS LinkedAccount,
      DailyCost AS Change, 'arrival' AS Cause
    FROM arrivals
    WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE) AND New AND Counted AND DailyCost IS NOT NULL
  ), summed AS (
    SELECT OU, Service, LinkedAccount, sum(Change) AS Change, min(BillingDate) AS FirstDay, max(BillingDate) AS LastDay,
      CASE WHEN min(Cause) = max(Cause) THEN min(Cause) END AS Cause
    FROM told
    GROUP BY OU, Service, LinkedAccount
    HAVING sum(Change) <> 0
  )
  SELECT s.OU, s.Service, s.LinkedAccount, a.account_name, s.Change, s.FirstDay, s.LastDay, s.Cause
  FROM summed s
  LEFT JOIN named_accounts a ON a.account_id = s.LinkedAccount
  ORDER BY abs(s.Change) DESC, s.OU, s.Service, s.LinkedAccount
  LIMIT 3
