SELECT h.LakeVersion, c.CommittedAt, h.Cause, h.Source, h.Delivery, h.Change
  FROM (
    SELECT LakeVersion, 'arrival' AS Cause, x_SourceId AS Source, Delivery, sum(DailyCost) AS Change
    FROM arrivals
    WHERE New AND Counted AND DailyCost IS NOT NULL AND BillingDate = CAST('2026-11-17' AS DATE) AND x_OU = 'Platform' AND x_ServiceCode = 'AmazonS3' AND coalesce(SubAccountId, '') = ''
    GROUP BY LakeVersion, x_SourceId, Delivery
    UNION ALL
    SELECT LakeVersion, Cause, Source, Delivery, sum(After - Before) AS Change
    FROM restatements
    WHERE Metric = 'DailyCost' AND BillingDate >= CAST('2026-11-17' AS DATE) AND BillingDate <= CAST('2026-11-17' AS DATE) AND OU = 'Platform' AND Service = 'AmazonS3' AND LinkedAccount = ''
    GROUP BY LakeVersion, Cause, Source, Delivery
  ) h
  JOIN history_commits c ON c.LakeVersion = h.LakeVersion
  ORDER BY h.LakeVersion DESC, h.Cause DESC, h.Source
