import type { Period } from '../../core/calendar/billing-date.ts';
import { within } from '../parts/within.ts';
import { query } from '../query.ts';
import { type Sql, sql } from '../sql.ts';

/**
 * When a delivery last changed a day of an account by more than a rounding: [source, account, day, lake version]. Days that
 * are as they first came are not in it. Reads `restatements`.
 */
export const lastChanges = query(
  'last_changes',
  (period: Period): Sql => sql`
  SELECT Source, coalesce(LinkedAccount, '') AS account, BillingDate, max(LakeVersion) AS lake_version
  FROM restatements
  WHERE ${within(period)}
    AND Cause = 'delivery'
  GROUP BY Source, coalesce(LinkedAccount, ''), BillingDate
  ORDER BY Source, account, BillingDate`,
);
