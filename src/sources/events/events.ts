import { METRICS, type Metric } from '../../sql/schema.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import { headerInvalid } from '../header-errors.ts';
import type { Check, MetricReading, Profile } from '../profile.ts';
import { checksOf } from '../reading/checks.ts';
import type { RawTable } from '../reading/raw-table.ts';
import * as read from '../reading/values.ts';
import { EVENT_FIELDS, UNREAD } from './event-fields.ts';

/** What an event cannot do without. */
const REQUIRED = [
  ...['event_id', 'event_time', 'account_id', 'service'],
  ...['unblended_cost', 'currency', 'usage_start', 'usage_end'],
] as const;

/** Lake column → the event's field, where a check has to name it. */
const LAKE_SOURCES = new Map([
  ['BilledCost', 'unblended_cost'],
  ['BillingCurrency', 'currency'],
  ['BillingPeriodStart', 'usage_start'],
  ['BillingPeriodEnd', 'usage_start'],
  ['ChargePeriodStart', 'usage_start'],
  ['ChargePeriodEnd', 'usage_end'],
  ['ConsumedQuantity', 'usage_amount'],
]);

const MARKS = ['event_id', 'event_time', 'unblended_cost', 'usage_start'] as const;

/** JSON lines are staged with these columns; the CSV of rejected events has them, too. */
export const isEvents = (table: RawTable): boolean => MARKS.every((name) => table.has(name));

/**
 * Cost events as an AWS account's own meters send them: usage with its unblended cost, in advance of the bill. What only a
 * bill knows stays unknown, the payer too. @throws UserError `HEADER_INVALID` for a CSV of events without needed columns
 */
export function eventsProfile(table: RawTable): Profile {
  const missing = REQUIRED.filter((name) => !table.has(name));
  if (missing.length > 0) throw headerInvalid('cost events', missing);
  for (const field of EVENT_FIELDS) table.find(field);
  const columns = columnsOf(table);
  return {
    format: 'events',
    label: 'cost events',
    rank: 90,
    table,
    columns,
    periodColumn: 'usage_start',
    costColumn: 'unblended_cost',
    metrics: metricsOf(table),
    checks: [...eventChecks(table), ...checksOf(table, columns, LAKE_SOURCES)],
    generated: [],
    events: { id: read.text(table, 'event_id'), time: read.moment(table, 'event_time') },
    notes: [],
  };
}

function columnsOf(table: RawTable): Map<string, Sql> {
  const text = (field: string): Sql => read.text(table, field);
  const [start, end] = [read.moment(table, 'usage_start'), read.moment(table, 'usage_end')];
  const month = sql`CAST(date_trunc('month', ${start}) AS timestamp)`;
  const cost = read.amount(table, 'unblended_cost');
  return new Map([
    ['ProviderName', sql`'AWS'`],
    ['SubAccountId', text('account_id')],
    ['BillingPeriodStart', month],
    ['BillingPeriodEnd', sql`CAST(${month} + interval '1' month AS timestamp)`],
    ['ChargePeriodStart', start],
    ['ChargePeriodEnd', end],
    ['ChargeCategory', sql`'Usage'`],
    ['ChargeFrequency', sql`'Usage-Based'`],
    ['BilledCost', cost],
    ['EffectiveCost', cost],
    ['BillingCurrency', text('currency')],
    ['ConsumedQuantity', read.number(table, 'usage_amount')],
    ['ServiceName', text('service')],
    ['x_ServiceCode', text('service')],
    ['SkuMeter', text('usage_type')],
    ['ResourceId', text('resource_id')],
    ['RegionId', text('region')],
    ['Tags', read.tags(table, 'tags')],
    ['x_LineItemType', sql`'Usage'`],
    ['x_SpansDays', sql`coalesce(${read.spansDays(start, end)}, false)`],
    ['x_EffectiveCostSource', sql`'billed'`],
    ['x_EventId', text('event_id')],
    ['x_EventTime', read.moment(table, 'event_time')],
  ]);
}

/** Beyond what every cost line must say: an event has an id, an account, a service, a cost, and ends after it began. */
function eventChecks(table: RawTable): readonly Check[] {
  const needed = (['event_id', 'account_id', 'service', 'unblended_cost'] as const).map(
    (column): Check => ({ column, parsed: read.text(table, column), reason: 'nothing' }),
  );
  const unread = read.text(table, UNREAD);
  const [start, end] = [read.moment(table, 'usage_start'), read.moment(table, 'usage_end')];
  return [
    ...(table.has(UNREAD)
      ? [
          {
            column: UNREAD,
            parsed: read.NO_TEXT,
            given: sql`(${unread} IS NOT NULL)`,
            reason: 'not a JSON object',
          },
        ]
      : []),
    ...needed,
    { column: 'event_time', parsed: read.moment(table, 'event_time'), reason: 'not a UTC date and time' },
    {
      column: 'usage_end',
      given: sql`(${start} IS NOT NULL AND ${end} IS NOT NULL)`,
      parsed: sql`CASE WHEN ${end} >= ${start} THEN true END`,
      reason: 'before usage_start',
    },
    {
      column: 'simulated',
      given: sql`(${read.text(table, 'simulated')} IS NOT NULL)`,
      parsed: sql`CASE WHEN ${read.text(table, 'simulated')} IN ('true', 'false') THEN true END`,
      reason: 'neither true nor false',
    },
  ];
}

/** BilledCost and, by the written rule, EffectiveCost are the event's unblended cost; the others are unknown. */
function metricsOf(table: RawTable): Record<Metric, MetricReading> {
  const cost = table.find('unblended_cost');
  const of = (metric: Metric): MetricReading =>
    cost === undefined || (metric !== 'BilledCost' && metric !== 'EffectiveCost')
      ? { read: read.NO_AMOUNT }
      : { read: read.amountOf(cost), residue: read.residueOf(cost) };
  return Object.fromEntries(METRICS.map((metric) => [metric, of(metric)])) as Record<Metric, MetricReading>;
}
