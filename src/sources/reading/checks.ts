import { AMOUNT, COST_LINE_COLUMNS, METRICS } from '../../sql/schema.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import type { Check } from '../profile.ts';
import type { RawTable } from './raw-table.ts';
import * as read from './values.ts';

/** Lake columns that no line can do without. */
const NEEDED = ['BillingPeriodStart', 'BillingPeriodEnd', 'ChargePeriodStart', 'ChargePeriodEnd'] as const;

/**
 * What makes a row unfit, for a format whose columns have the lake's names: moments that are missing or are none,
 * amounts and quantities that are none, and a missing currency. Columns whose type cannot fail are not checked.
 */
export function checksOf(table: RawTable, columns: ReadonlyMap<string, Sql>): readonly Check[] {
  const value = (name: string): Sql => columns.get(name) ?? sql`NULL`;
  const moments = NEEDED.map((name): Check => {
    const column = table.find(name)?.name ?? name;
    return { column, bad: sql`${value(name)} IS NULL`, reason: 'not a UTC date and time' };
  });
  const figures = COST_LINE_COLUMNS.filter(({ type }) => type === 'double' || isMetricType(type)).flatMap(
    ({ name }) => figureCheck(table, name, value(name)),
  );
  return [
    ...moments,
    ...figures,
    { column: 'BillingCurrency', bad: sql`${value('BillingCurrency')} IS NULL`, reason: 'no currency' },
  ];
}

/** Amounts are checked always, quantities where they come as text: a double is one. */
export function figureCheck(table: RawTable, name: string, parsed: Sql, source = name): readonly Check[] {
  const column = table.find(source);
  if (column === undefined) return [];
  const isMetric = METRICS.some((metric) => metric === name);
  if (!(isMetric ? read.canFail(column) : read.isText(column))) return [];
  const reason = isMetric ? 'not an amount that fits decimal(38,15)' : 'not a number';
  return [{ column: column.name, bad: read.unreadable(table, column, parsed), reason }];
}

const isMetricType = (type: string): boolean => type === AMOUNT;
