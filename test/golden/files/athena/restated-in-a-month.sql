SELECT BillingDate, OU, Service, Cause, LakeVersion, CommittedAt, SUM(After - Before) AS Changed
FROM restatements
WHERE Metric = 'DailyCost' AND BillingDate >= DATE '2025-09-01' AND BillingDate < DATE '2025-10-01'
GROUP BY BillingDate, OU, Service, Cause, LakeVersion, CommittedAt
ORDER BY BillingDate, OU, Service, Cause, LakeVersion, CommittedAt
