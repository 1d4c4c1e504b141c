WITH 
  named_accounts AS (
    SELECT account_id, max(account_name) AS account_name
    FROM account_map
    WHERE coalesce(valid_from, DATE '0001-01-01') <= CAST('2026-11-17' AS date)
      AND coalesce(valid_until, DATE '9999-12-31') > CAST('2026-11-17' AS date)
    GROUP BY account_id
  ), given_names AS (
    SELECT SubAccountId, max(SubAccountName) AS given_name
    FROM daily_costs
    WHERE BillingDate = CAST('2026-11-17' AS date)
    GROUP BY SubAccountId
  ), found AS (
    SELECT x_OU, x_ServiceCode, SubAccountId, RegionId, Actual, Expected, ExpectedLow, ExpectedHigh, SpikeSince,
      row_number() OVER (ORDER BY Actual - Expected DESC, x_OU, x_ServiceCode, SubAccountId, RegionId) AS place,
      count(*) OVER () AS all_spikes,
      sum(Actual - Expected) OVER () AS all_excess
    FROM verdicts
    WHERE BillingDate = CAST('2026-11-17' AS date)
      AND x_CostClass = 'spike'
  )
  SELECT f.x_OU, f.x_ServiceCode, f.SubAccountId, coalesce(a.account_name, g.given_name) AS account_name, f.RegionId,
    f.Actual, f.Expected, f.ExpectedLow, f.ExpectedHigh, f.SpikeSince, f.all_spikes, f.all_excess
  FROM found f
  LEFT JOIN named_accounts a ON a.account_id = f.SubAccountId
  LEFT JOIN given_names g ON g.SubAccountId = f.SubAccountId
  WHERE f.place <= 10
  ORDER BY f.place
