SELECT CAST(BillingDate AS date) AS BillingDate, CASE WHEN regexp_like(OU, '^''+[=+@	-]') THEN substr(OU, 2) ELSE coalesce(OU, '') END AS OU, CASE WHEN regexp_like(Service, '^''+[=+@	-]') THEN substr(Service, 2) ELSE coalesce(Service, '') END AS Service,
    CASE WHEN regexp_like(LinkedAccount, '^''+[=+@	-]') THEN substr(LinkedAccount, 2) ELSE coalesce(LinkedAccount, '') END AS LinkedAccount, CASE
      WHEN length(DailyCost) > 33 THEN CAST(DailyCost AS decimal(38,15))
      WHEN DailyCost LIKE '-%' THEN CAST(CAST(split_part(DailyCost, '.', 1) AS bigint) AS decimal(38,15)) - CAST(CAST(CAST(rpad(split_part(DailyCost, '.', 2), 15, '0') AS bigint) AS decimal(16,0)) * CAST('0.000000000000001' AS decimal(15,15)) AS decimal(38,15))
      ELSE CAST(CAST(split_part(DailyCost, '.', 1) AS bigint) AS decimal(38,15)) + CAST(CAST(CAST(rpad(split_part(DailyCost, '.', 2), 15, '0') AS bigint) AS decimal(16,0)) * CAST('0.000000000000001' AS decimal(15,15)) AS decimal(38,15))
    END AS DailyCost
  FROM archived_csv_text
