SELECT BillingDate, count(*) AS row_count, sum(DailyCost) AS total
  FROM archived_csv
  GROUP BY BillingDate
  ORDER BY BillingDate
