import { AMOUNT, COST_LINE_COLUMNS, METRICS } from '../../sql/schema.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import type { Check } from '../profile.ts';
import type { RawTable } from './raw-table.ts';
import * as read from './values.ts';

/** Lake columns that no line can do without. */
const NEEDED = ['BillingPeriodStart', 'BillingPeriodEnd', 'ChargePeriodStart', 'ChargePeriodEnd'] as const;

/** Lake column → the source's column that it is read from, where the names differ. */
export type SourceNames = ReadonlyMap<string, string>;

/**
 * What makes a row unfit: moments that are missing or are none, amounts and quantities that are none, and a missing
 * currency. Columns whose type cannot fail are not checked.
 */
export function checksOf(
  table: RawTable,
  columns: ReadonlyMap<string, Sql>,
  names: SourceNames = new Map(),
): readonly Check[] {
  const value = (name: string): Sql => columns.get(name) ?? sql`NULL`;
  const source = (name: string): string =>
    table.find(names.get(name) ?? name)?.name ?? names.get(name) ?? name;
  // What the files' own statistics rule out is not looked for again.
  const isSure = (name: string): boolean => {
    const column = table.find(names.get(name) ?? name);
    return (
      column?.neverNull === true &&
      (!read.isText(column) || (name === 'BillingCurrency' && column.neverEmpty === true))
    );
  };
  const moments = NEEDED.filter((name) => !isSure(name)).map(
    (name): Check => ({
      column: source(name),
      parsed: value(name),
      reason: 'not a UTC date and time',
    }),
  );
  const figures = COST_LINE_COLUMNS.filter(({ type }) => type === 'double' || type === AMOUNT).flatMap(
    ({ name }) =>
      figureCheck(
        table,
        source(name),
        METRICS.some((metric) => metric === name),
      ),
  );
  const currency = {
    column: source('BillingCurrency'),
    parsed: value('BillingCurrency'),
    reason: 'no currency',
  };
  return [...moments, ...figures, ...(isSure('BillingCurrency') ? [] : [currency])];
}

/** Amounts are checked always, quantities where they come as text: a double is one. */
export function figureCheck(table: RawTable, source: string, isMoney: boolean): readonly Check[] {
  const column = table.find(source);
  if (column === undefined || !(isMoney ? read.canFail(column) : read.isText(column))) return [];
  const parsed = isMoney ? read.isAmount(column) : read.number(table, source);
  const reason = isMoney ? 'not an amount that fits decimal(38,15)' : 'not a number';
  const isMoneyText = isMoney && read.isText(column);
  return [{ column: column.name, parsed, given: read.isGiven(table, column), isMoneyText, reason }];
}
