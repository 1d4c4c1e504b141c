import { SERVICE_CATEGORY_ROWS } from '../../core/services/service-names.ts';
import type { Engine } from '../../ports/engine.ts';
import type { Metric } from '../../sql/schema.ts';
import { name, type Sql, sql } from '../../sql/sql.ts';
import { headerInvalid } from '../header-errors.ts';
import type { MetricReading, Profile } from '../profile.ts';
import { checksOf, figureCheck } from '../reading/checks.ts';
import type { RawTable } from '../reading/raw-table.ts';
import * as read from '../reading/values.ts';
import { columnsOf, LAKE_SOURCES } from './columns.ts';
import { type CurFacts, factsOf, guardNotes } from './facts.ts';
import * as rules from './line-items.ts';
import { unusedCommitment } from './unused.ts';

const REQUIRED = [
  'line_item_unblended_cost',
  'line_item_line_item_type',
  'line_item_currency_code',
  'line_item_usage_start_date',
  'line_item_usage_end_date',
  'bill_billing_period_start_date',
  'bill_billing_period_end_date',
] as const;

/** Relation with the category of each product code: small, and made anew for every delivery. */
const CATEGORIES = 'source_service_categories';

export const isCur = (table: RawTable): boolean =>
  table.has('line_item_unblended_cost') &&
  table.has('line_item_line_item_type') &&
  table.has('bill_billing_period_start_date');

/** What names the table: CUR 2.0 itself, or a legacy CUR whose columns a mapping put under the names of CUR 2.0. */
export interface CurName {
  readonly format: string;
  readonly label: string;
  readonly rank: number;
}

export const CUR2: CurName = { format: 'cur2', label: 'AWS CUR 2.0', rank: 20 };

/** CUR under CUR 2.0's names, by the rules of README.md. @throws UserError `HEADER_INVALID` */
export async function curProfile(engine: Engine, table: RawTable, named: CurName): Promise<Profile> {
  const missing = REQUIRED.filter((column) => !table.has(column));
  if (missing.length > 0) throw headerInvalid(named.label, missing);
  await engine.values(
    CATEGORIES,
    [
      { name: 'code', type: 'varchar' },
      { name: 'category', type: 'varchar' },
    ],
    SERVICE_CATEGORY_ROWS,
  );
  const facts = await factsOf(engine, table);
  const item = lineItemOf(table, facts);
  const columns = columnsOf(table, item);
  const metrics = metricsOf(table, item);
  for (const [metric, { value }] of metrics) columns.set(metric, value);
  columns.set(
    'x_EffectiveCostSource',
    sql`CASE WHEN ${rules.isPurchaseOfCommitment(item)} OR ${rules.isGross(item)} THEN 'rule' ELSE 'source' END`,
  );
  columns.set('x_ContractedCostSource', sql`'rule'`);
  for (const prefix of KNOWN_PREFIXES) table.withPrefix(prefix);
  return {
    ...named,
    table,
    columns,
    periodColumn: 'bill_billing_period_start_date',
    costColumn: 'line_item_unblended_cost',
    metrics: Object.fromEntries(metrics) as unknown as Profile['metrics'],
    checks: [
      ...checksOf(table, columns, LAKE_SOURCES),
      ...AMOUNT_COLUMNS.flatMap((column) => figureCheck(table, column, true)),
    ],
    dropped: rules.isDropped(item),
    generated: unusedCommitment(table, item.type, facts.types),
    joins: sql`LEFT JOIN ${name(CATEGORIES)} category ON category.code = lower(${read.text(table, 'line_item_product_code')})`,
    notes: await guardNotes(engine, table, facts),
  };
}

/** What AWS may put into a CUR, in either spelling: columns that no rule reads are no surprise. */
const KNOWN_PREFIXES = [
  'identity',
  'bill_',
  'bill/',
  'billing_view',
  'line_item_',
  'lineItem/',
  'pricing',
  'product',
  'reservation',
  'savings_plan_',
  'savingsPlan/',
  'split_line_item_',
  'splitLineItem/',
  'discount',
  'cost_category',
  'costCategory/',
  'tags',
  'capacity_reservation_',
] as const;

