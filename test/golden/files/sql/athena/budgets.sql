WITH budgets AS (
  SELECT c.scope_type AS scope_type, c.scope AS scope, c.period AS period, CAST(c.amount AS decimal(38,15)) AS amount, c.currency AS currency, CAST(c.valid_from AS date) AS valid_from, c.owner_email AS owner_email
  FROM (
    SELECT t.scope_type, t.scope, t.period, t.amount, t.currency, t.valid_from, t.owner_email
    FROM current_loads AS o
    CROSS JOIN UNNEST(o.budgets) AS t(scope_type, scope, period, amount, currency, valid_from, owner_email)
  ) c)
SELECT scope_type, scope, period, amount, currency, valid_from, owner_email FROM budgets
