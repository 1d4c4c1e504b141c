import type { BillingDate, Period } from '../../core/calendar/billing-date.ts';
import { DAILY_USAGE } from '../parts/daily-usage.ts';
import { namedAccounts } from '../parts/names.ts';
import { within } from '../parts/within.ts';
import { query } from '../query.ts';
import { NONE } from '../scope.ts';
import { joined, type Sql, sql } from '../sql.ts';

/** By what costs can be shared out. */
export type Dimension = 'service' | 'account' | 'ou' | 'region' | 'tag';

/** What a row of `daily_costs` or `verdicts` belongs to: what the filter of the dimension takes. */
const KEYS: Readonly<Record<Dimension, Sql>> = {
  service: sql`x_ServiceCode`,
  account: sql`coalesce(nullif(SubAccountId, ''), ${NONE})`,
  ou: sql`x_OU`,
  region: sql`coalesce(nullif(RegionId, ''), ${NONE})`,
  tag: sql`x_TagState`,
};

export interface SharesOf {
  readonly by: Dimension;
  readonly period: Period;
  /** What it is compared with; the empty period where there is nothing. */
  readonly before: Period;
  /** Whose account names are taken. */
  readonly day: BillingDate;
  /** Rows wanted, the dearest; then one more for all others. */
  readonly rows: number;
}

/**
 * How a period's cost divides, dearest first, against the period before: [key, amount, before, account's name, its OU (the
 * dearest), values in all, others: values, amount, before, total: amount, before]. Reads `daily_costs`, `account_map`.
 */
export const shares = query(
  'overview_shares',
  (of: SharesOf): Sql => sql`
  WITH ${namedAccounts(of.day)}, parts AS (
    SELECT ${KEYS[of.by]} AS part, x_OU, max(SubAccountName) AS given_name,
      sum(CASE WHEN ${within(of.period)} THEN DailyCost ELSE ${ZERO} END) AS amount,
      sum(CASE WHEN ${within(of.before)} THEN DailyCost ELSE ${ZERO} END) AS before
    FROM daily_costs
    WHERE ((${within(of.period)}) OR (${within(of.before)}))
      AND DailyCost IS NOT NULL
    GROUP BY ${KEYS[of.by]}, x_OU
  ), placed AS (
    SELECT part, max(given_name) AS given_name, max_by(x_OU, amount) AS main_ou, sum(amount) AS amount, sum(before) AS before,
      row_number() OVER (ORDER BY sum(amount) DESC, part) AS place
    FROM parts
    GROUP BY part
  ), wholes AS (
    SELECT count(*) AS all_parts,
      coalesce(sum(CASE WHEN place > ${of.rows} THEN amount END), ${ZERO}) AS rest,
      coalesce(sum(CASE WHEN place > ${of.rows} THEN before END), ${ZERO}) AS rest_before,
      coalesce(sum(amount), ${ZERO}) AS amount, coalesce(sum(before), ${ZERO}) AS before
    FROM placed
  )
  SELECT p.part, p.amount, p.before, coalesce(a.account_name, p.given_name) AS account_name, p.main_ou, w.all_parts,
    w.rest, w.rest_before, w.amount, w.before
  FROM wholes w
  LEFT JOIN placed p ON p.place <= ${of.rows}
  LEFT JOIN named_accounts a ON a.account_id = p.part
  ORDER BY p.place`,
);

/** Daily amounts of `keys` (at least one) and of all together, for lines to draw: [key or null for all, day, amount]. Reads `daily_costs`. */
export const partDays = query('overview_part_days', (of: PartDaysOf): Sql => {
  const rows = of.usageOnly ? sql`AND ${DAILY_USAGE}` : sql``;
  return sql`
  SELECT part, BillingDate, sum(amount) AS amount
  FROM (
    SELECT CASE WHEN ${KEYS[of.by]} IN (${joined(
      of.keys.map((key) => sql`${key}`),
      ', ',
      sql`NULL`,
    )}) THEN ${KEYS[of.by]} END AS part, BillingDate, DailyCost AS amount
    FROM daily_costs
    WHERE ${within(of.period)}
      AND DailyCost IS NOT NULL
      ${rows}
  ) chosen
  GROUP BY part, BillingDate
  ORDER BY part, BillingDate`;
});

export interface PartDaysOf {
  readonly by: Dimension;
  readonly keys: readonly string[];
  readonly period: Period;
  /** Usage of at most a day alone, so that monthly charges make no teeth. */
  readonly usageOnly: boolean;
}

/** Open spikes of a day by dimension: [key, spikes]. No spike has a tag state. Reads `verdicts`. */
export const spikesBy = query(
  'overview_spikes_by',
  ({ by, day }: { readonly by: Exclude<Dimension, 'tag'>; readonly day: BillingDate }): Sql => sql`
  SELECT ${KEYS[by]} AS part, count(*) AS spikes
  FROM verdicts
  WHERE BillingDate = CAST(${day} AS date)
    AND x_CostClass = 'spike'
  GROUP BY ${KEYS[by]}
  ORDER BY part`,
);

/** How many accounts each OU has in `period`: [OU, accounts]. Reads `daily_costs`. */
export const accountsByOu = query(
  'overview_accounts_by_ou',
  (period: Period): Sql => sql`
  SELECT x_OU, count(DISTINCT coalesce(SubAccountId, '')) AS accounts
  FROM daily_costs
  WHERE ${within(period)}
    AND DailyCost IS NOT NULL
  GROUP BY x_OU
  ORDER BY x_OU`,
);

/** Every value of a dimension in `period`, dearest first: [key, account's name]. Reads `daily_costs`, `account_map`. */
export const values = query(
  'overview_values',
  (of: { readonly by: Dimension; readonly period: Period; readonly day: BillingDate }): Sql => sql`
  WITH ${namedAccounts(of.day)}, parts AS (
    SELECT ${KEYS[of.by]} AS part, max(SubAccountName) AS given_name, sum(DailyCost) AS amount
    FROM daily_costs
    WHERE ${within(of.period)}
    GROUP BY ${KEYS[of.by]}
  )
  SELECT p.part, coalesce(a.account_name, p.given_name) AS account_name
  FROM parts p
  LEFT JOIN named_accounts a ON a.account_id = p.part
  ORDER BY p.amount DESC NULLS LAST, p.part`,
);

const ZERO = sql`CAST(0 AS decimal(38,15))`;
