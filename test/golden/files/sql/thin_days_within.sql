WITH candidates AS (
    SELECT sources.source, CAST(given.day_text AS date) AS candidate_day
    FROM (SELECT DISTINCT x_SourceId AS source FROM daily_costs) sources
    CROSS JOIN (VALUES ('2026-11-16'), ('2026-11-17')) AS given(day_text)
  ), counts AS (
    SELECT x_SourceId AS source, coalesce(SubAccountId, '') AS account, BillingDate, day_of_week(BillingDate) AS on_weekday,
      sum(lines) AS n
    FROM daily_costs
    WHERE BillingDate >= CAST('2026-10-19' AS date)
      AND BillingDate <= CAST('2026-11-17' AS date)
      AND x_ChargeKind = 'usage' AND NOT x_SpansDays
    GROUP BY x_SourceId, coalesce(SubAccountId, ''), BillingDate
  ), ranked AS (
    SELECT d.source, c.account, d.candidate_day, c.n,
      row_number() OVER (PARTITION BY d.source, c.account, d.candidate_day ORDER BY c.n) AS rank_of_day,
      count(*) OVER (PARTITION BY d.source, c.account, d.candidate_day) AS days_seen
    FROM candidates d
    JOIN counts c ON c.source = d.source AND c.on_weekday = day_of_week(d.candidate_day)
      AND c.BillingDate < d.candidate_day AND c.BillingDate >= CAST(date_add('day', -28, d.candidate_day) AS date)
  ), usual AS (
    SELECT source, account, candidate_day, avg(CAST(n AS double)) AS usual_lines
    FROM ranked
    WHERE days_seen >= 2
      AND 2 * rank_of_day BETWEEN days_seen AND days_seen + 2
    GROUP BY source, account, candidate_day
  ), seen AS (
    SELECT source, account, max(BillingDate) AS last_seen
    FROM counts
    GROUP BY source, account
  )
  SELECT u.source, u.account, u.candidate_day, CAST(coalesce(c.n, 0) AS bigint) AS lines_seen, u.usual_lines, s.last_seen
  FROM usual u
  JOIN seen s ON s.source = u.source AND s.account = u.account
  LEFT JOIN counts c ON c.source = u.source AND c.account = u.account AND c.BillingDate = u.candidate_day
  WHERE 2 * coalesce(c.n, 0) < u.usual_lines
  ORDER BY u.source, u.account, u.candidate_day
