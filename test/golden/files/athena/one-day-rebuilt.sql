SELECT BillingDate, OU, Service, LinkedAccount, SUM(Cost) AS DailyCost
FROM finops_daily_summary
WHERE BillingDate = DATE '2025-09-10'
GROUP BY BillingDate, OU, Service, LinkedAccount
ORDER BY BillingDate, OU, Service, LinkedAccount
