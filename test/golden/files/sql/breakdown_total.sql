SELECT count(*), coalesce(sum(DailyCost), CAST(0 AS decimal(38,15)))
  FROM (
  SELECT BillingDate, OU, Service, LinkedAccount, sum(Cost) AS DailyCost
  FROM (
    SELECT BillingDate, coalesce(x_OU, 'Unmapped') AS OU, coalesce(x_ServiceCode, ServiceName) AS Service,
      coalesce(SubAccountId, '') AS LinkedAccount, DailyCost AS Cost
    FROM daily_costs
    WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
      AND DailyCost IS NOT NULL
  ) charged
  GROUP BY BillingDate, OU, Service, LinkedAccount) breakdown
