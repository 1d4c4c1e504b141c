SELECT CAST(BillingDate AS date) AS BillingDate, CASE WHEN regexp_like(OU, '^''+[=+@	-]') THEN substr(OU, 2) ELSE coalesce(OU, '') END AS OU, CASE WHEN regexp_like(Service, '^''+[=+@	-]') THEN substr(Service, 2) ELSE coalesce(Service, '') END AS Service,
    CASE WHEN regexp_like(LinkedAccount, '^''+[=+@	-]') THEN substr(LinkedAccount, 2) ELSE coalesce(LinkedAccount, '') END AS LinkedAccount, CAST(DailyCost AS decimal(38,15)) AS DailyCost
  FROM archived_csv_text
