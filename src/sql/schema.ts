import type { ColumnDef } from '../ports/engine.ts';

const column = (name: string, type: string): ColumnDef => ({ name, type });
const varchars = (...names: readonly string[]): ColumnDef[] => names.map((name) => column(name, 'varchar'));
const doubles = (...names: readonly string[]): ColumnDef[] => names.map((name) => column(name, 'double'));
const amounts = (...names: readonly string[]): ColumnDef[] => names.map((name) => column(name, AMOUNT));

/** Every amount of money in the lake. */
export const AMOUNT = 'decimal(38,15)';

/** The four cost metrics of FOCUS, in the order in which they are always listed. */
export const METRICS = ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost'] as const;
export type Metric = (typeof METRICS)[number];

/**
 * `cost-lines/`: one line per charge as the delivery said it, normalised. FOCUS 1.2 names; quantities and unit prices
 * are doubles (never summed to money), the four metrics exact. Nulls are real nulls. DateTimes are UTC timestamps.
 */
export const COST_LINE_COLUMNS: readonly ColumnDef[] = [
  ...varchars('ProviderName', 'PublisherName', 'InvoiceIssuerName', 'InvoiceId'),
  ...varchars('BillingAccountId', 'BillingAccountName', 'BillingAccountType'),
  ...varchars('SubAccountId', 'SubAccountName', 'SubAccountType'),
  ...['BillingPeriodStart', 'BillingPeriodEnd', 'ChargePeriodStart', 'ChargePeriodEnd'].map((n) =>
    column(n, 'timestamp'),
  ),
  ...varchars('ChargeCategory', 'ChargeClass', 'ChargeDescription', 'ChargeFrequency'),
  ...amounts(...METRICS),
  ...doubles('ListUnitPrice', 'ContractedUnitPrice'),
  ...varchars('PricingCategory'),
  ...doubles('PricingQuantity'),
  ...varchars('PricingUnit', 'PricingCurrency'),
  ...doubles(
    'PricingCurrencyContractedUnitPrice',
    'PricingCurrencyEffectiveCost',
    'PricingCurrencyListUnitPrice',
  ),
  ...varchars('BillingCurrency'),
  ...doubles('ConsumedQuantity'),
  ...varchars('ConsumedUnit', 'ServiceName', 'ServiceCategory', 'ServiceSubcategory'),
  ...varchars('SkuId', 'SkuMeter', 'SkuPriceId'),
  column('SkuPriceDetails', 'map(varchar,varchar)'),
  ...varchars('ResourceId', 'ResourceName', 'ResourceType', 'RegionId', 'RegionName', 'AvailabilityZone'),
  ...varchars('CommitmentDiscountId', 'CommitmentDiscountName', 'CommitmentDiscountCategory'),
  ...varchars('CommitmentDiscountType', 'CommitmentDiscountStatus'),
  ...doubles('CommitmentDiscountQuantity'),
  ...varchars('CommitmentDiscountUnit', 'CapacityReservationId', 'CapacityReservationStatus'),
  column('Tags', 'map(varchar,varchar)'),
  /** CUR product code / x_ServiceCode as delivered; null where the source has none. */
  ...varchars('x_ServiceCode', 'x_Operation'),
  column('x_Discounts', 'map(varchar,double)'),
  /** The charge covers more than 24 hours: kept on its charge date, out of daily series. */
  column('x_SpansDays', 'boolean'),
  ...varchars('x_SourceId'),
  /** CUR's line_item_line_item_type, else ChargeCategory: the grain of control totals. */
  ...varchars('x_LineItemType'),
  /** How EffectiveCost and ContractedCost came about: `source`, `billed` (:= BilledCost, by rule), `rule`, or null with the amount (unknown). */
  ...varchars('x_EffectiveCostSource', 'x_ContractedCostSource'),
];

/** What lines of events have beside COST_LINE_COLUMNS: only loads of events do. */
export const EVENT_LINE_COLUMNS: readonly ColumnDef[] = [
  ...varchars('x_EventId'),
  column('x_EventTime', 'timestamp'),
];

/** Events that count already, as a new delivery is compared with them. */
export const EVENT_COLUMNS: readonly ColumnDef[] = [...varchars('x_EventId'), column('BilledCost', AMOUNT)];

/** How money is told apart in bridges. refund: a correction or CUR Refund, whatever its sign. */
export const CHARGE_KINDS = ['usage', 'fee', 'tax', 'credit', 'refund'] as const;
export type ChargeKind = (typeof CHARGE_KINDS)[number];

/**
 * `daily-costs/`: the rollup that serves every dashboard question. One row per combination of the text columns.
 * `lines` counts lines whose four metrics are not all zero (the all-zero ones are left out of the rollup).
 */
