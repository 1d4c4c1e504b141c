import type { ColumnDef, ScannedColumn } from '../../ports/engine.ts';
import { joined, type Sql, sql } from '../../sql/sql.ts';
import { amountOfText, residueOfText } from './amount-text.ts';
import { type RawTable, raw } from './raw-table.ts';

/** How a source's columns become values of the lake. Each gives a typed NULL where the source has no such column. */

const AMOUNT_TYPE = sql`decimal(38,15)`;
export const NO_TEXT = sql`CAST(NULL AS varchar)`;
export const NO_AMOUNT = sql`CAST(NULL AS decimal(38,15))`;
const NO_NUMBER = sql`CAST(NULL AS double)`;
const NO_MOMENT = sql`CAST(NULL AS timestamp)`;
const NO_TAGS = sql`CAST(NULL AS map(varchar,varchar))`;

export const isText = ({ type }: ColumnDef): boolean => type.startsWith('varchar');
/** Asked before `nullif`: it costs more than the reading itself, as the engine loses the column's dictionary by it. */
const mayBeEmpty = (table: RawTable, { neverEmpty = false }: ScannedColumn): boolean =>
  !table.emptyIsNull && !neverEmpty;
const isFloat = ({ type }: ColumnDef): boolean => /^(double|real|float)$/.test(type);
export const isMap = ({ type }: ColumnDef): boolean => type.startsWith('map');

/** Text; empty is null. Ids of any type become text as they are. */
export function text(table: RawTable, ...names: readonly string[]): Sql {
  const column = table.find(...names);
  if (column === undefined) return NO_TEXT;
  if (!isText(column)) return sql`CAST(${raw(column)} AS varchar)`;
  return mayBeEmpty(table, column) ? sql`nullif(${raw(column)}, '')` : raw(column);
}

/** An exact amount, null where the source says nothing or what is not an amount (see `notAnAmount`). */
export function amount(table: RawTable, ...names: readonly string[]): Sql {
  const column = table.find(...names);
  return column === undefined ? NO_AMOUNT : amountOf(column);
}

/** As exact as the source's type is: see `amountOfText`, `amountOfDouble`. */
export function amountOf(column: ColumnDef): Sql {
  const value = raw(column);
  if (isText(column)) return amountOfText(value);
  return isFloat(column) ? amountOfDouble(value) : sql`TRY_CAST(${value} AS ${AMOUNT_TYPE})`;
}

/**
 * A double means its 15 significant decimal digits: it goes through the scale that keeps just these. NaN, infinities and
 * what decimal(38,15) cannot hold become null.
 */
export function amountOfDouble(value: Sql): Sql {
  const steps = Array.from({ length: 15 }, (_, digits) => doubleStep(value, digits));
  return sql`CASE ${joined(steps, ' ')} WHEN abs(${value}) < 1e22 THEN CAST(CAST(${value} AS decimal(38,0)) AS ${AMOUNT_TYPE}) END`;
}

function doubleStep(value: Sql, digits: number): Sql {
  const [bound, scale] = [BOUNDS[digits] ?? sql`1e0`, SCALES[digits] ?? sql`decimal(18,15)`];
  return sql`WHEN abs(${value}) < ${bound} THEN CAST(CAST(${value} AS ${scale}) AS ${AMOUNT_TYPE})`;
}

const BOUNDS: readonly Sql[] = [
  sql`1e0`,
  sql`1e1`,
  sql`1e2`,
  sql`1e3`,
  sql`1e4`,
  sql`1e5`,
  sql`1e6`,
  sql`1e7`,
  sql`1e8`,
  sql`1e9`,
  sql`1e10`,
  sql`1e11`,
  sql`1e12`,
  sql`1e13`,
  sql`1e14`,
];
const SCALES: readonly Sql[] = [
  sql`decimal(18,15)`,
  sql`decimal(18,14)`,
  sql`decimal(18,13)`,
  sql`decimal(18,12)`,
  sql`decimal(18,11)`,
  sql`decimal(18,10)`,
  sql`decimal(18,9)`,
  sql`decimal(18,8)`,
  sql`decimal(18,7)`,
  sql`decimal(18,6)`,
  sql`decimal(18,5)`,
  sql`decimal(18,4)`,
  sql`decimal(18,3)`,
  sql`decimal(18,2)`,
  sql`decimal(18,1)`,
];

