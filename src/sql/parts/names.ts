import type { BillingDate } from '../../core/calendar/billing-date.ts';
import { type Sql, sql } from '../sql.ts';

/** Named subquery `named_accounts`: [account_id, account_name] as the account map says on `day`. Reads `account_map`. */
export const namedAccounts = (day: BillingDate): Sql => sql`
  named_accounts AS (
    SELECT account_id, max(account_name) AS account_name
    FROM account_map
    WHERE coalesce(valid_from, DATE '0001-01-01') <= CAST(${day} AS date)
      AND coalesce(valid_until, DATE '9999-12-31') > CAST(${day} AS date)
    GROUP BY account_id
  )`;

/** Whether a row of `account_map` says that the account is there on `day`, and not closed or suspended. */
export const openOn = (day: BillingDate): Sql => sql`
    coalesce(valid_from, DATE '0001-01-01') <= CAST(${day} AS date)
    AND coalesce(valid_until, DATE '9999-12-31') > CAST(${day} AS date)
    AND lower(coalesce(status, '')) NOT IN ('closed', 'suspended', 'pending_closure')`;
