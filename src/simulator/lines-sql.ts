import { type BillingPeriod, daysOf } from '../core/calendar/billing-period.ts';
import { joined, name, type Sql, sql } from '../sql/sql.ts';
import { charged, type Known } from './charged-sql.ts';
import { CUR2_COLUMNS } from './cur2-columns.ts';
import { FOCUS_COLUMNS } from './focus-columns.ts';
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
export const linesSql = (of: LinesOf): Sql => sql`
  WITH ${charged(knownOf(of))},
  lines AS (${lines(of)})
  SELECT ${joined(FOCUS_COLUMNS.map((column) => sql`${column[of.as]} AS ${name(column.name)}`))}
  FROM lines l${
    of.order === 'unordered'
      ? sql``
      : sql`
  ORDER BY l.day, l.series, l.number`
  }`;

/**
 * The same lines as CUR 2.0: exactly CUR2_COLUMNS, in a total order. What a commitment left unused stands on its fee's
 * row; covered usage shows its price on demand, and a negation row takes it away again.
 */
export const cur2Sql = (of: LinesOf): Sql => sql`
  WITH ${charged(knownOf(of))},
  lines AS (${lines(of)}),
  bound AS (
    SELECT l.commitment_arn, l.day,
      CAST(sum(CASE WHEN l.status = 'Used' THEN l.quantity * l.effective ELSE 0 END) AS bigint) AS used,
      CAST(sum(CASE WHEN l.status = 'Unused' THEN l.quantity ELSE 0 END) AS bigint) AS unused
    FROM lines l
    WHERE l.commitment_arn IS NOT NULL
    GROUP BY l.commitment_arn, l.day
  ),
  fees AS (
    SELECT DISTINCT l.commitment_arn, l.day
    FROM lines l
    WHERE l.line_item_type IN ('SavingsPlanRecurringFee', 'RIFee')
  ),
  items AS (
    SELECT 0 AS place, ${joined(ITEM_COLUMNS)}, l.line_item_type AS item_type,
      CASE WHEN l.line_item_type = 'SavingsPlanCoveredUsage' THEN l.list ELSE l.billed END AS unblended
    FROM lines l
    WHERE coalesce(l.status, 'Used') = 'Used'
    UNION ALL
    SELECT 1 AS place, ${joined(ITEM_COLUMNS)}, 'SavingsPlanNegation' AS item_type, 0 - l.list AS unblended
    FROM lines l
    WHERE l.line_item_type = 'SavingsPlanCoveredUsage'
    UNION ALL
    SELECT 2 AS place, ${joined(ITEM_COLUMNS)}, 'SavingsPlanRecurringFee' AS item_type, CAST(0 AS bigint) AS unblended
    FROM lines l
    LEFT JOIN fees f ON f.commitment_arn = l.commitment_arn AND f.day = l.day
    WHERE l.line_item_type = 'SavingsPlanUnused' AND f.day IS NULL
  )
  SELECT ${joined(CUR2_COLUMNS.map((column) => sql`${column[of.as]} AS ${name(column.name)}`))}
  FROM items l
  LEFT JOIN bound b ON b.commitment_arn = l.commitment_arn AND b.day = l.day${
    of.order === 'unordered'
      ? sql``
      : sql`
  ORDER BY l.day, l.series, l.number, l.place`
  }`;

/** The days of a period as far as a cut knows them. */
function knownOf({ period, cutDay, cutHour }: LinesOf): Known {
  const { from, until } = daysOf(period);
  return { from: dayNumber(from), until: dayNumber(until), cutDay, cutHour };
}

/** Every line with what no day changes and the moments of its charge. Lines of no quantity are not on a bill. */
export function lines({ period, invoiced }: Pick<LinesOf, 'period' | 'invoiced'>): Sql {
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
// biome-ignore format: a list
const CARRIED = [
  'series', 'number', 'billed', 'effective', 'list', 'contracted', 'monthly', 'priced', 'cost_over', 'cost_unit', 'price_over',
  'price_unit', 'quantity_over', 'quantity_unit', 'account', 'account_name', 'region', 'region_name', 'tags_json', 'tags',
  'cur_tags_json', 'cur_tags', 'code', 'service_name', 'service_category', 'subcategory', 'meter', 'operation', 'unit',
  'description', 'publisher', 'category', 'class', 'frequency', 'pricing', 'status', 'line_item_type', 'resource_type',
  'resource_id', 'resource_name', 'zone', 'sku', 'sku_price', 'sku_details_json', 'sku_details', 'commitment_arn',
  'commitment_name', 'commitment_category', 'commitment_type', 'commitment_unit',
];

const ITEM_COLUMNS = [
  'day',
  'quantity',
  'charge_start',
  'charge_end',
  'month_start',
  'month_end',
  'invoice',
  ...CARRIED,
].map((column) => sql`l.${name(column)}`);

/** Ten digits that say the month: a fixed issuer's number and the period. */
const invoiceOf = (period: BillingPeriod): string => `EUINEX-${period.replace('-', '')}-40917`;
