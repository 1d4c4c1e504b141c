WITH account_map AS (
  SELECT c.account_id AS account_id, c.account_name AS account_name, c.ou_path AS ou_path, c.ou_id AS ou_id, c.payer_account_id AS payer_account_id, c.status AS status, CAST(c.valid_from AS date) AS valid_from, CAST(c.valid_until AS date) AS valid_until, CAST(json_parse(c.tags) AS map(varchar, varchar)) AS tags
  FROM (
    SELECT t.account_id, t.account_name, t.ou_path, t.ou_id, t.payer_account_id, t.status, t.valid_from, t.valid_until, t.tags
    FROM current_loads AS o
    CROSS JOIN UNNEST(o.accounts) AS t(account_id, account_name, ou_path, ou_id, payer_account_id, status, valid_from, valid_until, tags)
  ) c),
accounts AS (SELECT account_id, account_name, ou_path, ou_id, payer_account_id, status, valid_from, valid_until, tags FROM account_map)
SELECT account_id, account_name, ou_path, ou_id, payer_account_id, status, valid_from, valid_until, tags FROM accounts
