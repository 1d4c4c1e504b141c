UNLOAD (
  SELECT BillingDate, OU, Service, LinkedAccount, SUM(Cost) AS DailyCost
  FROM finops_daily_summary
  WHERE BillingDate = DATE '2025-09-10'
  GROUP BY BillingDate, OU, Service, LinkedAccount
)
TO 's3://BUCKET/rebuilt/year=2025/month=09/day=10/'
WITH (format = 'PARQUET', compression = 'SNAPPY')
