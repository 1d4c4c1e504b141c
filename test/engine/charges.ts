import type { Cell, Engine } from '../../src/ports/engine.ts';
import { sql } from '../../src/sql/sql.ts';
import type { TestTable } from './rows.ts';

/** Some cells of a row of the rollup, by column. */
export type Charge = Readonly<Partial<Record<string, Cell>>>;
/** The columns of `daily_costs` that a test fills. */
const COLUMNS = [
  'BillingDate',
  'BillingPeriod',
  'SubAccountId',
  'SubAccountName',
  'x_OU',
  'x_ServiceCode',
  'ChargeCategory',
  'ChargeFrequency',
  'x_ChargeKind',
  'x_SpansDays',
  'x_TagState',
  'BillingCurrency',
  'BilledCost',
  'EffectiveCost',
  'DailyCost',
  'UnknownEffective',
  'UnknownCost',
  'lines',
  'LatestUsageEnd',
  'x_SourceId',
];
/** A charge of usage, where a test says nothing else. */
const USUAL: Charge = {
  BillingPeriod: '2026-11',
  SubAccountId: '012345678901',
  SubAccountName: 'app',
  x_OU: 'Marketing',
  x_ServiceCode: 'AmazonS3',
  ChargeCategory: 'Usage',
  x_ChargeKind: 'usage',
  x_SpansDays: 'false',
  x_TagState: 'compliant',
  BillingCurrency: 'USD',
  UnknownEffective: '0',
  UnknownCost: '0',
  lines: '10',
  x_SourceId: 'focus',
};
/** One row of the rollup; its cost is the same in all metrics. Usage reaches to 23:00 of its day. */
export const charge = (date: string, amount: string, given: Charge = {}): Charge => ({
  ...USUAL,
  BillingDate: date,
  BilledCost: amount,
  EffectiveCost: amount,
  DailyCost: amount,
  LatestUsageEnd: given.x_ChargeKind === undefined ? `${date} 23:00:00` : null,
  ...given,
});
/** The rows as the relation `daily_costs`. */
export const costs = (charges: readonly Charge[]): TestTable => ({
  columns: COLUMNS,
  rows: charges.map((one) => COLUMNS.map((column) => one[column] ?? null)),
});

/** `pinned_lines` and `cost_lines` over the relation `lines`. */
export async function lineRelations(engine: Engine): Promise<void> {
  await engine.view('pinned_lines', sql`SELECT * FROM lines`);
  await engine.view(
    'cost_lines',
    sql`SELECT l.*, CAST(NULL AS date) AS BillingDate, CAST(NULL AS varchar) AS x_Service FROM lines l`,
  );
}
