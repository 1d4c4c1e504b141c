import { type BillingPeriod, daysOf } from '../core/calendar/billing-period.ts';
import { joined, name, type Sql, sql } from '../sql/sql.ts';
import { charged, type Known } from './charged-sql.ts';
import { type Column, FOCUS_COLUMNS } from './focus-columns.ts';
import { dayNumber } from './series.ts';

/** Lines of one billing period as known at a cut. */
export interface LinesOf {
  readonly period: BillingPeriod;
  readonly cutDay: number;
  readonly cutHour: number;
  /** Whether the month has been invoiced: then its lines carry the invoice's id. */
  readonly invoiced: boolean;
  readonly as: 'parquet' | 'csv';
  /** `unordered` where the order of lines does not matter and a sort would cost too much (bench). */
  readonly order?: 'total' | 'unordered';
}

/** FOCUS 1.2 lines of a loaded plan (`loadPlan`): exactly FOCUS_COLUMNS, in a total order (day, series, resource). */
export const linesSql = (of: LinesOf): Sql => select(of, FOCUS_COLUMNS);

function select(of: LinesOf, columns: readonly Column[]): Sql {
  const list = columns.map((column) => sql`${column[of.as]} AS ${name(column.name)}`);
  return sql`
  WITH ${charged(knownOf(of))},
  lines AS (${lines(of)})
  SELECT ${joined(list)}
  FROM lines l${
    of.order === 'unordered'
      ? sql``
      : sql`
  ORDER BY l.day, l.series, l.number`
  }`;
}

/** The days of a period as far as a cut knows them. */
export function knownOf({ period, cutDay, cutHour }: LinesOf): Known {
  const { from, until } = daysOf(period);
  return { from: dayNumber(from), until: dayNumber(until), cutDay, cutHour };
}

/** Every line with what no day changes and the moments of its charge. Lines of no quantity are not on a bill. */
function lines({ period, invoiced }: LinesOf): Sql {
  const { from, until } = daysOf(period);
  const month = {
    start: sql`CAST(${`${from} 00:00:00`} AS timestamp)`,
    end: sql`CAST(${`${until} 00:00:00`} AS timestamp)`,
  };
  const hour = (of: Sql): Sql =>
    sql`timestamp '1970-01-01 00:00:00' + (CAST(c.day AS bigint) * 24 + ${of}) * interval '1' hour`;
  return sql`
    SELECT c.day, c.quantity, ${hour(sql`c.start_hour`)} AS charge_start,
      CASE WHEN r.monthly THEN ${month.end} ELSE ${hour(sql`c.until_hour`)} END AS charge_end,
      ${month.start} AS month_start, ${month.end} AS month_end, ${invoiced ? invoiceOf(period) : null} AS invoice,
      ${joined(CARRIED.map((column) => sql`r.${name(column)}`))}
    FROM charged c
    JOIN sim_resources r ON r.id = c.resource
    WHERE c.quantity <> 0`;
}

/** Columns of `sim_resources` that lines need. */
const CARRIED = [
  ...[
    'series',
    'number',
    'billed',
    'effective',
    'list',
    'contracted',
    'monthly',
    'priced',
    'cost_over',
    'cost_unit',
  ],
  ...[
    'price_over',
    'price_unit',
    'quantity_over',
    'quantity_unit',
    'account',
    'account_name',
    'region',
    'region_name',
  ],
  ...[
    'tags_json',
    'tags',
    'code',
    'service_name',
    'service_category',
    'subcategory',
    'meter',
    'operation',
    'unit',
  ],
  ...[
    'description',
    'publisher',
    'category',
    'class',
    'frequency',
    'pricing',
    'status',
    'line_item_type',
    'resource_type',
  ],
  ...[
    'resource_id',
    'resource_name',
    'zone',
    'sku',
    'sku_price',
    'sku_details_json',
    'sku_details',
    'commitment_arn',
  ],
  ...['commitment_name', 'commitment_category', 'commitment_type', 'commitment_unit'],
];

/** Ten digits that say the month: a fixed issuer's number and the period. */
const invoiceOf = (period: BillingPeriod): string => `EUINEX-${period.replace('-', '')}-40917`;
