SELECT LakeVersion, CommittedAt, Cause, Source, Delivery, min(BillingDate) AS FirstDay, max(BillingDate) AS LastDay,
    count(DISTINCT BillingDate) AS day_count, count(*) AS row_count,
    sum(CASE WHEN After > Before THEN After - Before ELSE CAST(0 AS decimal(38,15)) END) AS Up,
    sum(CASE WHEN After < Before THEN After - Before ELSE CAST(0 AS decimal(38,15)) END) AS Down,
    sum(After - Before) AS Change
  FROM restatements
  WHERE Metric = 'DailyCost' AND BillingDate >= CAST('2026-11-17' AS DATE) AND BillingDate <= CAST('2026-11-17' AS DATE) AND LakeVersion > 7 AND CommittedAt >= CAST('2026-11-19 07:00:00.000' AS timestamp)
  GROUP BY LakeVersion, CommittedAt, Cause, Source, Delivery
  ORDER BY LakeVersion DESC, Cause, Source
  LIMIT 25
