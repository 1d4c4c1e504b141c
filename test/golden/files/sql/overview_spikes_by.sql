SELECT coalesce(nullif(RegionId, ''), 'none') AS part, count(*) AS spikes
  FROM verdicts
  WHERE BillingDate = CAST('2026-11-17' AS date)
    AND x_CostClass = 'spike'
  GROUP BY coalesce(nullif(RegionId, ''), 'none')
  ORDER BY part
