import type { ColumnDef, Engine } from '../../ports/engine.ts';
import { COST_LINE_COLUMNS, METRICS, type Metric } from '../../sql/schema.ts';
import { joined, type Sql, sql } from '../../sql/sql.ts';
import { curProfile } from '../cur2/cur2.ts';
import { headerInvalid } from '../header-errors.ts';
import type { MetricReading, Profile } from '../profile.ts';
import { checksOf } from '../reading/checks.ts';
import { type RawTable, raw } from '../reading/raw-table.ts';
import * as read from '../reading/values.ts';
import type { Mapping, MappingRule } from './mapping.ts';

const REQUIRED = ['BilledCost', 'BillingCurrency', 'ChargePeriodStart', 'ChargePeriodEnd'] as const;

export const isOfMapping = (table: RawTable, { recognise }: Mapping): boolean =>
  recognise.some((columns) => columns.every((column) => table.has(column)));

/** A bill as its mapping file says. @throws UserError `HEADER_INVALID` if columns that a line needs are not there */
export async function mappingProfile(engine: Engine, table: RawTable, mapping: Mapping): Promise<Profile> {
  for (const column of [...mapping.ignored, ...Object.values(mapping.columns).flatMap(sourcesOf)])
    table.find(column);
  if (mapping.reads === 'cur2') {
    const aliases = Object.entries(mapping.columns).map(([name, rule]) => [name, sourcesOf(rule)] as const);
    return curProfile(engine, table.alsoAs(new Map(aliases)), {
      format: mapping.name,
      label: mapping.label,
      rank: mapping.rank,
    });
  }
  const sources = new Map(
    Object.entries(mapping.columns).map(([name, rule]) => [name, table.find(...sourcesOf(rule))]),
  );
  const missing = REQUIRED.filter(
    (name) => sources.get(name) === undefined && !isFixed(mapping.columns[name]),
  );
  if (missing.length > 0)
    throw headerInvalid(
      mapping.label,
      missing.map((name) => `for ${name} (${sourcesOf(mapping.columns[name]).join(' or ') || 'no rule'})`),
    );
  const columns = columnsOf(table, mapping);
  const names = new Map(
    [...sources].flatMap(([name, column]) => (column === undefined ? [] : [[name, column.name] as const])),
  );
  // A period that is made from the charge date is wrong where that date is.
  names.set('BillingPeriodStart', names.get('BillingPeriodStart') ?? names.get('ChargePeriodStart') ?? '');
  names.set('BillingPeriodEnd', names.get('BillingPeriodEnd') ?? names.get('BillingPeriodStart') ?? '');
  const period = sources.get('BillingPeriodStart') ?? sources.get('ChargePeriodStart');
  return {
    format: mapping.name,
    label: mapping.label,
    rank: mapping.rank,
    table,
    columns,
    periodColumn: period?.name ?? '',
    costColumn: names.get('BilledCost') ?? 'BilledCost',
    metrics: metricsOf(sources),
    checks: checksOf(table, columns, names),
    generated: [],
    notes: sources.has('EffectiveCost')
      ? []
      : ['There is no EffectiveCost: BilledCost stands for it, marked.'],
  };
}

const isFixed = (rule: MappingRule | undefined): boolean =>
  typeof rule === 'object' && !Array.isArray(rule) && rule.value !== undefined;

function sourcesOf(rule: MappingRule | undefined): readonly string[] {
  if (rule === undefined) return [];
  if (typeof rule === 'string') return [rule];
  if (Array.isArray(rule)) return rule;
  if (rule.from === undefined) return [];
  return typeof rule.from === 'string' ? [rule.from] : rule.from;
}

