import type { ColumnDef } from '../../ports/engine.ts';
import { DAILY_USAGE } from '../parts/daily-usage.ts';
import { DAILY_COST_COLUMNS, type Metric } from '../schema.ts';
import { joined, name, type Sql, sql } from '../sql.ts';

/**
 * How the rollup is laid out once more for pages: `accounts` without region and tag state, a seventh of the rows, for most
 * questions; `places` with both and sorted by them, so that a filter of either skips the rest.
 */
export const PAGE_LAYOUTS = ['accounts', 'places'] as const;
export type PageLayout = (typeof PAGE_LAYOUTS)[number];

export interface PageCostsOf {
  readonly layout: PageLayout;
  /** Rows of this billing month, `YYYY-MM`. */
  readonly billingPeriod: string;
  /** The relation that has them, DAILY_COST_COLUMNS. */
  readonly costs: string;
  readonly costMetric: Metric;
}

const KEYS = [
  'BillingDate',
  'SubAccountId',
  'x_OU',
  'x_ServiceCode',
  'ServiceName',
  'x_ChargeKind',
  'x_SpansDays',
  'BillingCurrency',
  'x_SourceId',
] as const;
const PLACES = ['RegionId', 'x_TagState'] as const;
/** Of daily usage no question of a page tells these apart, and in the layouts they are null there. */
const OF_CHARGES = ['ChargeCategory', 'ChargeFrequency'] as const;
const COUNTS = ['UnknownEffective', 'UnknownCost', 'lines'] as const;

const keysOf = (layout: PageLayout): readonly string[] => [...KEYS, ...(layout === 'places' ? PLACES : [])];
const amountsOf = (costMetric: Metric): string[] => [...new Set(['EffectiveCost', costMetric, 'DailyCost'])];

/** The columns of a layout, a part of DAILY_COST_COLUMNS: a question for any other one fails. */
export function pageCostColumns(layout: PageLayout, costMetric: Metric): readonly ColumnDef[] {
  const kept = new Set<string>([
    ...keysOf(layout),
    ...OF_CHARGES,
    ...amountsOf(costMetric),
    ...COUNTS,
    'SubAccountName',
    'LatestUsageEnd',
  ]);
  return DAILY_COST_COLUMNS.filter((column) => kept.has(column.name));
}

/**
 * A billing month of a layout. Known and unknown amounts, converted and not, stay apart, so that every sum and every count
 * of a question comes out as from the rollup itself.
 */
export function pageCosts({ layout, billingPeriod, costs, costMetric }: PageCostsOf): Sql {
  const keys = keysOf(layout).map((key) => name(key));
  const ofCharges = OF_CHARGES.map((key) => sql`CASE WHEN ${DAILY_USAGE} THEN NULL ELSE ${name(key)} END`);
  const apart = amountsOf(costMetric).map((metric) => sql`${name(metric)} IS NULL`);
  const values: Readonly<Record<string, Sql>> = {
    ChargeCategory: ofCharges[0] ?? sql`NULL`,
    ChargeFrequency: ofCharges[1] ?? sql`NULL`,
    SubAccountName: sql`max(SubAccountName)`,
    LatestUsageEnd: sql`max(LatestUsageEnd)`,
  };
  const sums = new Set<string>(amountsOf(costMetric));
  const counts = new Set<string>(COUNTS);
  const written = (column: string): Sql => {
    if (sums.has(column)) return sql`sum(${name(column)})`;
    return counts.has(column) ? sql`CAST(sum(${name(column)}) AS bigint)` : (values[column] ?? name(column));
  };
  const columns = pageCostColumns(layout, costMetric).map(
    (column) => sql`${written(column.name)} AS ${name(column.name)}`,
  );
  const order = layout === 'places' ? sql`RegionId, x_TagState, BillingDate` : sql`BillingDate`;
  return sql`
  SELECT ${joined(columns)}
  FROM ${name(costs)}
  WHERE BillingPeriod = ${billingPeriod}
  GROUP BY ${joined([...keys, ...ofCharges, ...apart])}
  ORDER BY ${order}, SubAccountId, x_ServiceCode`;
}
