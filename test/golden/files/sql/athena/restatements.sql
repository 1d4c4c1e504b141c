WITH restated AS (
  SELECT l.BillingDate, l.OU, l.Service, l.LinkedAccount, l.Source, l.Currency, l.Metric, l.Before, l.After, l.Cause, l.Delivery, l.LakeVersion
  FROM restatements_versions l
  JOIN (
    SELECT t.lake_version, t.file, t.committed_at
    FROM current_loads AS o
    CROSS JOIN UNNEST(o.commits) AS t(lake_version, file, committed_at)
  ) c ON c.lake_version = l.lake_version AND c.file = regexp_extract(l."$path", '[^/]+$')),
history_commits AS (
  SELECT CAST(c.lake_version AS bigint) AS LakeVersion, CAST(c.committed_at AS timestamp(3)) AS CommittedAt
  FROM (
    SELECT t.lake_version, t.file, t.committed_at
    FROM current_loads AS o
    CROSS JOIN UNNEST(o.commits) AS t(lake_version, file, committed_at)
  ) c),
restatements AS (
  SELECT r.BillingDate, r.OU, r.Service, r.LinkedAccount, r.Source, r.Currency, r.Metric, r.Before, r.After, r.Cause, r.Delivery, r.LakeVersion, c.CommittedAt
  FROM restated r
  JOIN history_commits c ON c.LakeVersion = r.LakeVersion)
SELECT BillingDate, OU, Service, LinkedAccount, Source, Currency, Metric, Before, After, Cause, Delivery, LakeVersion, CAST(CommittedAt AS timestamp(3)) AS CommittedAt FROM restatements
