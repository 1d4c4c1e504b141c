SELECT r.BillingDate, r.OU, r.Service, r.LinkedAccount, r.Source, r.Currency, r.Metric, r.Before, r.After, r.Cause, r.Delivery, r.LakeVersion, c.CommittedAt
  FROM restated r
  JOIN history_commits c ON c.LakeVersion = r.LakeVersion
