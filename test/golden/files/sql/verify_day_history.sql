SELECT BillingDate, LakeVersion, sum(Change) AS change
  FROM (
    SELECT BillingDate, LakeVersion, After - Before AS Change
    FROM restatements
    WHERE Metric = 'DailyCost'
      AND LakeVersion > 7
    UNION ALL
    SELECT BillingDate, LakeVersion, DailyCost AS Change
    FROM arrivals
    WHERE New AND Counted
      AND DailyCost IS NOT NULL
      AND LakeVersion > 7
  ) told
  GROUP BY BillingDate, LakeVersion
  ORDER BY BillingDate, LakeVersion
