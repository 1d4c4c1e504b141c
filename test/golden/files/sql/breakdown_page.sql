SELECT BillingDate, OU, Service, LinkedAccount, DailyCost
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
  WHERE (BillingDate > CAST('2026-11-17' AS date) OR (BillingDate = CAST('2026-11-17' AS date) AND (OU > 'Platform' OR (OU = 'Platform'
    AND (DailyCost < CAST('1.5' AS decimal(38,15)) OR (DailyCost = CAST('1.5' AS decimal(38,15)) AND (Service > 'S3'
      OR (Service = 'S3' AND LinkedAccount > ''))))))))
  ORDER BY BillingDate, OU, DailyCost DESC, Service, LinkedAccount
  LIMIT 100