export const DAILY_COST_COLUMNS: readonly ColumnDef[] = [
  column('BillingDate', 'date'),
  column('BillingPeriod', 'varchar'),
  ...varchars('BillingAccountId', 'SubAccountId', 'SubAccountName'),
  /** OU path at the configured level; `Root`, or `Unmapped` for unknown accounts. Never null. */
  ...varchars('x_OU', 'x_Team'),
  /** x_ServiceCode here is the canonical product code (synonym table), or ServiceName where there is none: A1's Service. Never null. */
  ...varchars('ProviderName', 'x_ServiceCode', 'ServiceName', 'RegionId'),
  ...varchars('ChargeCategory', 'ChargeFrequency', 'PricingCategory'),
  /** One of CHARGE_KINDS. */
  ...varchars('x_ChargeKind'),
  column('x_SpansDays', 'boolean'),
  /** `compliant`, `missing`, `incomplete`, or `not_taggable` (tax, support, fees, credits, no taggable resource). */
  ...varchars('x_TagState'),
  ...varchars('BillingCurrency'),
  ...amounts(...METRICS),
  /** COST_METRIC in the reporting currency; null where no rate is known. */
  column('DailyCost', AMOUNT),
  /** Lines whose EffectiveCost / COST_METRIC is unknown (null). */
  column('UnknownEffective', 'bigint'),
  column('UnknownCost', 'bigint'),
  column('lines', 'bigint'),
  /** Latest ChargePeriodEnd of Usage lines of at most 24 h that are not Unused: the watermark; null if none. */
  column('LatestUsageEnd', 'timestamp'),
  ...varchars('x_SourceId'),
];

/**
 * `verdicts/`: C1's judgement of one complete day of an OU × service × account × region. Only days worth telling have a
 * row; every other judged day is normal, reason `routine`. Account and region are the empty text where the bill has none.
 */
export const VERDICT_COLUMNS: readonly ColumnDef[] = [
  column('BillingDate', 'date'),
  ...varchars('x_OU', 'x_ServiceCode', 'SubAccountId', 'RegionId'),
  /** `spike` or `normal`. */
  ...varchars('x_CostClass'),
  /** Why: `spike`, `within_noise`, `no_baseline`. */
  ...varchars('x_ClassReason'),
  /** EffectiveCost in the reporting currency; the expected ones are null without a baseline. */
  column('Actual', AMOUNT),
  column('Expected', AMOUNT),
  column('ExpectedLow', AMOUNT),
  column('ExpectedHigh', AMOUNT),
  /** Day on which the running spike began (equal to BillingDate on its first day); null where normal. */
  column('SpikeSince', 'date'),
  ...varchars('rules_version'),
];

/** Why an amount that the lake held became another one. */
export const CAUSES = ['delivery', 'accounts', 'rules', 'rates', 'precedence'] as const;
export type Cause = (typeof CAUSES)[number];

/**
 * `restatements/`: what one commit changed of (source, day)s that the lake held before it. Sums of the amounts that were
 * known; 0 where there was no line. Changes of less than 0.005 are one row a day, source, currency and metric, with
 * REMAINDER as OU and as Service. The relation `restatements` adds when the commit was made, as CommittedAt.
 */
export const RESTATED_COLUMNS: readonly ColumnDef[] = [
  column('BillingDate', 'date'),
  ...varchars('OU', 'Service', 'LinkedAccount', 'Source', 'Currency'),
  /** One of METRICS, in the billing currency, or `DailyCost` in the reporting currency. */
  ...varchars('Metric'),
  ...amounts('Before', 'After'),
  /** One of CAUSES. */
  ...varchars('Cause'),
  /** Id of the delivery that did it; null where no delivery did. */
  ...varchars('Delivery'),
  column('LakeVersion', 'bigint'),
];

/**
 * `arrivals/`: what a delivery said of each day, source, account and service when it came. New: the lake held nothing of
 * that source and day before. Counted: no other source counted for the account's month. What New and Counted rows add
 * and what `restatements` change is all that ever happens to a figure.
 */
export const ARRIVAL_COLUMNS: readonly ColumnDef[] = [
  column('BillingDate', 'date'),
  ...varchars(
    'BillingPeriod',
    'BillingAccountId',
    'SubAccountId',
    'x_OU',
    'x_ServiceCode',
    'BillingCurrency',
  ),
  ...amounts(...METRICS),
  column('DailyCost', AMOUNT),
  column('lines', 'bigint'),
  ...varchars('x_SourceId'),
  column('New', 'boolean'),
  column('Counted', 'boolean'),
  ...varchars('Delivery'),
  column('LakeVersion', 'bigint'),
];

/** Relation `account_map`: who an account is, on which days. Intervals of one account never overlap; valid_until is exclusive. */
export const ACCOUNT_COLUMNS: readonly ColumnDef[] = [
  ...varchars('account_id', 'account_name', 'ou_path', 'ou_id', 'payer_account_id', 'status'),
  column('valid_from', 'date'),
  column('valid_until', 'date'),
  column('tags', 'map(varchar,varchar)'),
];

/** Relation `fx_rates`: one unit of `currency` is `rate` units of the reporting currency on that day and after, until the next. */
export const RATE_COLUMNS: readonly ColumnDef[] = [
  column('currency', 'varchar'),
  column('valid_from', 'date'),
  column('valid_until', 'date'),
  column('rate', 'decimal(20,12)'),
];

/** Relation `budgets`, as imported (requirement E1). period is `2026-11`, `2026-Q4` or `2026`. */
export const BUDGET_COLUMNS: readonly ColumnDef[] = [
  ...varchars('scope_type', 'scope', 'period'),
  column('amount', AMOUNT),
  ...varchars('currency'),
  column('valid_from', 'date'),
  ...varchars('owner_email'),
];

/** Relation `service_names`: any spelling (CUR code, FOCUS ServiceName, Cost Explorer name), in lower case → the product code. */
export const SERVICE_NAME_COLUMNS: readonly ColumnDef[] = varchars('spelling', 'code');
