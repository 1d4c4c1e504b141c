import type { ColumnDef, WriteOptions } from '../../ports/engine.ts';
import { identifier, joined, type Sql, sql } from '../../sql/sql.ts';

/**
 * Athena writes the rows of `select`, a whole SELECT, as Parquet into an empty folder, in files whose names it makes up.
 * @param location  `s3://bucket/folder/`
 */
export const unloadText = (
  select: string,
  location: string,
  { compression = 'zstd' }: Pick<WriteOptions, 'compression'> = {},
): string => `UNLOAD (
${select}
)
TO ${sql`${location}`.text}
WITH (format = 'PARQUET', compression = ${sql`${compression.toUpperCase()}`.text})`;

/**
 * `select` as Athena can write it: every column named, moments to the millisecond, which is as fine as its tables are. Each
 * file is in the order that `sorted` asks for, and begins and ends anywhere in the whole.
 */
export function writable(select: Sql, columns: readonly ColumnDef[], sorted?: WriteOptions['sorted']): Sql {
  const list = columns.map((column) => {
    const own = sql`l.${identifier(column.name)}`;
    const value = column.type === 'timestamp' ? sql`CAST(${own} AS timestamp(3))` : own;
    return sql`${value} AS ${identifier(column.name)}`;
  });
  const rows = sql`SELECT ${joined(list)} FROM (${select}) AS l`;
  if (sorted === undefined) return rows;
  const by = [...sorted.by, sorted.andThen].map((name) => sql`l.${identifier(name)}`);
  return sql`${rows} ORDER BY ${joined(by)}`;
}
