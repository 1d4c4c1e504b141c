ALTER TABLE ou_breakdown ADD IF NOT EXISTS
PARTITION (year = 2025, month = 9, day = 10)
LOCATION 's3://BUCKET/lake/ou-breakdowns/year=2025/month=09/day=10/'
