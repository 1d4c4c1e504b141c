/** What sort of charge a line is: the FOCUS columns that hang together, and CUR's name for it. */
export interface Kind {
  readonly category: 'Usage' | 'Purchase' | 'Tax' | 'Credit';
  readonly chargeClass: 'Correction' | null;
  readonly frequency: 'Usage-Based' | 'Recurring' | 'One-Time';
  readonly pricing: 'Standard' | 'Dynamic' | 'Committed' | null;
  readonly status: 'Used' | 'Unused' | null;
  /** The charge covers its whole month and is dated day 1. */
  readonly monthly: boolean;
  /** Whether quantities, unit prices and SKU belong on the line. */
  readonly priced: boolean;
  readonly lineItemType: string;
}

const kind = (
  lineItemType: string,
  category: Kind['category'],
  frequency: Kind['frequency'],
  more: Partial<Kind> = {},
): Kind => ({
  lineItemType,
  category,
  frequency,
  chargeClass: null,
  pricing: 'Standard',
  status: null,
  monthly: false,
  priced: true,
  ...more,
});

/** All kinds of lines that the simulator writes, by name; a series says which one it is by its place here. */
export const KINDS = {
  usage: kind('Usage', 'Usage', 'Usage-Based'),
  spot: kind('Usage', 'Usage', 'Usage-Based', { pricing: 'Dynamic' }),
  planUsed: kind('SavingsPlanCoveredUsage', 'Usage', 'Usage-Based', { pricing: 'Committed', status: 'Used' }),
  planUnused: kind('SavingsPlanUnused', 'Usage', 'Usage-Based', { pricing: 'Committed', status: 'Unused' }),
  planFee: kind('SavingsPlanRecurringFee', 'Purchase', 'Recurring'),
  planUpfront: kind('SavingsPlanUpfrontFee', 'Purchase', 'One-Time'),
  reservedUsed: kind('DiscountedUsage', 'Usage', 'Usage-Based', { pricing: 'Committed', status: 'Used' }),
  reservedUnused: kind('ReservedUnused', 'Usage', 'Usage-Based', {
    pricing: 'Committed',
    status: 'Unused',
    monthly: true,
  }),
  reservedFee: kind('RIFee', 'Purchase', 'Recurring', { monthly: true }),
  tax: kind('Tax', 'Tax', 'Recurring', { pricing: null, monthly: true, priced: false }),
  monthlyFee: kind('Fee', 'Purchase', 'Recurring', { monthly: true }),
  oneTimeFee: kind('Fee', 'Purchase', 'One-Time'),
  credit: kind('Credit', 'Credit', 'One-Time', { pricing: null, priced: false }),
  refund: kind('Refund', 'Usage', 'One-Time', { chargeClass: 'Correction', pricing: null, priced: false }),
  freeTier: kind('Usage', 'Usage', 'Usage-Based'),
} as const satisfies Record<string, Kind>;
export type KindName = keyof typeof KINDS;

/** The names in their order: a number in the engine stands for a name's place. */
export const KIND_NAMES = Object.keys(KINDS) as readonly KindName[];
