import { type Sql, sql } from '../../sql/sql.ts';

/** AWS's line item types and what FOCUS makes of them; the rules are told in README.md. */
export const DISCOUNTS = ['EdpDiscount', 'PrivateRateDiscount', 'BundledDiscount', 'Discount'] as const;
const USAGE = ['Usage', 'FlatRateSubscription', 'SavingsPlanCoveredUsage', 'DiscountedUsage'] as const;
const COVERED = ['SavingsPlanCoveredUsage', 'DiscountedUsage'] as const;
const PURCHASES = ['SavingsPlanRecurringFee', 'SavingsPlanUpfrontFee', 'RIFee', 'Fee'] as const;
const ONE_TIME = ['SavingsPlanUpfrontFee', 'Credit', 'Refund'] as const;
const GROSS = ['Tax', 'Credit', 'Refund'] as const;
const DROPPED = ['SavingsPlanNegation'] as const;

/** Every type that a rule knows. */
export const KNOWN_TYPES: ReadonlySet<string> = new Set([
  ...USAGE,
  ...PURCHASES,
  ...GROSS,
  ...DISCOUNTS,
  ...DROPPED,
]);

/** What the rules look at in a row. Every expression may be a typed NULL. */
export interface LineItem {
  readonly type: Sql;
  readonly description: Sql;
  readonly productCode: Sql;
  readonly operation: Sql;
  readonly usageType: Sql;
  readonly taxType: Sql;
  readonly reservationArn: Sql;
  readonly spansDays: Sql;
  /** The delivery has net columns that are filled. */
  readonly hasNet: boolean;
}

const list = (types: readonly string[]): Sql => sql`(${commas(types)})`;
const commas = (types: readonly string[]): Sql =>
  types.map((type) => sql`${type}`).reduce((a, b) => sql`${a}, ${b}`);

export const isCovered = ({ type }: LineItem): Sql => sql`${type} IN ${list(COVERED)}`;

/** Taxes, credits and refunds are never net of discounts. */
export const isGross = ({ type }: LineItem): Sql => sql`${type} IN ${list(GROSS)}`;

/** The refund of a Savings Plan's one-time fee: like the fee it has no effective cost. */
const isPlanRefund = ({ type, productCode, description }: LineItem): Sql => sql`(${type} = 'Refund'
  AND ${productCode} = 'ComputeSavingsPlans' AND ${description} LIKE 'Refund for one-time fee for Savings Plan ID%')`;

/** Purchases of commitment: their cost comes back as the effective cost of what they cover, and of what stays unused. */
export const isPurchaseOfCommitment = (
  item: LineItem,
): Sql => sql`(${item.type} IN ${list(PURCHASES.slice(0, 3))}
  OR (${item.type} = 'Fee' AND ${item.reservationArn} IS NOT NULL) OR coalesce(${isPlanRefund(item)}, false))`;

/**
 * Rows that no total may count: negations (the covered rows' billed cost is 0 already), split-cost rows (the EC2 rows
 * carry that cost), and, where net columns spread the discounts over the usage, the discount rows.
 */
export const isDropped = ({ type, operation, hasNet }: LineItem): Sql =>
  sql`coalesce(${type} IN ${list(
    hasNet ? [...DROPPED, ...DISCOUNTS] : DROPPED,
  )} OR ${operation} IN ('EKSPod-EC2', 'ECSTask-EC2'), false)`;

export const chargeCategory = (item: LineItem): Sql => sql`CASE
  WHEN ${item.type} IN ${list([...USAGE, ...DISCOUNTS])} THEN 'Usage'
  WHEN ${item.type} IN ${list(PURCHASES)} THEN 'Purchase'
  WHEN ${item.type} IN ('Tax', 'Credit') THEN ${item.type}
  WHEN ${item.type} = 'Refund' AND ${item.taxType} IS NOT NULL THEN 'Tax'
  WHEN ${isPlanRefund(item)} THEN 'Purchase'
  WHEN ${item.type} = 'Refund' THEN 'Usage'
  ELSE 'Adjustment' END`;

/** Null for taxes: CUR does not tell. A fee over more than a day is taken as one that comes again. */
export const chargeFrequency = (item: LineItem): Sql => sql`CASE
  WHEN ${item.type} IN ${list([...USAGE, ...DISCOUNTS])} THEN 'Usage-Based'
  WHEN ${item.type} IN ('SavingsPlanRecurringFee', 'RIFee') THEN 'Recurring'
  WHEN ${item.type} IN ${list(ONE_TIME)} OR ${item.reservationArn} IS NOT NULL THEN 'One-Time'
  WHEN ${item.type} = 'Tax' THEN NULL
  WHEN ${item.type} = 'Fee' AND ${item.spansDays} THEN 'Recurring'
  ELSE 'One-Time' END`;

export const pricingCategory = (item: LineItem): Sql => sql`CASE
  WHEN ${item.type} = 'Tax' THEN NULL
  WHEN ${isCovered(item)} THEN 'Committed'
  WHEN strpos(${item.usageType}, 'Spot') > 0 THEN 'Dynamic'
  ELSE 'Standard' END`;

/** Consumed quantities belong to usage alone. */
export const isUsage = ({ type }: LineItem): Sql => sql`${type} IN ${list(USAGE)}`;
