SELECT BillingDate, count(*) AS row_count, sum(Change) AS change
  FROM (
    SELECT BillingDate, OU, Service, LinkedAccount, sum(Amount) AS Change
    FROM (
      SELECT BillingDate, OU, Service, LinkedAccount, -DailyCost AS Amount, -1 AS there FROM archived_csv
      UNION ALL
      SELECT BillingDate, OU, Service, LinkedAccount, DailyCost AS Amount, 1 AS there FROM archived_parquet
    ) both_sides
    GROUP BY BillingDate, OU, Service, LinkedAccount
    HAVING sum(Amount) <> 0 OR sum(there) <> 0
  ) changed_rows
  GROUP BY BillingDate
  ORDER BY BillingDate
