SELECT BillingDate, count(*) AS row_count, sum(DailyCost) AS total
  FROM ou_breakdown
  GROUP BY BillingDate
  ORDER BY BillingDate
