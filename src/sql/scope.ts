import type { ColumnDef } from '../ports/engine.ts';
import { inReportingCurrency, RATES_THEN } from './parts/rates.ts';
import { DAILY_COST_COLUMNS, type Metric, VERDICT_COLUMNS } from './schema.ts';
import { joined, name, type Sql, sql } from './sql.ts';

/** What a filter calls money of no account or no region. */
export const NONE = 'none';

/** The part of the costs that is asked about; every filter that is given holds. */
export interface Filters {
  readonly ou?: string | undefined;
  /** SubAccountId, or `none`. */
  readonly account?: string | undefined;
  /** As the breakdown calls it. */
  readonly service?: string | undefined;
  /** RegionId, or `none`. */
  readonly region?: string | undefined;
  /** One of the states of x_TagState. */
  readonly tag?: string | undefined;
}

export interface Scope extends Filters {
  /** What DailyCost is to be. */
  readonly metric: Metric;
  /** What it is in the lake, and the currency it is in. */
  readonly costMetric: Metric;
  readonly reportingCurrency: string;
}

/**
 * `daily_costs` of a scope, from the relation `costs` of all of them, with its `columns`, so that every question answers for
 * the scope as it does for the whole. Another metric than the lake's is converted row by row, as a rollup would.
 */
export function scopedCosts(
  scope: Scope,
  costs: string,
  columns: readonly ColumnDef[] = DAILY_COST_COLUMNS,
): Sql {
  const conditions = costConditions(scope);
  if (scope.metric === scope.costMetric) {
    return sql`
  SELECT ${joined(columns.map((column) => sql`d.${name(column.name)}`))}
  FROM ${name(costs)} d
  ${where(conditions)}`;
  }
  const metric = sql`d.${name(scope.metric)}`;
  const measured = columns.map(({ name: column }) => {
    if (column === 'DailyCost') {
      return sql`${inReportingCurrency(metric, sql`d.BillingCurrency`, sql`r.rate`, scope.reportingCurrency)} AS DailyCost`;
    }
    if (column === 'UnknownCost') return sql`${unknown(scope.metric)} AS UnknownCost`;
    return sql`d.${name(column)}`;
  });
  return sql`
  WITH ${RATES_THEN}
  SELECT ${joined(measured)}
  FROM ${name(costs)} d
  LEFT JOIN rates_then r ON r.currency = d.BillingCurrency AND d.BillingDate >= r.since AND d.BillingDate < r.until
  ${where(conditions)}`;
}

/** The rollup counts unknown lines of EffectiveCost; of ListCost and ContractedCost it knows only whether there is an amount. */
const unknown = (metric: Metric): Sql =>
  metric === 'EffectiveCost'
    ? sql`d.UnknownEffective`
    : sql`CASE WHEN d.${name(metric)} IS NULL THEN d.lines ELSE CAST(0 AS bigint) END`;

/** `verdicts` of a scope. Verdicts are on series of OU, service, account and region: a tag state leaves none out. */
export const scopedVerdicts = (filters: Filters, verdicts: string): Sql => sql`
  SELECT ${joined(VERDICT_COLUMNS.map((column) => sql`d.${name(column.name)}`))}
  FROM ${name(verdicts)} d
  ${where(seriesConditions(filters))}`;

const costConditions = (filters: Filters): Sql[] => [
  ...seriesConditions(filters),
  ...(filters.tag === undefined ? [] : [sql`d.x_TagState = ${filters.tag}`]),
];

const seriesConditions = ({ ou, account, service, region }: Filters): Sql[] => [
  ...(ou === undefined ? [] : [sql`d.x_OU = ${ou}`]),
  ...(account === undefined ? [] : [sql`coalesce(d.SubAccountId, '') = ${noneIsEmpty(account)}`]),
  ...(service === undefined ? [] : [sql`d.x_ServiceCode = ${service}`]),
  ...(region === undefined ? [] : [sql`coalesce(d.RegionId, '') = ${noneIsEmpty(region)}`]),
];

/** Lines `l` of `cost_lines` that `filters` keep, but for the tag state, which lines do not carry. */
export const lineConditions = ({ ou, account, service, region }: Filters): Sql[] => [
  ...(ou === undefined ? [] : [sql`l.x_OU = ${ou}`]),
  ...(account === undefined ? [] : [sql`coalesce(l.SubAccountId, '') = ${noneIsEmpty(account)}`]),
  ...(service === undefined ? [] : [sql`l.x_Service = ${service}`]),
  ...(region === undefined ? [] : [sql`coalesce(l.RegionId, '') = ${noneIsEmpty(region)}`]),
];

const noneIsEmpty = (text: string): string => (text === NONE ? '' : text);

const where = (conditions: readonly Sql[]): Sql =>
  conditions.length === 0 ? sql`` : sql`WHERE ${joined(conditions, ' AND ')}`;
