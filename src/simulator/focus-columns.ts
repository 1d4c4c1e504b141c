import { sql } from '../sql/sql.ts';
import { PAYER } from './accounts.ts';
import { type Column, constant, cost, moment, number, quantity, text, unitPrice } from './columns.ts';

const metered = sql`l.category = 'Usage' AND l.priced AND coalesce(l.status, 'Used') = 'Used'`;
const committed = sql`l.commitment_arn IS NOT NULL AND l.category IN ('Usage', 'Purchase')`;
/** Of a plan the money counts, of a reservation the hours; unused hours are not told, as AWS does not. */
const committedQuantity = number(
  'CommitmentDiscountQuantity',
  sql`CASE WHEN l.commitment_unit = 'Hours' OR l.category = 'Purchase' OR l.status = 'Unused' THEN l.quantity ELSE l.quantity * l.effective END`,
  sql`CASE WHEN l.commitment_unit = 'Hours' OR l.category = 'Purchase' OR l.status = 'Unused' THEN l.quantity_over ELSE l.cost_over END`,
  sql`CASE WHEN l.commitment_unit = 'Hours' OR l.category = 'Purchase' OR l.status = 'Unused' THEN l.quantity_unit ELSE l.cost_unit END`,
  sql`${committed} AND NOT (l.commitment_unit = 'Hours' AND l.status = 'Unused')`,
);
const discounted = sql`l.category = 'Usage' AND l.commitment_arn IS NULL AND l.list > l.contracted AND l.billed > 0`;
const discount = cost('x_Discounts', sql`(l.list - l.contracted)`);

/** The 60 columns of AWS's FOCUS 1.2 export, in the order of the alphabet, own ones last. */
export const FOCUS_COLUMNS: readonly Column[] = [
  text('AvailabilityZone', sql`l.zone`),
  cost('BilledCost', sql`l.billed`),
  constant('BillingAccountId', PAYER.id),
  constant('BillingAccountName', PAYER.name),
  constant('BillingAccountType', 'Payer Account'),
  constant('BillingCurrency', 'USD'),
  moment('BillingPeriodEnd', sql`l.month_end`),
  moment('BillingPeriodStart', sql`l.month_start`),
  constant('CapacityReservationId', null),
  constant('CapacityReservationStatus', null),
  text('ChargeCategory', sql`l.category`),
  text('ChargeClass', sql`l.class`),
  text('ChargeDescription', sql`l.description`),
  text('ChargeFrequency', sql`l.frequency`),
  moment('ChargePeriodEnd', sql`l.charge_end`),
  moment('ChargePeriodStart', sql`l.charge_start`),
  text('CommitmentDiscountCategory', sql`l.commitment_category`),
  text('CommitmentDiscountId', sql`l.commitment_arn`),
  text('CommitmentDiscountName', sql`l.commitment_name`),
  committedQuantity,
  text('CommitmentDiscountStatus', sql`l.status`),
  text('CommitmentDiscountType', sql`l.commitment_type`),
  text(
    'CommitmentDiscountUnit',
    sql`CASE WHEN ${committed} AND NOT (l.commitment_unit = 'Hours' AND l.status = 'Unused') THEN l.commitment_unit END`,
  ),
  quantity('ConsumedQuantity', metered),
  text('ConsumedUnit', sql`CASE WHEN ${metered} THEN l.unit END`),
  cost('ContractedCost', sql`l.contracted`),
  unitPrice('ContractedUnitPrice', sql`l.contracted`),
  cost('EffectiveCost', sql`l.effective`),
  text('InvoiceId', sql`l.invoice`),
  constant('InvoiceIssuerName', 'Amazon Web Services EMEA SARL'),
  cost('ListCost', sql`l.list`),
  unitPrice('ListUnitPrice', sql`l.list`),
  text('PricingCategory', sql`l.pricing`),
  constant('PricingCurrency', 'USD'),
  unitPrice('PricingCurrencyContractedUnitPrice', sql`l.contracted`),
  cost('PricingCurrencyEffectiveCost', sql`l.effective`),
  unitPrice('PricingCurrencyListUnitPrice', sql`l.list`),
  quantity('PricingQuantity', sql`l.priced`),
  text('PricingUnit', sql`CASE WHEN l.priced THEN l.unit END`),
  constant('ProviderName', 'AWS'),
  text('PublisherName', sql`l.publisher`),
  text('RegionId', sql`l.region`),
  text('RegionName', sql`l.region_name`),
  text('ResourceId', sql`l.resource_id`),
  text('ResourceName', sql`l.resource_name`),
  text('ResourceType', sql`l.resource_type`),
  text('ServiceCategory', sql`l.service_category`),
  text('ServiceName', sql`l.service_name`),
  text('ServiceSubcategory', sql`l.subcategory`),
  text('SkuId', sql`l.sku`),
  text('SkuMeter', sql`CASE WHEN l.priced THEN l.meter END`),
  { name: 'SkuPriceDetails', parquet: sql`l.sku_details`, csv: sql`l.sku_details_json` },
  text('SkuPriceId', sql`l.sku_price`),
  text('SubAccountId', sql`l.account`),
  text('SubAccountName', sql`l.account_name`),
  constant('SubAccountType', 'Linked Account'),
  { name: 'Tags', parquet: sql`l.tags`, csv: sql`l.tags_json` },
  {
    name: 'x_Discounts',
    parquet: sql`CASE WHEN ${discounted} THEN map(array['PrivateRateDiscount'], array[${discount.parquet}]) END`,
    csv: sql`CASE WHEN ${discounted} THEN '{"PrivateRateDiscount":' || ${discount.csv} || '}' END`,
  },
  text('x_Operation', sql`l.operation`),
  text('x_ServiceCode', sql`l.code`),
];
