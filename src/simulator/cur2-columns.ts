import { type Sql, sql } from '../sql/sql.ts';
import { PAYER } from './accounts.ts';
import { type Column, constant, cost, moment, number, quantity, text, unitPrice } from './columns.ts';

const of = (type: string): Sql => sql`l.item_type = ${type}`;
const covered = of('SavingsPlanCoveredUsage');
const discounted = of('DiscountedUsage');
const planFee = of('SavingsPlanRecurringFee');
const reservedFee = of('RIFee');
const plan = sql`l.commitment_type = 'Savings Plan'`;
const shown = sql`l.item_type <> 'SavingsPlanNegation'`;

const when = (condition: Sql, value: Sql): Sql => sql`CASE WHEN ${condition} THEN ${value} END`;
/** Commitment of the fee's period: 10 decimals, whatever its fee's price has. */
const committed = (name: string, units: Sql, condition: Sql): Column =>
  number(
    name,
    units,
    sql`CAST(10000000000 AS double)`,
    sql`CAST('0.0000000001' AS decimal(16,15))`,
    condition,
  );
const none = (name: string): Column => constant(name, null);
const nothing = (name: string): Column => ({
  name,
  parquet: sql`CAST(NULL AS double)`,
  csv: sql`CAST(NULL AS varchar)`,
});
const empty = (name: string, type: 'varchar' | 'double'): Column => ({
  name,
  parquet:
    type === 'varchar'
      ? sql`CAST(json_parse('{}') AS map(varchar, varchar))`
      : sql`CAST(json_parse('{}') AS map(varchar, double))`,
  csv: sql`'{}'`,
});

/** A rate is text in CUR: the exact decimal. */
const rate = (name: string, price: Sql, condition: Sql): Column => {
  const { csv } = unitPrice(name, price);
  return text(name, sql`CASE WHEN ${condition} THEN ${csv} END`);
};

/** Columns of AWS's CUR 2.0 that the simulator fills, and those that are there and empty, in the order of the alphabet. */
export const CUR2_COLUMNS: readonly Column[] = [
  text('bill_bill_type', sql`CASE WHEN ${of('Refund')} THEN 'Refund' ELSE 'Anniversary' END`),
  text('bill_billing_entity', sql`CASE WHEN l.code IS NULL THEN 'AWS Marketplace' ELSE 'AWS' END`),
  moment('bill_billing_period_end_date', sql`l.month_end`),
  moment('bill_billing_period_start_date', sql`l.month_start`),
  text('bill_invoice_id', sql`l.invoice`),
  constant('bill_invoicing_entity', 'Amazon Web Services EMEA SARL'),
  constant('bill_payer_account_id', PAYER.id),
  constant('bill_payer_account_name', PAYER.name),
  empty('cost_category', 'varchar'),
  empty('discount', 'double'),
  text(
    'identity_line_item_id',
    sql`lower(to_hex(md5(to_utf8(CAST(l.series AS varchar) || '/' || CAST(l.number AS varchar) || '/' || CAST(l.place AS varchar)))))`,
  ),
  text(
    'identity_time_interval',
    sql`${moment('', sql`l.charge_start`).csv} || '/' || ${moment('', sql`l.charge_end`).csv}`,
  ),
  text('line_item_availability_zone', sql`l.zone`),
  cost('line_item_blended_cost', sql`l.unblended`),
  constant('line_item_currency_code', 'USD'),
  text(
    'line_item_legal_entity',
    sql`CASE WHEN l.publisher = 'AWS' THEN 'Amazon Web Services EMEA SARL' ELSE l.publisher END`,
  ),
  text('line_item_line_item_description', sql`l.description`),
  text('line_item_line_item_type', sql`l.item_type`),
  nothing('line_item_normalization_factor'),
  nothing('line_item_normalized_usage_amount'),
  text('line_item_operation', sql`l.operation`),
  text('line_item_product_code', sql`coalesce(l.code, lower(substr(l.sku, 1, 12)))`),
  text('line_item_resource_id', sql`l.resource_id`),
  text('line_item_tax_type', when(of('Tax'), sql`'VAT'`)),
  cost('line_item_unblended_cost', sql`l.unblended`),
  rate('line_item_unblended_rate', sql`l.unblended`, sql`l.priced`),
  text('line_item_usage_account_id', sql`l.account`),
  text('line_item_usage_account_name', sql`l.account_name`),
  quantity('line_item_usage_amount', sql`l.priced`),
  moment('line_item_usage_end_date', sql`l.charge_end`),
  moment('line_item_usage_start_date', sql`l.charge_start`),
  text('line_item_usage_type', when(sql`l.priced`, sql`l.meter`)),
  constant('pricing_currency', 'USD'),
  cost('pricing_public_on_demand_cost', sql`l.list`, sql`l.category = 'Usage' AND ${shown}`),
  rate('pricing_public_on_demand_rate', sql`l.list`, sql`l.category = 'Usage' AND l.priced`),
  text('pricing_rate_code', sql`l.sku_price`),
  none('pricing_rate_id'),
  text(
    'pricing_term',
    sql`CASE WHEN ${discounted} OR ${reservedFee} THEN 'Reserved' WHEN l.category = 'Usage' AND l.priced THEN 'OnDemand' END`,
  ),
  text('pricing_unit', when(sql`l.priced`, sql`l.unit`)),
  {
    name: 'product',
    parquet: sql`map(array['product_name'], array[l.service_name])`,
    csv: sql`'{"product_name":"' || replace(l.service_name, '"', '\\"') || '"}'`,
  },
  text('product_location', sql`l.region_name`),
  text('product_location_type', when(sql`l.region IS NOT NULL`, sql`'AWS Region'`)),
  text('product_operation', sql`l.operation`),
  text('product_region_code', sql`l.region`),
  text('product_servicecode', sql`l.code`),
  text('product_sku', sql`l.sku`),
  text('product_usagetype', when(sql`l.priced`, sql`l.meter`)),
  cost('reservation_effective_cost', sql`l.effective`, discounted),
  text('reservation_reservation_a_r_n', when(sql`NOT (${plan})`, sql`l.commitment_arn`)),
  nothing('reservation_unused_amortized_upfront_fee_for_billing_period'),
  committed('reservation_unused_recurring_fee', sql`b.unused`, reservedFee),
  { name: 'resource_tags', parquet: sql`l.cur_tags`, csv: sql`l.cur_tags_json` },
  committed('savings_plan_recurring_commitment_for_billing_period', sql`b.used + b.unused`, planFee),
  text('savings_plan_savings_plan_a_r_n', when(plan, sql`l.commitment_arn`)),
  cost('savings_plan_savings_plan_effective_cost', sql`l.effective`, covered),
  rate('savings_plan_savings_plan_rate', sql`l.effective`, covered),
  committed('savings_plan_total_commitment_to_date', sql`b.used + b.unused`, planFee),
  committed('savings_plan_used_commitment', sql`b.used`, planFee),
];