/** What rounding to 15 decimals took away from one amount, in whole units of 10^-25; null where nothing can have been. */
export function residueOf(column: ColumnDef): Sql {
  const value = raw(column);
  if (isText(column)) return residueOfText(value);
  if (!isFloat(column)) return sql`CAST(NULL AS bigint)`;
  const steps = TINY.map(
    ([bound, scale]) =>
      sql`WHEN abs(${value}) < ${bound} THEN CAST(CAST(${value} AS ${scale}) AS decimal(38,25))`,
  );
  const left = sql`(CASE ${joined(steps, ' ')} END - CAST(CAST(${value} AS ${AMOUNT_TYPE}) AS decimal(38,25)))`;
  // Less than 10^10 units: exact in a double once it is rounded.
  return sql`CASE WHEN ${value} <> 0e0 AND abs(${value}) < 1e-1 THEN CAST(round(CAST(${left} AS double) * 1e25) AS bigint) END`;
}

/** Below a tenth the fifteen digits of a double reach beyond fifteen decimals: the scale that keeps them, smallest first. */
const TINY: readonly (readonly [bound: Sql, scale: Sql])[] = [
  [sql`1e-10`, sql`decimal(38,25)`],
  [sql`1e-9`, sql`decimal(38,24)`],
  [sql`1e-8`, sql`decimal(38,23)`],
  [sql`1e-7`, sql`decimal(38,22)`],
  [sql`1e-6`, sql`decimal(38,21)`],
  [sql`1e-5`, sql`decimal(38,20)`],
  [sql`1e-4`, sql`decimal(38,19)`],
  [sql`1e-3`, sql`decimal(38,18)`],
  [sql`1e-2`, sql`decimal(38,17)`],
  [sql`1e-1`, sql`decimal(38,16)`],
];

/** A quantity or unit price: a double, never summed to money. */
export function number(table: RawTable, ...names: readonly string[]): Sql {
  const column = table.find(...names);
  if (column === undefined) return NO_NUMBER;
  return isText(column) ? sql`TRY_CAST(${raw(column)} AS double)` : sql`CAST(${raw(column)} AS double)`;
}

/** A moment in UTC. Text may have a T or a space, a Z, an offset, or no zone (which is UTC). */
export function moment(table: RawTable, ...names: readonly string[]): Sql {
  const column = table.find(...names);
  return column === undefined ? NO_MOMENT : momentOf(column);
}

export function momentOf(column: ColumnDef): Sql {
  const value = raw(column);
  if (isText(column)) return momentOfText(value);
  if (/with time zone|timestamptz/.test(column.type))
    return sql`CAST(${value} AT TIME ZONE 'UTC' AS timestamp)`;
  return sql`CAST(${value} AS timestamp)`;
}

/**
 * Only text with an offset or a zone's name needs the slow cast: a plain one would drop the offset in silence. Azure and
 * Oracle leave the seconds out.
 */
export function momentOfText(value: Sql): Sql {
  const plain = sql`replace(replace(${value}, 'T', ' '), 'Z', '')`;
  return sql`CASE WHEN length(${value}) <= 20 OR ${value} LIKE '%Z'
    THEN TRY_CAST(CASE WHEN length(${plain}) = 16 THEN ${plain} || ':00' ELSE ${plain} END AS timestamp)
    ELSE CAST(TRY_CAST(substr(${value}, 1, 10) || ' ' || substr(${value}, 12) AS timestamp with time zone) AT TIME ZONE 'UTC' AS timestamp) END`;
}

/** Whether a charge covers more than 24 hours; null where a moment is. In seconds: adding an interval to a moment costs twice as much. */
export const spansDays = (start: Sql, end: Sql): Sql =>
  sql`(to_unixtime(${end}) - to_unixtime(${start}) > 86400e0)`;

