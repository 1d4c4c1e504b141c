import { type Sql, sql } from '../../sql/sql.ts';
import type { SourceNames } from '../reading/checks.ts';
import { type RawTable, raw } from '../reading/raw-table.ts';
import * as read from '../reading/values.ts';
import * as rules from './line-items.ts';

/** Lake column → CUR 2.0 column, where a check has to name the source's. */
export const LAKE_SOURCES: SourceNames = new Map([
  ['BilledCost', 'line_item_unblended_cost'],
  ['EffectiveCost', 'line_item_net_unblended_cost'],
  ['ListCost', 'pricing_public_on_demand_cost'],
  ['BillingCurrency', 'line_item_currency_code'],
  ['BillingPeriodStart', 'bill_billing_period_start_date'],
  ['BillingPeriodEnd', 'bill_billing_period_end_date'],
  ['ChargePeriodStart', 'line_item_usage_start_date'],
  ['ChargePeriodEnd', 'line_item_usage_end_date'],
  ['PricingQuantity', 'line_item_usage_amount'],
  ['ListUnitPrice', 'pricing_public_on_demand_rate'],
]);

/** Columns that are read as they are. */
const TEXTS: readonly (readonly [lake: string, ...sources: string[]])[] = [
  ['PublisherName', 'line_item_legal_entity'],
  ['InvoiceIssuerName', 'bill_invoicing_entity'],
  ['InvoiceId', 'bill_invoice_id'],
  ['BillingAccountId', 'bill_payer_account_id'],
  ['BillingAccountName', 'bill_payer_account_name'],
  ['SubAccountId', 'line_item_usage_account_id'],
  ['SubAccountName', 'line_item_usage_account_name'],
  ['ChargeDescription', 'line_item_line_item_description'],
  ['BillingCurrency', 'line_item_currency_code'],
  ['AvailabilityZone', 'line_item_availability_zone'],
  ['ResourceId', 'line_item_resource_id'],
  ['SkuId', 'product_sku'],
  ['SkuMeter', 'line_item_usage_type'],
  ['CapacityReservationId', 'capacity_reservation_capacity_reservation_arn'],
  ['CapacityReservationStatus', 'capacity_reservation_capacity_reservation_status'],
  ['x_Operation', 'line_item_operation'],
];

/** All columns but the metrics and their sources. */
export function columnsOf(table: RawTable, item: rules.LineItem): Map<string, Sql> {
  const text = (...names: readonly string[]): Sql => read.text(table, ...names);
  const columns = new Map<string, Sql>(TEXTS.map(([lake, ...sources]) => [lake, text(...sources)]));
  const set = (name: string, value: Sql): Map<string, Sql> => columns.set(name, value);
  for (const [lake, source] of LAKE_SOURCES) {
    if (/^(Billing|Charge)Period/.test(lake)) set(lake, read.moment(table, source));
  }
  set('ProviderName', sql`'AWS'`);
  set('BillingAccountType', sql`'Payer Account'`);
  set('SubAccountType', sql`'Linked Account'`);
  set('ChargeCategory', rules.chargeCategory(item));
  set('ChargeClass', chargeClass(table));
  set('ChargeFrequency', rules.chargeFrequency(item));
  set('PricingCategory', rules.pricingCategory(item));
  setQuantities(table, item, set);
  setService(table, set);
  setCommitment(table, item, set);
  set('PricingCurrency', otherCurrency(table));
  set('SkuPriceId', sql`coalesce(${text('pricing_rate_code')}, ${text('pricing_rate_id')})`);
  const instance = text('product_instance_type');
  set(
    'SkuPriceDetails',
    sql`CASE WHEN ${instance} IS NOT NULL THEN map(array['InstanceType'], array[${instance}]) END`,
  );
  set('Tags', tagsOf(table));
  set('x_Discounts', read.amountsByName(table, 'discount'));
  set('x_SpansDays', sql`coalesce(${item.spansDays}, false)`);
  set('x_LineItemType', text('line_item_line_item_type'));
  return columns;
}

type Set = (name: string, value: Sql) => unknown;

/** CUR flags no corrections: bills of type Refund are, and usage from before the billing period. */
const chargeClass = (table: RawTable): Sql => sql`CASE WHEN ${read.text(table, 'bill_bill_type')} = 'Refund'
  OR ${read.moment(table, 'line_item_usage_start_date')} < ${read.moment(table, 'bill_billing_period_start_date')} THEN 'Correction' END`;

