import { query } from './query.ts';
import { sql } from './sql.ts';

/** How far each account's usage reaches: [source, account, watermark or null]. Reads `daily_costs`. */
export const accountReach = query(
  'account_reach',
  (_: Readonly<Record<string, never>>) => sql`
  SELECT x_SourceId, coalesce(SubAccountId, '') AS account, max(LatestUsageEnd) AS watermark
  FROM daily_costs
  GROUP BY x_SourceId, coalesce(SubAccountId, '')
  ORDER BY x_SourceId, account`,
);

/** Services that the shipped table of product codes does not know, by name: [service]. Reads `daily_costs`, `service_names`. */
export const namesOutsideTable = query(
  'names_outside_table',
  (_: Readonly<Record<string, never>>) => sql`
  SELECT used.service
  FROM (SELECT DISTINCT x_ServiceCode AS service FROM daily_costs) used
  LEFT JOIN service_names known ON known.spelling = lower(used.service)
  WHERE known.code IS NULL
    AND used.service IS NOT NULL
  ORDER BY used.service`,
);

/** Amounts that have no rate into the reporting currency: [currency, lines]. Reads `daily_costs`. */
export const linesWithoutRate = query(
  'lines_without_rate',
  (_: Readonly<Record<string, never>>) => sql`
  SELECT BillingCurrency, CAST(sum(lines) AS bigint) AS line_count
  FROM daily_costs
  WHERE DailyCost IS NULL
    AND UnknownCost < lines
  GROUP BY BillingCurrency
  ORDER BY BillingCurrency`,
);

/** Accounts that are in no OU: [account]. Reads `daily_costs`. */
export const unmappedAccounts = query(
  'unmapped_accounts',
  (_: Readonly<Record<string, never>>) => sql`
  SELECT DISTINCT coalesce(SubAccountId, '') AS account
  FROM daily_costs
  WHERE x_OU = 'Unmapped'
  ORDER BY account`,
);
