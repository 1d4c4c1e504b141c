WITH finops_daily_summary AS (SELECT BillingDate, OU, Service, LinkedAccount, DailyCost AS Cost FROM ou_breakdown)
SELECT BillingDate, OU, Service, LinkedAccount, Cost FROM finops_daily_summary
