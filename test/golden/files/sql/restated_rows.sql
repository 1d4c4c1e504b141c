SELECT LakeVersion, CommittedAt, BillingDate, OU, Service, LinkedAccount, Source, Before, After, Cause, Delivery
  FROM restatements
  WHERE Metric = 'DailyCost' AND BillingDate >= CAST('2026-11-17' AS DATE)
  ORDER BY LakeVersion DESC, abs(After - Before) DESC, BillingDate, OU, Service, LinkedAccount, Source
  LIMIT 25
