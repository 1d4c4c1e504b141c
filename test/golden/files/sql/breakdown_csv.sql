SELECT BillingDate,
    array_join(array_agg(line ORDER BY OU, DailyCost DESC, Service, LinkedAccount), '') AS csv,
    count(*) AS line_count,
    sum(DailyCost) AS total
  FROM (
    SELECT BillingDate, OU, DailyCost, Service, LinkedAccount,
      CAST(BillingDate AS varchar) || ',' || CASE WHEN regexp_like(OU, '^''*[=+@	-]|[,"
]') THEN CASE WHEN regexp_like(CASE WHEN regexp_like(OU, '^''*[=+@	-]') THEN '''' || OU ELSE OU END, '[,"
]') THEN '"' || replace(CASE WHEN regexp_like(OU, '^''*[=+@	-]') THEN '''' || OU ELSE OU END, '"', '""') || '"' ELSE CASE WHEN regexp_like(OU, '^''*[=+@	-]') THEN '''' || OU ELSE OU END END ELSE OU END || ',' || CASE WHEN regexp_like(Service, '^''*[=+@	-]|[,"
]') THEN CASE WHEN regexp_like(CASE WHEN regexp_like(Service, '^''*[=+@	-]') THEN '''' || Service ELSE Service END, '[,"
]') THEN '"' || replace(CASE WHEN regexp_like(Service, '^''*[=+@	-]') THEN '''' || Service ELSE Service END, '"', '""') || '"' ELSE CASE WHEN regexp_like(Service, '^''*[=+@	-]') THEN '''' || Service ELSE Service END END ELSE Service END || ','
        || CASE WHEN regexp_like(LinkedAccount, '^''*[=+@	-]|[,"
]') THEN CASE WHEN regexp_like(CASE WHEN regexp_like(LinkedAccount, '^''*[=+@	-]') THEN '''' || LinkedAccount ELSE LinkedAccount END, '[,"
]') THEN '"' || replace(CASE WHEN regexp_like(LinkedAccount, '^''*[=+@	-]') THEN '''' || LinkedAccount ELSE LinkedAccount END, '"', '""') || '"' ELSE CASE WHEN regexp_like(LinkedAccount, '^''*[=+@	-]') THEN '''' || LinkedAccount ELSE LinkedAccount END END ELSE LinkedAccount END || ',' || substr(CAST(DailyCost AS varchar), 1, length(CAST(DailyCost AS varchar)) - 13) || trim(TRAILING '0' FROM substr(CAST(DailyCost AS varchar), length(CAST(DailyCost AS varchar)) - 12)) || '
' AS line
    FROM (
  SELECT BillingDate, OU, Service, LinkedAccount, sum(Cost) AS DailyCost
  FROM (
    SELECT BillingDate, coalesce(x_OU, 'Unmapped') AS OU, coalesce(x_ServiceCode, ServiceName) AS Service,
      coalesce(SubAccountId, '') AS LinkedAccount, DailyCost AS Cost
    FROM daily_costs
    WHERE BillingDate >= CAST('2026-11-01' AS DATE) AND BillingDate < CAST('2026-11-18' AS DATE)
      AND DailyCost IS NOT NULL
  ) charged
  GROUP BY BillingDate, OU, Service, LinkedAccount) breakdown
  ) written
  GROUP BY BillingDate
  ORDER BY BillingDate
