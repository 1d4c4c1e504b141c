SELECT BillingDate
  FROM (
    SELECT BillingDate FROM restatements WHERE Metric = 'DailyCost'
    UNION ALL
    SELECT BillingDate FROM arrivals WHERE New AND Counted
  ) changed
  GROUP BY BillingDate
  ORDER BY BillingDate