/** Tags and their kin: a Parquet map as it is, flat JSON in text. Text that is no JSON object is kept under one key. */
export function tags(table: RawTable, ...names: readonly string[]): Sql {
  const column = table.find(...names);
  return column === undefined ? NO_TAGS : tagsOf(column);
}

/** Key under which text stays that could not be read as tags. */
const UNREAD_TAGS = 'x_Unread';

export function tagsOf(column: ColumnDef): Sql {
  const value = raw(column);
  if (isMap(column)) return sql`CAST(${value} AS map(varchar,varchar))`;
  if (/^struct\("?key"? [^,]+,\s*"?value"? [^,]+\)\[\]$/i.test(column.type)) {
    return sql`CAST(map_from_entries(${value}) AS map(varchar,varchar))`;
  }
  if (isText(column)) return tagsOfText(value);
  // Pairs with more than key and value (Google's say where a label comes from): kept as they are, to be seen.
  return sql`CASE WHEN ${value} IS NOT NULL THEN map(array[${UNREAD_TAGS}], array[CAST(${value} AS varchar)]) END`;
}

export const tagsOfText = (value: Sql): Sql => sql`CASE WHEN ${value} IS NULL OR ${value} = '' THEN NULL
  ELSE coalesce(TRY(CAST(json_parse(${value}) AS map(varchar,varchar))), map(array[${UNREAD_TAGS}], array[${value}])) END`;

/** One tag a column, the columns' names made into keys by `keyOf`: put together as JSON, so that empty ones stay out. */
export function tagsOfColumns(
  table: RawTable,
  columns: readonly ColumnDef[],
  keyOf: (column: string) => string,
): Sql {
  if (columns.length === 0) return NO_TAGS;
  const pairs = columns.map((column) => {
    const value = text(table, column.name);
    return sql`CASE WHEN ${value} IS NOT NULL THEN ${`${JSON.stringify(keyOf(column.name))}:"`} || ${jsonEscaped(value)} || '"' END`;
  });
  return sql`TRY(CAST(json_parse('{' || concat_ws(',', ${joined(pairs)}) || '}') AS map(varchar,varchar)))`;
}

const jsonEscaped = (value: Sql): Sql =>
  sql`replace(replace(replace(replace(replace(${value}, chr(92), chr(92) || chr(92)), '"', chr(92) || '"'), chr(10), chr(92) || 'n'), chr(13), chr(92) || 'r'), chr(9), chr(92) || 't')`;

/** A map of amounts by name (discounts): statistics, never summed to money. */
export function amountsByName(table: RawTable, ...names: readonly string[]): Sql {
  const column = table.find(...names);
  const none = sql`CAST(NULL AS map(varchar,double))`;
  if (column === undefined) return none;
  if (isMap(column)) return sql`CAST(${raw(column)} AS map(varchar,double))`;
  return isText(column) ? sql`TRY(CAST(json_parse(${raw(column)}) AS map(varchar,double)))` : none;
}

/** Null where the source's value is no amount: for a double that is told without casting it. */
export const isAmount = (column: ColumnDef): Sql =>
  isFloat(column)
    ? sql`CASE WHEN ${raw(column)} < 1e22 AND ${raw(column)} > -1e22 THEN true END`
    : amountOf(column);

/** Whether the source says anything at all in this column. */
export const isGiven = (table: RawTable, column: ScannedColumn): Sql =>
  isText(column) && mayBeEmpty(table, column)
    ? sql`(nullif(${raw(column)}, '') IS NOT NULL)`
    : sql`(${raw(column)} IS NOT NULL)`;

/** Whether values of this column can fail to be amounts, moments or numbers at all. */
export const canFail = (column: ColumnDef): boolean => isText(column) || isFloat(column);

/** A typed NULL for a lake column that a source cannot fill. */
export function nothingOf(type: string): Sql {
  if (type === 'timestamp') return NO_MOMENT;
  if (type === 'double') return NO_NUMBER;
  if (type === 'boolean') return sql`CAST(NULL AS boolean)`;
  if (type === 'map(varchar,varchar)') return NO_TAGS;
  if (type === 'map(varchar,double)') return sql`CAST(NULL AS map(varchar,double))`;
  return type === 'varchar' ? NO_TEXT : NO_AMOUNT;
}
