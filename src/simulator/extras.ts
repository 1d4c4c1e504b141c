import type { KindName } from './kinds.ts';
import type { CalendarFacts } from './levels.ts';
import type { Series, SimAccount } from './series.ts';
import { named, type Service } from './services.ts';

/** A series whose days are set one by one. `on` gives the amount of a day in 10⁻¹⁰ USD (or of as many decimals as its series has); 0 for none. */
export interface Extra {
  readonly series: Series;
  readonly on: (at: CalendarFacts, newest: number) => number;
  /** Days after which the line arrives; 0: with its day. */
  readonly lag?: (at: CalendarFacts, newest: number) => number;
}

interface Sold {
  readonly code: string | null;
  readonly name?: string;
  readonly category?: string;
  readonly subcategory: string;
  readonly description: string;
  readonly publisher?: string;
  /** Of its amounts; 10 where not said. */
  readonly decimals?: 15;
}

/** Names as sellers choose them: commas, quotes, characters of other scripts, and one that a spreadsheet would run. */
// biome-ignore format: one product a row
const MARKETPLACE = {
  identity: { code: null, name: 'Lockbox, Inc. "Workforce" Identity', category: 'Identity', subcategory: 'Identity and Access Management', description: 'Contract, per user, 12 months', publisher: 'Lockbox, Inc.' },
  characters: { code: null, name: '漢字 OCR サービス', category: 'AI and Machine Learning', subcategory: 'Machine Learning', description: 'ページ単位', publisher: '株式会社 例示' },
  formula: { code: null, name: '=cmd() Cell Runner', category: 'Developer Tools', subcategory: 'Developer Platforms', description: '=HYPERLINK("x"), monthly', publisher: '@cells GmbH' },
  metrics: { code: null, name: 'Hostwatch Pro', category: 'Management and Governance', subcategory: 'Observability', description: 'Per host and hour', publisher: 'Hostwatch Ltd.' },
} as const satisfies Record<string, Sold>;

type Day = CalendarFacts;
const CENT = 100_000_000;
const firstOfMonth = (cents: number) => (at: Day) => (at.dayOfMonth === 1 ? cents * CENT : 0);
const onDayOfMonth = (day: number, cents: number) => (at: Day) => (at.dayOfMonth === day ? cents * CENT : 0);
const monthEnd = (cents: number) => (at: Day) => (at.dayOfMonth === at.daysInMonth ? cents * CENT : 0);

interface Told extends Omit<Extra, 'series'> {
  readonly account: string;
  readonly kind: KindName;
  readonly sold: Sold;
}

const told = (account: string, kind: KindName, sold: Sold, on: Extra['on'], lag?: Extra['lag']): Told => ({
  account,
  kind,
  sold,
  on,
  ...(lag === undefined ? {} : { lag }),
});

const aws = (code: string, subcategory: string, description: string): Sold => ({
  code,
  subcategory,
  description,
});

// biome-ignore format: one charge a row
const TOLD: readonly Told[] = [
  told('prod-core', 'monthlyFee', aws('AWSSupportBusiness', 'Support', 'AWS Support (Business), monthly'), firstOfMonth(148_500)),
  told('identity', 'monthlyFee', MARKETPLACE.identity, firstOfMonth(31_000)),
  told('sandbox-a', 'monthlyFee', MARKETPLACE.formula, firstOfMonth(300)),
  told('lake-etl', 'usage', MARKETPLACE.characters, (at) => (180 + ((at.day * 37) % 60)) * CENT),
  told('observability', 'usage', MARKETPLACE.metrics, () => 612 * CENT),
  told('dns-core', 'oneTimeFee', aws('AmazonRegistrar', 'Network Routing', 'Renewal of example.org'), ({ date }) => (date.endsWith('-03-09') || date.endsWith('-10-22') ? 1_200 * CENT : 0)),
  told('prod-core', 'credit', aws('AmazonEC2', 'Virtual Machines', 'Migration programme credit'), onDayOfMonth(5, -118_000)),
  told('ml-train', 'credit', aws('AmazonSageMaker', 'Machine Learning', 'Proof of concept credit'), onDayOfMonth(5, -24_000)),
  told('sandbox-a', 'credit', aws('AmazonEC2', 'Virtual Machines', 'Workshop credit'), onDayOfMonth(11, -1_440)),
  // Of the two refunds one comes every month, the other arrived only now for a day twelve days back.
  told('pay-prod', 'refund', aws('AmazonRDS', 'Relational Databases', 'Refund of an earlier invoice'), onDayOfMonth(4, -8_840)),
  told('warehouse', 'refund', aws('AmazonRDS', 'Relational Databases', 'Refund: storage billed twice'), (at, newest) => (at.day === newest - 12 ? -3_000 * CENT : 0), () => 12),
  ...['erp-bridge', 'ledger', 'bi-prod'].map((account) => told(account, 'usage', aws('AWSGlue', 'Data Processing', 'Month-end closing job'), monthEnd(880))),
  ...['sandbox-a', 'kb-search', 'mail-relay', 'dns-core', 'research-lab', 'legacy-crm'].map((account) => told(account, 'freeTier', aws('AWSLambda', 'Serverless Compute', 'AWS Lambda, free tier'), () => CENT)),
  told('sandbox-a', 'usage', aws('AWSQueueService', 'Messaging', 'Three requests: 0.0000012 USD'), () => 12_000),
  told('sandbox-a', 'usage', { ...aws('AWSXRay', 'Developer Platforms', 'Traces, with all 15 decimals'), decimals: 15 }, ({ day }) => 123_456_789_012_345 + day),
];

/** Everything that is not a meter of usage or a commitment: support, fees, Marketplace, credits, refunds, month-end jobs, free tiers. Tax is made by the plan, from sums. */
export function extrasOf(accounts: readonly SimAccount[]): Extra[] {
  return TOLD.flatMap(({ account: name, kind, sold, ...days }): Extra[] => {
    const place = accounts.findIndex((account) => account.name === name);
    const account = accounts[place];
    return account === undefined
      ? []
      : [{ ...days, series: { ...setByDay(place, kind, sold), first: account.opens, last: account.closes } }];
  });
}

const AMOUNT = { billed: 1, effective: 1, list: 1, contracted: 1 } as const;
const FREE = { billed: 0, effective: 0, list: 0, contracted: 0 } as const;

/** A series of amounts in 10⁻¹⁰ USD, quantity 1: what is not counted in units. */
export function setByDay(account: number, kind: Series['kind'], sold: Sold): Series {
  const known =
    sold.code === null ? { name: sold.name ?? '', category: sold.category ?? 'Other' } : named(sold.code);
  const service: Service = {
    code: sold.code,
    ...known,
    subcategory: sold.subcategory,
    meter: 'Dollar', // as AWS meters support: the quantity is the amount, the price 1
    operation: null,
    unit: 'USD',
    description: sold.description,
    resourceType: null,
    resource: null,
    publisher: sold.publisher ?? 'AWS',
  };
  return {
    account,
    service,
    region: null,
    kind,
    commitment: null,
    p: 0,
    q: sold.decimals ?? 10,
    ...(kind === 'freeTier' ? FREE : AMOUNT),
    base: 0,
    week: 'flat',
    growth: 0,
    noise: 0,
    first: Number.NEGATIVE_INFINITY,
    last: Number.POSITIVE_INFINITY,
    startHour: 0,
    endHour: 24,
    tags: null,
  };
}
