import { UserError } from '../../core/errors/user-error.ts';
import type { ColumnDef } from '../../ports/engine.ts';

/** Types that Parquet files from outside have, in the embedded engine's spelling → as Glue spells what Athena reads them as. */
const PLAIN: ReadonlyMap<string, string> = new Map([
  ['varchar', 'string'],
  ['boolean', 'boolean'],
  ['tinyint', 'tinyint'],
  ['smallint', 'smallint'],
  ['integer', 'int'],
  ['bigint', 'bigint'],
  ['float', 'float'],
  ['real', 'float'],
  ['double', 'double'],
  ['date', 'date'],
  ['timestamp', 'timestamp'],
  ['timestamp_ms', 'timestamp'],
  ['timestamp_ns', 'timestamp'],
  // Moments of Parquet that are said to be UTC: what Athena reads of them is the time in UTC.
  ['timestamp with time zone', 'timestamp'],
  ['blob', 'binary'],
]);

/** The type of a table's column in Glue; undefined for what Athena's tables do not have. */
export function glueType(type: string): string | undefined {
  const plain = PLAIN.get(type);
  if (plain !== undefined || /^decimal\(\d+,\d+\)$/.test(type)) return plain ?? type;
  const [, key = '', value = ''] = /^map\(([^(),]+),([^,]+|decimal\(\d+,\d+\))\)$/.exec(type) ?? [];
  const [keys, values] = [PLAIN.get(key), value === '' ? undefined : glueType(value)];
  return keys === undefined || values === undefined ? undefined : `map<${keys},${values}>`;
}

/** A column as Athena answers for it: moments without a zone, binary numbers by their usual names. */
export const asAthenaReads = <C extends ColumnDef>(column: C): C => ({
  ...column,
  type: column.type.startsWith('timestamp') ? 'timestamp' : column.type,
});

/** @throws UserError `ENGINE_UNFIT` for a type that Athena's tables do not have */
export function knownGlueType({ name, type }: ColumnDef, file: string | undefined): string {
  const known = glueType(type);
  if (known !== undefined) return known;
  throw new UserError('ENGINE_UNFIT', {
    what: `Athena has no tables with a column like ${name}, which is ${type}`,
    place: { file, column: name },
    remedy: 'Bring this delivery in with --engine duckdb.',
  });
}
