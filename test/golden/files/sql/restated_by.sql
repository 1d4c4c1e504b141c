SELECT OU, count(DISTINCT LakeVersion) AS commit_count, count(*) AS row_count,
    sum(CASE WHEN After > Before THEN After - Before ELSE CAST(0 AS decimal(38,15)) END) AS Up,
    sum(CASE WHEN After < Before THEN After - Before ELSE CAST(0 AS decimal(38,15)) END) AS Down,
    sum(After - Before) AS Change
  FROM restatements
  WHERE Metric = 'DailyCost'
  GROUP BY OU
  ORDER BY abs(sum(After - Before)) DESC, OU
  LIMIT 25
