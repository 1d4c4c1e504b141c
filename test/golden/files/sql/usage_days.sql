SELECT x_SourceId, BillingDate, CAST(sum(lines) AS bigint) AS usage_lines
  FROM daily_costs
  WHERE x_ChargeKind = 'usage' AND NOT x_SpansDays
  GROUP BY x_SourceId, BillingDate
  ORDER BY x_SourceId, BillingDate