/** Amounts that rules read beside those of the lake's own columns. */
const AMOUNT_COLUMNS = [
  'line_item_net_unblended_cost',
  'savings_plan_savings_plan_effective_cost',
  'savings_plan_net_savings_plan_effective_cost',
  'reservation_effective_cost',
  'reservation_net_effective_cost',
] as const;

function lineItemOf(table: RawTable, { hasNet }: CurFacts): rules.LineItem {
  const text = (...names: readonly string[]): Sql => read.text(table, ...names);
  return {
    type: sql`coalesce(${text('line_item_line_item_type')}, '')`,
    description: text('line_item_line_item_description'),
    productCode: text('line_item_product_code'),
    operation: text('line_item_operation'),
    usageType: sql`coalesce(${text('line_item_usage_type')}, '')`,
    taxType: text('line_item_tax_type'),
    reservationArn: text('reservation_reservation_a_r_n'),
    spansDays: read.spansDays(
      read.moment(table, 'line_item_usage_start_date'),
      read.moment(table, 'line_item_usage_end_date'),
    ),
    hasNet,
  };
}

type CurMetric = MetricReading & { readonly value: Sql };

/** Each metric: the value of a kept row, what the source says, and what a rule takes away of that. */
function metricsOf(table: RawTable, item: rules.LineItem): ReadonlyMap<Metric, CurMetric> {
  const unblended = table.find('line_item_unblended_cost');
  const gross = read.amount(table, 'line_item_unblended_cost');
  const net = item.hasNet
    ? sql`coalesce(${read.amount(table, 'line_item_net_unblended_cost')}, ${gross})`
    : gross;
  const zero = sql`CAST(0 AS decimal(38,15))`;
  const billed = sql`CASE WHEN ${rules.isCovered(item)} THEN ${zero} WHEN ${rules.isGross(item)} THEN ${gross} ELSE ${net} END`;
  const away = sql`CASE WHEN ${rules.isCovered(item)} THEN ${gross} WHEN ${rules.isGross(item)} THEN NULL ELSE ${gross} - ${net} END`;
  const charged = sql`CASE WHEN ${rules.isGross(item)} THEN ${gross} ELSE ${net} END`;
  const effective = sql`CASE WHEN ${item.type} = 'SavingsPlanCoveredUsage' THEN ${amortised(table, 'savings_plan_net_savings_plan_effective_cost', 'savings_plan_savings_plan_effective_cost')}
    WHEN ${item.type} = 'DiscountedUsage' THEN ${amortised(table, 'reservation_net_effective_cost', 'reservation_effective_cost')}
    ELSE ${charged} END`;
  const bought = rules.isPurchaseOfCommitment(item);
  const onDemand = read.amount(table, 'pricing_public_on_demand_cost');
  const listed = sql`CASE WHEN ${item.type} IN ('Tax', 'Credit') THEN ${gross} ELSE ${onDemand} END`;
  const contracted = sql`CASE WHEN ${rules.isCovered(item)} THEN ${onDemand} ELSE ${charged} END`;
  return new Map<Metric, CurMetric>([
    [
      'BilledCost',
      {
        value: billed,
        read: gross,
        setAside: away,
        ...(unblended === undefined ? {} : { residue: read.residueOf(unblended) }),
      },
    ],
    [
      'EffectiveCost',
      {
        value: sql`CASE WHEN ${bought} THEN ${zero} ELSE ${effective} END`,
        read: effective,
        setAside: sql`CASE WHEN ${bought} THEN ${effective} END`,
      },
    ],
    ['ListCost', { value: listed, read: listed }],
    ['ContractedCost', { value: contracted, read: contracted }],
  ]);
}

const amortised = (table: RawTable, net: string, gross: string): Sql =>
  sql`coalesce(${read.amount(table, net)}, ${read.amount(table, gross)})`;
