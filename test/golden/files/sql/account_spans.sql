WITH spans AS (
    SELECT x_SourceId AS source, coalesce(SubAccountId, '') AS account, min(BillingDate) AS first_day, max(BillingDate) AS last_day
    FROM daily_costs
    GROUP BY x_SourceId, coalesce(SubAccountId, '')
  )
  SELECT s.source, s.account, s.first_day, s.last_day, max(d.SubAccountName) AS account_name, max(d.x_OU) AS ou
  FROM spans s
  JOIN daily_costs d ON d.x_SourceId = s.source AND coalesce(d.SubAccountId, '') = s.account AND d.BillingDate = s.last_day
  GROUP BY s.source, s.account, s.first_day, s.last_day
  ORDER BY s.source, s.account