function columnsOf(table: RawTable, mapping: Mapping): Map<string, Sql> {
  const columns = new Map<string, Sql>();
  for (const { name, type } of COST_LINE_COLUMNS) {
    const rule = mapping.columns[name];
    if (rule !== undefined) columns.set(name, expressionOf(table, mapping, rule, type));
  }
  const of = (name: string): Sql => columns.get(name) ?? sql`CAST(NULL AS timestamp)`;
  const setMissing = (name: string, value: Sql): void => void (columns.has(name) || columns.set(name, value));
  setMissing('BillingPeriodStart', sql`CAST(date_trunc('month', ${of('ChargePeriodStart')}) AS timestamp)`);
  setMissing(
    'BillingPeriodEnd',
    sql`CAST(date_trunc('month', ${of('BillingPeriodStart')}) + interval '1' month AS timestamp)`,
  );
  setMissing('ChargeCategory', sql`'Usage'`);
  setMissing('x_LineItemType', of('ChargeCategory'));
  columns.set(
    'x_SpansDays',
    sql`coalesce(${read.spansDays(of('ChargePeriodStart'), of('ChargePeriodEnd'))}, false)`,
  );
  const known = (name: string): Sql => sql`CASE WHEN ${of(name)} IS NOT NULL THEN 'source' END`;
  columns.set('x_EffectiveCostSource', columns.has('EffectiveCost') ? known('EffectiveCost') : sql`'billed'`);
  setMissing('EffectiveCost', of('BilledCost'));
  columns.set(
    'x_ContractedCostSource',
    columns.has('ContractedCost') ? known('ContractedCost') : read.NO_TEXT,
  );
  return columns;
}

function expressionOf(table: RawTable, mapping: Mapping, rule: MappingRule, type: string): Sql {
  if (typeof rule === 'object' && !Array.isArray(rule)) {
    if (rule.value !== undefined) return sql`${rule.value}`;
    if (rule.values !== undefined)
      return through(read.text(table, ...sourcesOf(rule)), rule.values, rule.else);
    const plain = expressionOf(table, mapping, [...sourcesOf(rule)], type);
    const days = rule.plusDays ?? 0;
    return days === 0 ? plain : sql`CAST(${plain} + ${days} * interval '1' day AS timestamp)`;
  }
  const column = table.find(...sourcesOf(rule));
  if (column === undefined) return read.nothingOf(type);
  if (type === 'timestamp') return momentOf(column, mapping.dates);
  if (type === 'map(varchar,varchar)') return tagsOf(column, mapping.tags);
  if (type === 'double') return read.number(table, column.name);
  return type === 'varchar' ? read.text(table, column.name) : read.amountOf(column);
}

function through(source: Sql, values: Readonly<Record<string, string>>, otherwise: string | undefined): Sql {
  const cases = Object.entries(values).map(([from, to]) => sql`WHEN ${source} = ${from} THEN ${to}`);
  return sql`CASE ${joined(cases, ' ')} ${otherwise === undefined ? sql`` : sql`WHEN ${source} IS NOT NULL THEN ${otherwise}`} END`;
}

/** American dates in text; whatever else stands there is read as ISO 8601. */
function momentOf(column: ColumnDef, dates: Mapping['dates']): Sql {
  if (dates === 'ISO' || !read.isText(column)) return read.momentOf(column);
  const value = raw(column);
  const day = sql`split_part(${value}, ' ', 1)`;
  const part = (n: number): Sql => sql`lpad(split_part(${day}, '/', ${n}), 2, '0')`;
  const iso = sql`split_part(${day}, '/', 3) || '-' || ${part(1)} || '-' || ${part(2)} || ' ' || coalesce(nullif(split_part(${value}, ' ', 2), ''), '00:00:00')`;
  return sql`CASE WHEN regexp_like(${value}, '^[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}( [0-9:.]+)?$') THEN TRY_CAST(${iso} AS timestamp) ELSE ${read.momentOfText(value)} END`;
}

function tagsOf(column: ColumnDef, tags: Mapping['tags']): Sql {
  if (tags === 'json' || !read.isText(column)) return read.tagsOf(column);
  const value = raw(column);
  return read.tagsOfText(
    sql`CASE WHEN ${value} IS NULL OR ${value} LIKE '{%' THEN ${value} ELSE '{' || ${value} || '}' END`,
  );
}

function metricsOf(sources: ReadonlyMap<string, ColumnDef | undefined>): Record<Metric, MetricReading> {
  const of = (metric: Metric): MetricReading => {
    const column =
      sources.get(metric) ?? (metric === 'EffectiveCost' ? sources.get('BilledCost') : undefined);
    return column === undefined
      ? { read: read.NO_AMOUNT }
      : { read: read.amountOf(column), residue: read.residueOf(column) };
  };
  return Object.fromEntries(METRICS.map((metric) => [metric, of(metric)])) as Record<Metric, MetricReading>;
}
