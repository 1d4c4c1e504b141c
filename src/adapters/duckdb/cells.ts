import {
  DuckDBDateValue,
  DuckDBDecimalValue,
  DuckDBListValue,
  DuckDBMapValue,
  DuckDBStructValue,
  DuckDBTimestampTZValue,
  DuckDBTimestampValue,
  type DuckDBValue,
} from '@duckdb/node-api';
import type { Cell } from '../../ports/engine.ts';

/** A value of DuckDB as the port's cell: decimals and moments as text, maps and lists as JSON text. */
export function cell(value: DuckDBValue): Cell {
  if (
    value === null ||
    typeof value === 'string' ||
    typeof value === 'boolean' ||
    typeof value === 'number'
  ) {
    return value;
  }
  if (typeof value === 'bigint')
    return Number.isSafeInteger(Number(value)) ? Number(value) : value.toString();
  if (
    value instanceof DuckDBDecimalValue ||
    value instanceof DuckDBDateValue ||
    value instanceof DuckDBTimestampValue
  ) {
    return value.toString();
  }
  if (value instanceof DuckDBTimestampTZValue) return new DuckDBTimestampValue(value.micros).toString();
  return JSON.stringify(json(value));
}

type Json = Cell | Json[] | { [key: string]: Json };

function json(value: DuckDBValue): Json {
  if (value instanceof DuckDBMapValue) {
    return Object.fromEntries(value.entries.map((entry) => [String(cell(entry.key)), json(entry.value)]));
  }
  if (value instanceof DuckDBListValue) return value.items.map(json);
  if (value instanceof DuckDBStructValue) {
    return Object.fromEntries(Object.entries(value.entries).map(([key, item]) => [key, json(item)]));
  }
  return value !== null && typeof value === 'object' && !isScalarValue(value) ? String(value) : cell(value);
}

const isScalarValue = (value: object): boolean =>
  value instanceof DuckDBDecimalValue ||
  value instanceof DuckDBDateValue ||
  value instanceof DuckDBTimestampValue ||
  value instanceof DuckDBTimestampTZValue;
