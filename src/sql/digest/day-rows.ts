import { addDays, type BillingDate } from '../../core/calendar/billing-date.ts';
import { DAILY_USAGE } from '../parts/daily-usage.ts';
import { namedAccounts } from '../parts/names.ts';
import { query } from '../query.ts';
import { joined, type Sql, sql } from '../sql.ts';

/** Rows of the headline day that a digest lists. */
export const TOP_ROWS = 10;
export const TOP_MOVERS = 5;

export interface DayRowsOf {
  readonly day: BillingDate;
  /** How many weeks before have the same weekday in the lake: 1 … 4, or 0. */
  readonly weeks: number;
}

/**
 * The rows of a day's breakdown against the same weekdays before, dearest and most changed ones only:
 * [OU, service, account, name, amount, change, usual, place by amount (null where the day has no such row), place by
 * change]. amount is everything charged that day; change and usual are of daily usage, usual its mean over `weeks`
 * weekdays (0 where the row was not there). Reads `daily_costs`, `account_map`.
 */
export const dayRows = query(
  'digest_day_rows',
  (of: DayRowsOf): Sql => sql`
  WITH ${ranked(of)}, ${namedAccounts(of.day)}
  SELECT r.OU, r.Service, r.LinkedAccount, coalesce(a.account_name, r.GivenName) AS account_name, r.amount, r.change,
    r.usual, CASE WHEN r.in_csv THEN r.place END AS place, r.change_place
  FROM ranked r
  LEFT JOIN named_accounts a ON a.account_id = r.LinkedAccount
  WHERE (r.in_csv AND r.place <= ${TOP_ROWS}) OR (r.change <> 0 AND r.change_place <= ${TOP_MOVERS})
  ORDER BY r.place, r.change_place`,
);

/**
 * What all rows of the day add up to, with the others told apart: [rows in the CSV, amount, daily usage, usual, others
 * (rows of the CSV below the ten), their rows below zero, their amount, their change (with rows that are gone), movers'
 * others (rows with a change), the largest of these by size, their change]. Reads `daily_costs`.
 */
export const dayTotals = query(
  'digest_day_totals',
  (of: DayRowsOf): Sql => sql`
  WITH ${ranked(of)}
  SELECT ${counted(sql`in_csv`)}, coalesce(sum(amount), ${ZERO}), coalesce(sum(usage_now), ${ZERO}), coalesce(sum(usual), ${ZERO}),
    ${counted(sql`in_csv AND place > ${TOP_ROWS}`)},
    ${counted(sql`in_csv AND place > ${TOP_ROWS} AND amount < 0`)},
    coalesce(sum(CASE WHEN ${IN_TOP} THEN ${ZERO} ELSE amount END), ${ZERO}),
    coalesce(sum(CASE WHEN ${IN_TOP} THEN ${ZERO} ELSE change END), ${ZERO}),
    ${counted(sql`change <> 0 AND change_place > ${TOP_MOVERS}`)},
    coalesce(max(CASE WHEN change_place > ${TOP_MOVERS} THEN abs(change) END), ${ZERO}),
    coalesce(sum(CASE WHEN change_place > ${TOP_MOVERS} THEN change ELSE ${ZERO} END), ${ZERO})
  FROM ranked`,
);

/** 0 for no rows at all, too: DuckDB's count_if gives null there. */
const counted = (condition: Sql): Sql => sql`CAST(coalesce(count_if(${condition}), 0) AS bigint)`;
const ZERO = sql`CAST(0 AS decimal(38,15))`;
const IN_TOP = sql`in_csv AND place <= ${TOP_ROWS}`;

const ranked = ({ day, weeks }: DayRowsOf): Sql => {
  const past = Array.from({ length: weeks }, (_, i) => sql`CAST(${addDays(day, -7 * (i + 1))} AS date)`);
  const judged = sql`CAST(${day} AS date)`;
  return sql`
  compared AS (
    SELECT coalesce(x_OU, 'Unmapped') AS OU, coalesce(x_ServiceCode, ServiceName) AS Service,
      coalesce(SubAccountId, '') AS LinkedAccount, max(SubAccountName) AS GivenName,
      count_if(BillingDate = ${judged}) > 0 AS in_csv,
      sum(CASE WHEN BillingDate = ${judged} THEN DailyCost ELSE ${ZERO} END) AS amount,
      sum(CASE WHEN BillingDate = ${judged} AND ${DAILY_USAGE} THEN DailyCost ELSE ${ZERO} END) AS usage_now,
      ${meanOf(sql`sum(CASE WHEN BillingDate < ${judged} AND ${DAILY_USAGE} THEN DailyCost ELSE ${ZERO} END)`, weeks)} AS usual
    FROM daily_costs
    WHERE BillingDate IN (${joined([judged, ...past])})
      AND DailyCost IS NOT NULL
    GROUP BY coalesce(x_OU, 'Unmapped'), coalesce(x_ServiceCode, ServiceName), coalesce(SubAccountId, '')
  ), ranked AS (
    SELECT OU, Service, LinkedAccount, GivenName, in_csv, amount, usage_now, usual, usage_now - usual AS change,
      row_number() OVER (ORDER BY in_csv DESC, amount DESC, OU, Service, LinkedAccount) AS place,
      row_number() OVER (ORDER BY abs(usage_now - usual) DESC, OU, Service, LinkedAccount) AS change_place
    FROM compared
  )`;
};

/**
 * `total` ÷ weeks at 15 decimals, by products that leave room for large amounts. A third is taken in two steps: one factor
 * of 18 digits would overflow, one of 9 would be seen.
 */
function meanOf(total: Sql, weeks: number): Sql {
  if (weeks === 3) {
    return sql`CAST(${total} * 0.333333333 AS decimal(38,15))
        + CAST(CAST(${total} AS decimal(38,9)) * 0.000000000333333333 AS decimal(38,15))`;
  }
  const factor = weeks === 4 ? sql`0.25` : weeks === 2 ? sql`0.5` : weeks === 1 ? sql`1` : sql`0`;
  return sql`CAST(${total} * ${factor} AS decimal(38,15))`;
}
