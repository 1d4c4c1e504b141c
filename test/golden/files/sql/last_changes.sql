SELECT Source, coalesce(LinkedAccount, '') AS account, BillingDate, max(LakeVersion) AS lake_version
  FROM restatements
  WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
    AND Cause = 'delivery'
  GROUP BY Source, coalesce(LinkedAccount, ''), BillingDate
  ORDER BY Source, account, BillingDate
