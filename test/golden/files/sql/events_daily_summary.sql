SELECT billing_date AS billing_date, account_id, service, region, currency, count(*) AS events, sum(unblended_cost) AS unblended_cost,
    count(CASE WHEN missing_tags <> '' THEN 1 END) AS events_missing_tags,
    sum(CASE WHEN missing_tags <> '' THEN unblended_cost ELSE CAST(0 AS decimal(38,15)) END) AS cost_missing_tags,
    count(CASE WHEN cost_class = 'spike' THEN 1 END) AS events_spike,
    count(CASE WHEN low_value_recurring THEN 1 END) AS events_low_value
  FROM cost_events
  GROUP BY 1, account_id, service, region, currency
