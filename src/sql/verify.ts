import type { ColumnDef } from '../ports/engine.ts';
import { query } from './query.ts';
import { AMOUNT, METRICS } from './schema.ts';
import { joined, name, type Sql, sql } from './sql.ts';

/** Requirement A1's columns, as they are archived. */
export const BREAKDOWN_COLUMNS: readonly ColumnDef[] = [
  { name: 'BillingDate', type: 'date' },
  { name: 'OU', type: 'varchar' },
  { name: 'Service', type: 'varchar' },
  { name: 'LinkedAccount', type: 'varchar' },
  { name: 'DailyCost', type: AMOUNT },
];

const ZERO = sql`CAST(0 AS decimal(38,15))`;

/**
 * What rollups add up to, by the grain at which control totals and they can be compared: [source, billing period, currency,
 * charge category, the four sums].
 */
export const rollupTotals = query(
  'verify_rollup_totals',
  (costs: string) => sql`
  SELECT x_SourceId, BillingPeriod, coalesce(BillingCurrency, 'XXX') AS Currency, coalesce(ChargeCategory, '') AS Category,
    ${joined(METRICS.map((metric) => sql`coalesce(sum(${name(metric)}), ${ZERO})`))}
  FROM ${name(costs)}
  GROUP BY x_SourceId, BillingPeriod, coalesce(BillingCurrency, 'XXX'), coalesce(ChargeCategory, '')
  ORDER BY x_SourceId, BillingPeriod, Currency, Category`,
);

/** What each day of a breakdown adds up to: [day, rows, total]. */
export const breakdownTotals = query(
  'verify_breakdown_totals',
  (breakdown: string) => sql`
  SELECT BillingDate, count(*) AS row_count, sum(DailyCost) AS total
  FROM ${name(breakdown)}
  GROUP BY BillingDate
  ORDER BY BillingDate`,
);

/** Archived CSVs, whose cells are text, as the breakdown that they were written from: the leading apostrophe is undone. */
export const breakdownOfCsv = (csv: string): Sql => sql`
  SELECT CAST(BillingDate AS date) AS BillingDate, ${nameInCell(sql`OU`)} AS OU, ${nameInCell(sql`Service`)} AS Service,
    ${nameInCell(sql`LinkedAccount`)} AS LinkedAccount, ${amountInCell(sql`DailyCost`)} AS DailyCost
  FROM ${name(csv)}`;

/** Archived Parquet as it is. */
export const breakdownOfFiles = (files: string): Sql =>
  sql`SELECT ${joined(BREAKDOWN_COLUMNS.map((column) => name(column.name)))} FROM ${name(files)}`;

/** Engines read long decimals digit by digit: the parts before and after the point as whole numbers are twenty times quicker. */
const amountInCell = (cell: Sql): Sql => sql`CASE
      WHEN length(${cell}) > 33 THEN CAST(${cell} AS decimal(38,15))
      WHEN ${cell} LIKE '-%' THEN ${wholeOf(cell)} - ${partOf(cell)}
      ELSE ${wholeOf(cell)} + ${partOf(cell)}
    END`;

const wholeOf = (cell: Sql): Sql => sql`CAST(CAST(split_part(${cell}, '.', 1) AS bigint) AS decimal(38,15))`;

const partOf = (cell: Sql): Sql =>
  sql`CAST(CAST(CAST(rpad(split_part(${cell}, '.', 2), 15, '0') AS bigint) AS decimal(16,0)) * CAST('0.000000000000001' AS decimal(15,15)) AS decimal(38,15))`;

const nameInCell = (cell: Sql): Sql =>
  sql`CASE WHEN regexp_like(${cell}, ${"^'+[=+@\t\r-]"}) THEN substr(${cell}, 2) ELSE coalesce(${cell}, '') END`;

/** Days on which two breakdowns differ, and in how many rows: [day, rows, the second minus the first]. */
export const breakdownsDiffer = query(
  'verify_breakdowns_differ',
  ({ first, second }: { readonly first: string; readonly second: string }) => sql`
  SELECT BillingDate, count(*) AS row_count, sum(Change) AS change
  FROM (
    SELECT BillingDate, OU, Service, LinkedAccount, sum(Amount) AS Change
    FROM (
      SELECT BillingDate, OU, Service, LinkedAccount, -DailyCost AS Amount, -1 AS there FROM ${name(first)}
      UNION ALL
      SELECT BillingDate, OU, Service, LinkedAccount, DailyCost AS Amount, 1 AS there FROM ${name(second)}
    ) both_sides
    GROUP BY BillingDate, OU, Service, LinkedAccount
    HAVING sum(Amount) <> 0 OR sum(there) <> 0
  ) changed_rows
  GROUP BY BillingDate
  ORDER BY BillingDate`,
);

/**
 * What commits say that they changed of each day in the reporting currency, restated or told for the first time:
 * [day, lake version, change]. Reads `restatements` and `arrivals`.
 */
export const dayHistory = query(
  'verify_day_history',
  (since: number) => sql`
  SELECT BillingDate, LakeVersion, sum(Change) AS change
  FROM (
    SELECT BillingDate, LakeVersion, After - Before AS Change
    FROM restatements
    WHERE Metric = 'DailyCost'
      AND LakeVersion > ${since}
    UNION ALL
    SELECT BillingDate, LakeVersion, DailyCost AS Change
    FROM arrivals
    WHERE New AND Counted
      AND DailyCost IS NOT NULL
      AND LakeVersion > ${since}
  ) told
  GROUP BY BillingDate, LakeVersion
  ORDER BY BillingDate, LakeVersion`,
);

/** What tells rows of two rollups of the same lines apart; all else hangs on settings that are no input of a version. */
const GRAIN = [
  'BillingDate',
  'BillingPeriod',
  'SubAccountId',
  'x_OU',
  'x_ServiceCode',
  'RegionId',
  'ChargeCategory',
  'x_ChargeKind',
  'BillingCurrency',
] as const;
const SUMS = [...METRICS, 'DailyCost', 'lines'] as const;

/**
 * Where the stored rollup is not what its lines make: [day, OU, service, account, currency, stored COST_METRIC sums …], the
 * largest differences first. `made` is the rollup of the lines, `stored` the relation of the files. At most `rows` rows.
 */
export const rollupsDiffer = query(
  'verify_rollups_differ',
  ({ made, stored, rows }: { readonly made: Sql; readonly stored: string; readonly rows: number }) => sql`
  WITH both_sides AS (
    SELECT ${joined(GRAIN.map(name))}, ${joined(SUMS.map(name))}
    FROM (${made}) made_anew
    UNION ALL
    SELECT ${joined(GRAIN.map(name))}, ${joined(SUMS.map((of) => sql`-${name(of)} AS ${name(of)}`))}
    FROM ${name(stored)}
  )
  SELECT BillingDate, x_OU, x_ServiceCode, SubAccountId, BillingCurrency, ${joined(SUMS.map((of) => sql`sum(${name(of)}) AS ${name(of)}`))}
  FROM both_sides
  GROUP BY ${joined(GRAIN.map(name))}
  HAVING ${joined(
    SUMS.map((of) => sql`sum(${name(of)}) <> 0`),
    ' OR ',
  )}
  ORDER BY ${joined(GRAIN.map(name))}
  LIMIT ${rows}`,
);
