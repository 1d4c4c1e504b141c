import type { Period } from '../../core/calendar/billing-date.ts';
import { DAILY_USAGE } from '../parts/daily-usage.ts';
import { within } from '../parts/within.ts';
import { query } from '../query.ts';
import { joined, type Sql, sql } from '../sql.ts';

/** Charged once and expected every month: fees, tax and usage that spans days; no one-time purchase, credit or refund. */
const MONTHLY: Sql = sql`(x_ChargeKind IN ('fee', 'tax') OR (x_ChargeKind = 'usage' AND x_SpansDays))
  AND coalesce(ChargeFrequency, '') <> 'One-Time'`;

/**
 * Month, calendar and lights: per OU and day [OU, day, daily usage, month-spanning charges, other single charges], which
 * add up to DailyCost. Amounts without a rate are in none. Reads `daily_costs`.
 */
export const ouDays = query(
  'digest_ou_days',
  (period: Period): Sql => sql`
  SELECT x_OU, BillingDate,
    sum(CASE WHEN ${DAILY_USAGE} THEN DailyCost ELSE ${ZERO} END) AS daily_usage,
    sum(CASE WHEN ${MONTHLY} THEN DailyCost ELSE ${ZERO} END) AS monthly,
    sum(CASE WHEN ${DAILY_USAGE} OR ${MONTHLY} THEN ${ZERO} ELSE DailyCost END) AS other
  FROM daily_costs
  WHERE ${within(period)}
    AND DailyCost IS NOT NULL
  GROUP BY x_OU, BillingDate
  ORDER BY x_OU, BillingDate`,
);

const ZERO = sql`CAST(0 AS decimal(38,15))`;

/**
 * Month-spanning charges of `before` (last month) of which `month` has none yet, per OU: [OU, amount]. A charge is known
 * again by account, service, category and kind. Reads `daily_costs`.
 */
export const notYetBooked = query(
  'digest_not_yet_booked',
  ({ before, month }: { readonly before: Period; readonly month: Period }): Sql => sql`
  SELECT last_month.x_OU, sum(last_month.amount) AS amount
  FROM (${monthlyCharges(before)}) last_month
  LEFT JOIN (${monthlyCharges(month)}) this_month ON this_month.account = last_month.account
    AND this_month.x_ServiceCode = last_month.x_ServiceCode AND this_month.ChargeCategory = last_month.ChargeCategory
    AND this_month.x_ChargeKind = last_month.x_ChargeKind AND this_month.x_OU = last_month.x_OU
  WHERE this_month.account IS NULL
  GROUP BY last_month.x_OU
  ORDER BY last_month.x_OU`,
);

const monthlyCharges = (period: Period): Sql => sql`
    SELECT x_OU, coalesce(SubAccountId, '') AS account, x_ServiceCode, coalesce(ChargeCategory, '') AS ChargeCategory,
      x_ChargeKind, sum(DailyCost) AS amount
    FROM daily_costs
    WHERE ${within(period)}
      AND DailyCost IS NOT NULL
      AND ${MONTHLY}
    GROUP BY x_OU, coalesce(SubAccountId, ''), x_ServiceCode, coalesce(ChargeCategory, ''), x_ChargeKind`;

/**
 * How much of each OU's usual usage comes from late sources and quiet accounts: [OU, their part, all], both over `period`.
 * Reads `daily_costs`.
 */
export const notArrived = query(
  'digest_not_arrived',
  (of: {
    readonly period: Period;
    readonly sources: readonly string[];
    readonly accounts: readonly string[];
  }): Sql => sql`
  SELECT x_OU,
    sum(CASE WHEN x_SourceId IN (${listed(of.sources)}) OR coalesce(SubAccountId, '') IN (${listed(of.accounts)})
      THEN DailyCost ELSE ${ZERO} END) AS part,
    sum(DailyCost) AS usual
  FROM daily_costs
  WHERE ${within(of.period)}
    AND DailyCost IS NOT NULL
    AND ${DAILY_USAGE}
  GROUP BY x_OU
  ORDER BY x_OU`,
);

const listed = (texts: readonly string[]): Sql =>
  joined(
    texts.map((text) => sql`${text}`),
    ', ',
    sql`NULL`,
  );

/** Until when usage has come on each day of `period`: [day, latest end of a usage line]. Reads `daily_costs`. */
export const usageEnds = query(
  'digest_usage_ends',
  (period: Period): Sql => sql`
  SELECT BillingDate, max(LatestUsageEnd) AS usage_end
  FROM daily_costs
  WHERE ${within(period)}
  GROUP BY BillingDate
  ORDER BY BillingDate`,
);

/** Accounts of OUs in `period`, dearest first: [OU, account, name, amount, accounts of the OU]; of each OU the ten dearest. Reads `daily_costs`, `account_map`. */
export const accountsOfOus = query(
  'digest_accounts_of_ous',
  (of: { readonly period: Period; readonly ous: readonly string[] }): Sql => sql`
  SELECT x_OU, account, account_name, amount, accounts
  FROM (
    SELECT x_OU, account, account_name, amount, count(*) OVER (PARTITION BY x_OU) AS accounts,
      row_number() OVER (PARTITION BY x_OU ORDER BY amount DESC, account) AS place
    FROM (
      SELECT d.x_OU, coalesce(d.SubAccountId, '') AS account,
        coalesce(max(a.account_name), max(d.SubAccountName)) AS account_name, sum(d.DailyCost) AS amount
      FROM daily_costs d
      LEFT JOIN account_map a ON a.account_id = d.SubAccountId
        AND coalesce(a.valid_from, DATE '0001-01-01') <= d.BillingDate
        AND coalesce(a.valid_until, DATE '9999-12-31') > d.BillingDate
      WHERE ${within(of.period)}
        AND d.DailyCost IS NOT NULL
        AND d.x_OU IN (${listed(of.ous)})
      GROUP BY d.x_OU, coalesce(d.SubAccountId, '')
    ) of_account
  ) placed
  WHERE place <= 10
  ORDER BY x_OU, place`,
);
