SELECT d.BillingDate, d.x_OU, d.x_ServiceCode, d.SubAccountId, d.RegionId, d.x_CostClass, d.x_ClassReason, d.Actual, d.Expected, d.ExpectedLow, d.ExpectedHigh, d.SpikeSince, d.rules_version
  FROM all_verdicts d
  WHERE d.x_OU = 'Children''s' AND coalesce(d.SubAccountId, '') = '' AND d.x_ServiceCode = 'AmazonS3' AND coalesce(d.RegionId, '') = 'eu-west-1'
