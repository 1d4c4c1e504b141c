import type { Metric } from '../../sql/schema.ts';
import { type Sql, sql } from '../../sql/sql.ts';
import type { GeneratedRows } from '../profile.ts';
import type { RawTable } from '../reading/raw-table.ts';
import { amount, amountOfDouble, NO_TEXT } from '../reading/values.ts';

const ZERO = sql`CAST(0 AS decimal(38,15))`;
/** Leftovers of rounding are no unused commitment. */
const LEAST = sql`CAST('0.000000001' AS decimal(38,15))`;

/** What of a commitment nobody used becomes a row of its own; on the fee's row FOCUS has no effective cost. */
export function unusedCommitment(
  table: RawTable,
  type: Sql,
  present: ReadonlySet<string>,
): readonly GeneratedRows[] {
  const made: GeneratedRows[] = [];
  if (present.has('SavingsPlanRecurringFee'))
    made.push(unusedRows('SavingsPlanRecurringFee', type, unusedPlan(table)));
  if (present.has('RIFee')) made.push(unusedRows('RIFee', type, unusedReservation(table)));
  return made;
}

function unusedRows(feeType: string, type: Sql, unused: Sql): GeneratedRows {
  const columns = new Map<string, Sql>([
    ['ChargeFrequency', sql`'Usage-Based'`],
    ['PricingCategory', sql`'Committed'`],
    ['CommitmentDiscountStatus', sql`'Unused'`],
    ['CommitmentDiscountQuantity', sql`CAST(${unused} AS double)`],
    ['PricingQuantity', sql`CAST(NULL AS double)`],
    ['PricingUnit', NO_TEXT],
    ['ListUnitPrice', sql`CAST(NULL AS double)`],
    ['ConsumedQuantity', sql`CAST(NULL AS double)`],
    ['ConsumedUnit', NO_TEXT],
    ['x_EffectiveCostSource', sql`'rule'`],
    ['x_ContractedCostSource', sql`'rule'`],
  ]);
  const amounts = new Map<Metric, Sql>([['EffectiveCost', unused]]);
  return {
    where: sql`(${type} = ${feeType} AND ${unused} > ${LEAST})`,
    columns,
    amounts,
    chargeCategory: 'Usage',
  };
}

/**
 * Commitment of the fee's period less what was used of it. With negotiated discounts it is scaled by net ÷ gross
 * commitment: a ratio of the source's doubles, so the amount means 15 significant digits, as theirs do.
 */
function unusedPlan(table: RawTable): Sql {
  const zero = (column: string): Sql => sql`coalesce(${amount(table, column)}, ${ZERO})`;
  const left = sql`(${zero('savings_plan_total_commitment_to_date')} - ${zero('savings_plan_used_commitment')})`;
  const part = (net: string): Sql =>
    sql`CAST(${zero(`savings_plan_${net}recurring_commitment_for_billing_period`)} + ${zero(`savings_plan_${net}amortized_upfront_commitment_for_billing_period`)} AS double)`;
  if (!table.has('savings_plan_net_recurring_commitment_for_billing_period')) return left;
  const [net, gross] = [part('net_'), part('')];
  const scaled = amountOfDouble(sql`(CAST(${left} AS double) * ${net} / ${gross})`);
  return sql`CASE WHEN ${net} > 0e0 AND ${gross} > 0e0 AND ${net} <> ${gross} THEN ${scaled} ELSE ${left} END`;
}

function unusedReservation(table: RawTable): Sql {
  const of = (name: string): Sql =>
    sql`coalesce(${amount(table, `reservation_net_${name}`)}, ${amount(table, `reservation_${name}`)}, ${ZERO})`;
  return sql`(${of('unused_amortized_upfront_fee_for_billing_period')} + ${of('unused_recurring_fee')})`;
}