function setQuantities(table: RawTable, item: rules.LineItem, set: Set): void {
  const amount = read.number(table, 'line_item_usage_amount');
  const unit = spelledUnit(read.text(table, 'pricing_unit'));
  set('PricingQuantity', amount);
  set('PricingUnit', unit);
  set('ConsumedQuantity', sql`CASE WHEN ${rules.isUsage(item)} THEN ${amount} END`);
  set('ConsumedUnit', sql`CASE WHEN ${rules.isUsage(item)} THEN ${unit} END`);
  set('ListUnitPrice', read.number(table, 'pricing_public_on_demand_rate'));
}

/** Units as FOCUS spells them. */
const spelledUnit = (unit: Sql): Sql => sql`CASE WHEN ${unit} IN ('Hrs', 'hrs', 'Hour', 'hours') THEN 'Hours'
  WHEN ${unit} = 'GB-Mo' THEN 'GB-Months' WHEN ${unit} = 'GB-Hrs' THEN 'GB-Hours' WHEN ${unit} = 'Request' THEN 'Requests' ELSE ${unit} END`;

function setService(table: RawTable, set: Set): void {
  const code = sql`coalesce(${read.text(table, 'line_item_product_code')}, ${read.text(table, 'product_servicecode')})`;
  set('x_ServiceCode', code);
  set('ServiceName', sql`coalesce(${ofProduct(table, 'product_name')}, ${code})`);
  set('ServiceCategory', sql`coalesce(category.category, 'Other')`);
  set('RegionId', sql`coalesce(${read.text(table, 'product_region_code')}, ${ofProduct(table, 'region')})`);
  set(
    'RegionName',
    sql`CASE WHEN ${read.text(table, 'product_location_type')} = 'AWS Region' THEN ${read.text(table, 'product_location')} END`,
  );
}

/** An attribute of the product: a column of its own in legacy CUR, a key of the map in CUR 2.0. */
function ofProduct(table: RawTable, key: string): Sql {
  const flat = table.find(`product_${key}`);
  const map = table.find('product');
  if (flat !== undefined || map === undefined) return read.text(table, `product_${key}`);
  return map.type.startsWith('map')
    ? sql`nullif(element_at(${raw(map)}, ${key}), '')`
    : sql`json_extract_scalar(${raw(map)}, ${`$.${key}`})`;
}

/** Savings Plans are commitments to spend, reservations to use. */
function setCommitment(table: RawTable, item: rules.LineItem, set: Set): void {
  const plan = read.text(table, 'savings_plan_savings_plan_a_r_n');
  const arn = item.reservationArn;
  const normalised = read.number(table, 'line_item_normalized_usage_amount');
  const effective = sql`coalesce(${read.number(table, 'savings_plan_net_savings_plan_effective_cost')}, ${read.number(table, 'savings_plan_savings_plan_effective_cost')})`;
  set('CommitmentDiscountId', sql`coalesce(${plan}, ${arn})`);
  set(
    'CommitmentDiscountCategory',
    sql`CASE WHEN ${plan} IS NOT NULL THEN 'Spend' WHEN ${arn} IS NOT NULL THEN 'Usage' END`,
  );
  set(
    'CommitmentDiscountType',
    sql`CASE WHEN ${plan} IS NOT NULL THEN 'Savings Plan' WHEN ${arn} IS NOT NULL THEN 'Reserved Instance' END`,
  );
  set('CommitmentDiscountStatus', sql`CASE WHEN ${rules.isCovered(item)} THEN 'Used' END`);
  set(
    'CommitmentDiscountQuantity',
    sql`CASE WHEN ${item.type} = 'SavingsPlanCoveredUsage' THEN ${effective}
    WHEN ${item.type} = 'DiscountedUsage' THEN coalesce(nullif(${normalised}, 0e0), ${read.number(table, 'line_item_usage_amount')}) END`,
  );
  set(
    'CommitmentDiscountUnit',
    sql`CASE WHEN ${plan} IS NOT NULL THEN ${read.text(table, 'line_item_currency_code')}
    WHEN ${arn} IS NOT NULL AND ${normalised} > 0e0 THEN 'NormalizedHours' WHEN ${arn} IS NOT NULL THEN 'Hours' END`,
  );
}

function otherCurrency(table: RawTable): Sql {
  const pricing = read.text(table, 'pricing_currency');
  return sql`CASE WHEN ${pricing} <> ${read.text(table, 'line_item_currency_code')} THEN ${pricing} END`;
}

/** Cost allocation tags: CUR 2.0's map, or a legacy CUR's columns put together. */
function tagsOf(table: RawTable): Sql {
  if (table.has('resource_tags')) return read.tags(table, 'resource_tags');
  const columns = [...table.withPrefix('resourceTags/'), ...table.withPrefix('resource_tags_')];
  return read.tagsOfColumns(table, columns, (column) =>
    column.replace(/^(resourceTags\/|resource_tags_)/i, ''),
  );
}
