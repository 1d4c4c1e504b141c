import { COST_LINE_COLUMNS, METRICS, type Metric } from '../../sql/schema.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import { headerInvalid } from '../header-errors.ts';
import type { MetricReading, Profile } from '../profile.ts';
import { checksOf } from '../reading/checks.ts';
import { type RawTable, raw } from '../reading/raw-table.ts';
import * as read from '../reading/values.ts';
import { KNOWN_UNUSED, REQUIRED, SINCE_VERSION } from './focus-columns.ts';

/** Names of FOCUS alone: a file with most of them means to be FOCUS, and is told which of the required ones it lacks. */
const MARKS = [
  'BilledCost',
  'BillingCurrency',
  'BillingPeriodStart',
  'ChargePeriodStart',
  'ChargeCategory',
] as const;

export const isFocus = (table: RawTable): boolean => MARKS.filter((name) => table.has(name)).length >= 3;

/** The newest version whose columns are there: all versions read alike, newer optional columns may be absent. */
function focusVersion(table: RawTable): string {
  for (const [version, names] of Object.entries(SINCE_VERSION)) {
    if (names.some((name) => table.has(name))) return version;
  }
  return '1.0';
}

/** Newer versions rank before older ones where they overlap. */
const RANKS: Readonly<Record<string, number>> = { '1.3': 10, '1.2': 11, '1.1': 12, '1.0': 13 };

/** FOCUS 1.0 to 1.3 of any provider. @throws UserError `HEADER_INVALID` if required columns are missing */
export function focusProfile(table: RawTable): Profile {
  const missing = REQUIRED.filter((name) => !table.has(name));
  if (missing.length > 0) throw headerInvalid('FOCUS', missing);
  const version = focusVersion(table);
  const columns = new Map(COST_LINE_COLUMNS.map(({ name, type }) => [name, byType(table, name, type)]));
  columns.set('ProviderName', read.text(table, 'ProviderName', 'ServiceProviderName'));
  columns.set('SkuMeter', read.text(table, 'SkuMeter', 'x_UsageType'));
  columns.set('x_LineItemType', read.text(table, 'ChargeCategory'));
  columns.set('x_SpansDays', SPANS_DAYS(columns));
  fillCosts(table, columns);
  for (const name of KNOWN_UNUSED) table.find(name);
  return {
    format: `focus-${version}`,
    label: `FOCUS ${version}`,
    rank: RANKS[version] ?? 19,
    table,
    columns,
    periodColumn: table.find('BillingPeriodStart')?.name ?? 'BillingPeriodStart',
    costColumn: 'BilledCost',
    metrics: metricsOf(table),
    checks: checksOf(table, columns),
    generated: [],
    notes: table.has('EffectiveCost') ? [] : ['There is no EffectiveCost: BilledCost stands for it, marked.'],
  };
}

function byType(table: RawTable, name: string, type: string): Sql {
  if (type === 'timestamp') return read.moment(table, name);
  if (type === 'double') return read.number(table, name);
  if (type === 'map(varchar,varchar)') return read.tags(table, name);
  if (type === 'map(varchar,double)') return read.amountsByName(table, name);
  return type === 'varchar' ? read.text(table, name) : read.amount(table, name);
}

/** A charge over more than a day: it keeps its charge date and stays out of daily series. */
const SPANS_DAYS = (columns: ReadonlyMap<string, Sql>): Sql => {
  const [start, end] = ['ChargePeriodStart', 'ChargePeriodEnd'].map((name) => columns.get(name) ?? sql`NULL`);
  return sql`coalesce(${read.spansDays(start ?? sql`NULL`, end ?? sql`NULL`)}, false)`;
};

/** By written rule BilledCost stands for an EffectiveCost that the source does not have; other metrics stay unknown. */
function fillCosts(table: RawTable, columns: Map<string, Sql>): void {
  const effective = table.find('EffectiveCost');
  if (effective === undefined) columns.set('EffectiveCost', read.amount(table, 'BilledCost'));
  columns.set('x_EffectiveCostSource', effective === undefined ? sql`'billed'` : whereGiven(raw(effective)));
  const contracted = table.find('ContractedCost');
  columns.set(
    'x_ContractedCostSource',
    contracted === undefined ? read.NO_TEXT : whereGiven(raw(contracted)),
  );
}

const whereGiven = (value: Sql): Sql => sql`CASE WHEN ${value} IS NOT NULL THEN 'source' END`;

/** EffectiveCost without a column of its own is read from BilledCost, as the rule says. */
function metricsOf(table: RawTable): Record<Metric, MetricReading> {
  const of = (metric: Metric): MetricReading => {
    const column = table.find(metric) ?? (metric === 'EffectiveCost' ? table.find('BilledCost') : undefined);
    if (column === undefined) return { read: read.NO_AMOUNT };
    return { read: read.amountOf(column), residue: read.residueOf(column) };
  };
  return Object.fromEntries(METRICS.map((metric) => [metric, of(metric)])) as Record<Metric, MetricReading>;
}
