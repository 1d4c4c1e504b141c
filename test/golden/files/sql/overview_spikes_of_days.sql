SELECT v.BillingDate, count(*) AS spikes, count(o.SpikeSince) AS open_spikes
  FROM verdicts v
  LEFT JOIN (
    SELECT x_OU, x_ServiceCode, SubAccountId, RegionId, max(SpikeSince) AS SpikeSince
    FROM verdicts
    WHERE BillingDate = CAST('2026-11-17' AS date)
      AND x_CostClass = 'spike'
    GROUP BY x_OU, x_ServiceCode, SubAccountId, RegionId
  ) o ON o.x_OU = v.x_OU AND o.x_ServiceCode = v.x_ServiceCode AND o.SubAccountId = v.SubAccountId
    AND o.RegionId = v.RegionId AND v.BillingDate >= o.SpikeSince AND v.BillingDate <= CAST('2026-11-17' AS date)
  WHERE v.BillingDate >= CAST('2026-11-01' AS date)
    AND v.BillingDate < CAST('2026-11-18' AS date)
    AND v.x_CostClass = 'spike'
  GROUP BY v.BillingDate
  ORDER BY v.BillingDate
