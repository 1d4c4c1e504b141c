SELECT LakeVersion, Cause, Source, OU, Service, LinkedAccount, Before, After
  FROM (
    SELECT LakeVersion, Cause, Source, OU, Service, LinkedAccount, Before, After,
      row_number() OVER (PARTITION BY LakeVersion, Cause, Source
        ORDER BY abs(After - Before) DESC, OU, Service, LinkedAccount) AS place
    FROM restatements
    WHERE Metric = 'DailyCost' AND BillingDate >= CAST('2026-11-17' AS DATE) AND BillingDate <= CAST('2026-11-17' AS DATE)
  ) ranked
  WHERE place <= 3
  ORDER BY LakeVersion DESC, Cause DESC, Source, place
