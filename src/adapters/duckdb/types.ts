import type { ColumnDef } from '../../ports/engine.ts';
import { identifier, type Sql, sql } from '../../sql/sql.ts';

/** A type in Trino's spelling as DuckDB's; only `map(varchar,double)` and friends differ in letters, not in meaning. */
const duckType = (type: string): string => type.toUpperCase();

/** A DuckDB type in Trino's spelling: `DECIMAL(38,15)` → `decimal(38,15)`, `TIMESTAMP WITH TIME ZONE` as it is, lower case. */
export const trinoType = (type: string): string => type.toLowerCase().replace(/,\s+/g, ',');

/** `expression` as a column of type `type`; JSON text becomes a map or list. */
export function castOf(expression: Sql, { type }: ColumnDef): Sql {
  const target = { text: duckType(type) } as Sql; // a type of our own schema, not a value
  return /^(map|array)/i.test(type)
    ? sql`CAST(CAST(${expression} AS JSON) AS ${target})`
    : sql`CAST(${expression} AS ${target})`;
}

/** `SELECT a, b, …` of exactly these columns, typed, and no row: an empty relation. */
export function nothing(columns: readonly ColumnDef[]): string {
  const list = columns.map(
    (column) => `CAST(NULL AS ${duckType(column.type)}) AS ${identifier(column.name).text}`,
  );
  return `SELECT ${list.join(', ')} WHERE false`;
}
