import { type Sql, sql } from '../sql/sql.ts';

/**
 * How a column comes out of a line, in Parquet (doubles, timestamps, maps, as AWS writes them) and in CSV (exact decimals,
 * ISO moments, JSON). `l` is a line: `charged` joined with its resource and the facts of its delivery.
 */
export interface Column {
  readonly name: string;
  readonly parquet: Sql;
  readonly csv: Sql;
}

export const text = (name: string, value: Sql): Column => ({ name, parquet: value, csv: value });
export const constant = (name: string, value: string | null): Column =>
  text(name, value === null ? sql`CAST(NULL AS varchar)` : sql`${value}`);

/** A moment: a timestamp, or its ISO text. Only whole hours occur. */
export const moment = (name: string, value: Sql): Column => ({
  name,
  parquet: value,
  csv: sql`date_format(${value}, '%Y-%m-%d') || 'T' || date_format(${value}, '%H') || ':00:00Z'`,
});

/** A decimal text without the zeros that do not count. */
const plain = (value: Sql): Sql => sql`regexp_replace(CAST(${value} AS varchar), '\\.?0+$', '')`;

/** units × 10⁻ⁿ: one correctly rounded division in Parquet, the exact decimal in CSV. */
export const number = (name: string, units: Sql, over: Sql, unit: Sql, when: Sql = sql`true`): Column => ({
  name,
  parquet: sql`CASE WHEN ${when} THEN CAST(${units} AS double) / ${over} END`,
  csv: sql`CASE WHEN ${when} THEN ${plain(sql`CAST(${units} AS decimal(19,0)) * ${unit}`)} END`,
});

export const cost = (name: string, price: Sql, when?: Sql): Column =>
  number(name, sql`(l.quantity * ${price})`, sql`l.cost_over`, sql`l.cost_unit`, when);
export const unitPrice = (name: string, price: Sql): Column =>
  number(name, price, sql`l.price_over`, sql`l.price_unit`, sql`l.priced`);
export const quantity = (name: string, when: Sql): Column =>
  number(name, sql`l.quantity`, sql`l.quantity_over`, sql`l.quantity_unit`, when);
