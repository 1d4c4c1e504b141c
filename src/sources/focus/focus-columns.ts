/** Columns that tell the versions of FOCUS apart: each came with the version it stands under. */
export const SINCE_VERSION = {
  '1.3': [
    'ServiceProviderName',
    'HostProviderName',
    'AllocatedMethodId',
    'AllocatedMethodDetails',
    'AllocatedResourceId',
    'AllocatedResourceName',
    'AllocatedTags',
    'ContractApplied',
  ],
  '1.2': [
    'BillingAccountType',
    'SubAccountType',
    'InvoiceId',
    'PricingCurrency',
    'PricingCurrencyContractedUnitPrice',
    'PricingCurrencyEffectiveCost',
    'PricingCurrencyListUnitPrice',
  ],
  '1.1': [
    'CapacityReservationId',
    'CapacityReservationStatus',
    'CommitmentDiscountQuantity',
    'CommitmentDiscountUnit',
    'ServiceSubcategory',
    'SkuMeter',
    'SkuPriceDetails',
  ],
} as const;

/** Columns of FOCUS that no cost line keeps yet; they stay in raw and are no surprise to anybody. */
export const KNOWN_UNUSED = [
  'ServiceProviderName',
  'HostProviderName',
  'AllocatedMethodId',
  'AllocatedMethodDetails',
  'AllocatedResourceId',
  'AllocatedResourceName',
  'AllocatedTags',
  'ContractApplied',
] as const;

/** Without these a file can be no cost and usage data of FOCUS, whatever its version. */
export const REQUIRED = [
  'BilledCost',
  'BillingCurrency',
  'BillingPeriodStart',
  'BillingPeriodEnd',
  'ChargePeriodStart',
  'ChargePeriodEnd',
  'ChargeCategory',
] as const;
