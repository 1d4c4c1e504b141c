import type { CalendarFacts } from './levels.ts';
import { PRODUCTS, type Product } from './products.ts';
import { REGIONS } from './regions.ts';
import { type Commitment, type Series, type SimAccount, ten } from './series.ts';
import { named, type Service, serviceOf } from './services.ts';
import { priceText } from './usage.ts';

/** A commitment of the organisation, told by names. Rates are in 10⁻⁴ USD an hour of the meter. */
interface Told {
  readonly kind: 'plan' | 'upfront' | 'reserved';
  readonly owner: string;
  /** Covered accounts, and how much of the commitment's hours each usually uses, in 1/1000. */
  readonly covers: readonly (readonly [account: string, share: number])[];
  readonly code: string;
  readonly meter: string;
  /** Price of a covered hour, and hours bought a day. */
  readonly rate: number;
  readonly hours: number;
  readonly name: string;
}

// biome-ignore format: one commitment a row
const TOLD: readonly Told[] = [
  { kind: 'plan', owner: 'prod-core', covers: [['prod-core', 560], ['prod-web', 365]], code: 'AmazonEC2', meter: 'BoxUsage:c7g.xlarge', rate: 1093, hours: 600, name: 'ComputeSavingsPlan-1yr-NoUpfront' },
  { kind: 'upfront', owner: 'search-prod', covers: [['search-prod', 960]], code: 'AmazonEC2', meter: 'BoxUsage:c7g.xlarge', rate: 1000, hours: 60, name: 'EC2InstanceSavingsPlan-1yr-AllUpfront' },
  { kind: 'reserved', owner: 'shop-prod', covers: [['shop-prod', 985]], code: 'AmazonRDS', meter: 'InstanceUsage:db.r6g.xl', rate: 3345, hours: 96, name: 'RDS-db.r6g.xl-1yr-NoUpfront' },
  { kind: 'reserved', owner: 'catalog', covers: [['catalog', 900]], code: 'AmazonElastiCache', meter: 'NodeUsage:cache.r6g.large', rate: 1590, hours: 72, name: 'ElastiCache-r6g.large-1yr-NoUpfront' },
];

/** The all-upfront plan was bought this many days before the newest complete day, for a year. */
const UPFRONT_BEFORE = 380;
const TERM = 365;

/** A commitment with the series that show it. All its amounts have 10 decimals: p + q = 10. */
export interface CommitmentSeries {
  readonly kind: Told['kind'];
  readonly commitment: Commitment;
  /** What a day costs, in 10⁻¹⁰ USD. */
  readonly costOfDay: number;
  readonly first: number;
  readonly last: number;
  readonly used: readonly Series[];
  readonly unused: Series;
  readonly fee: Series;
}

/** The commitments whose owner is among `accounts`. `newest`: newest complete day; `firstWholeMonth`: where the window's first whole month begins. */
export function commitmentsOf(
  accounts: readonly SimAccount[],
  newest: number,
  firstWholeMonth: number,
): CommitmentSeries[] {
  const made: CommitmentSeries[] = [];
  for (const [row, told] of TOLD.entries()) {
    const owner = accounts.findIndex(({ name }) => name === told.owner);
    const account = accounts[owner];
    const product = PRODUCTS.find(({ code, meter }) => code === told.code && meter === told.meter);
    const bought = told.kind === 'upfront' ? newest - UPFRONT_BEFORE : firstWholeMonth;
    if (account === undefined || product === undefined || bought < firstWholeMonth) continue;
    const last = told.kind === 'upfront' ? bought + TERM - 1 : Number.POSITIVE_INFINITY;
    made.push(
      commitmentOf({ told, row, place: made.length, owner, accounts, account, product, first: bought, last }),
    );
  }
  return made;
}

/** A told commitment with all that it is made of. */
interface Draft {
  readonly told: Told;
  readonly row: number;
  /** Its place among the commitments of the plan. */
  readonly place: number;
  readonly owner: number;
  readonly accounts: readonly SimAccount[];
  readonly account: SimAccount;
  readonly product: Product;
  readonly first: number;
  readonly last: number;
}

function commitmentOf(draft: Draft): CommitmentSeries {
  const { told, row, owner, account, product, first, last } = draft;
  const reserved = told.kind === 'reserved';
  const region = REGIONS[account.region];
  const id = arnOf(told, account, region?.id ?? '', row);
  const covered: Service = {
    ...serviceOf(product, priceText(product.list, product.p)),
    meter: (region?.prefix ?? '') + product.meter,
  };
  const bought = boughtOf(told, covered, id);
  const amount = { ...steady(draft), account: owner, service: bought };
  return {
    kind: told.kind,
    commitment: {
      id,
      name: told.name,
      category: reserved ? 'Usage' : 'Spend',
      type: reserved ? 'Reserved Instance' : 'Savings Plan',
      unit: reserved ? 'Hours' : 'USD',
    },
    costOfDay: told.hours * told.rate * 1e6,
    first,
    last,
    used: told.covers.flatMap(([name, share]) => usedBy(draft, covered, name, share)),
    unused: {
      ...amount,
      service: { ...bought, description: `Unused: ${told.name}` },
      kind: reserved ? 'reservedUnused' : 'planUnused',
      effective: 1,
    },
    fee: {
      ...amount,
      kind: reserved ? 'reservedFee' : told.kind === 'upfront' ? 'planUpfront' : 'planFee',
      ...(reserved
        ? { p: 4, q: 6, billed: told.rate, list: told.rate, contracted: told.rate }
        : { billed: 1, list: 1, contracted: 1 }),
    },
  };
}

/** What the series of a commitment have in common: amounts of 10 decimals, set day by day. */
const steady = ({ account, place, first, last }: Draft) =>
  ({
    region: account.region,
    commitment: place,
    first,
    last,
    p: 0,
    q: 10,
    billed: 0,
    effective: 0,
    list: 0,
    contracted: 0,
    base: 0,
    week: 'flat',
    growth: 0,
    noise: 0,
    startHour: 0,
    endHour: 24,
    tags: null,
  }) as const;

function usedBy(draft: Draft, service: Service, name: string, share: number): Series[] {
  const { told, accounts, product } = draft;
  const account = accounts.findIndex((one) => one.name === name);
  if (account < 0) return [];
  const onDemand = product.list * ten(4 - product.p); // prices of 3 decimals and rates of 4 meet at 4
  return [
    {
      ...steady(draft),
      account,
      service,
      kind: told.kind === 'reserved' ? 'reservedUsed' : 'planUsed',
      p: 4,
      q: 6,
      effective: told.rate,
      list: onDemand,
      contracted: onDemand,
      base: told.hours * share * 1000,
      noise: 12,
    },
  ];
}

function arnOf({ kind, code }: Told, { id }: SimAccount, region: string, place: number): string {
  const unique = `5f0c${place}a17-2d4e-4b6f-9a8b-0c1d2e3f${place}b5a`;
  if (kind !== 'reserved') return `arn:aws:savingsplans::${id}:savingsplan/${unique}`;
  return code === 'AmazonRDS'
    ? `arn:aws:rds:${region}:${id}:ri:ri-${unique}`
    : `arn:aws:elasticache:${region}:${id}:reserved-instance:ri-${unique}`;
}

/** What the purchase itself is called: plans have a product code of their own, reservations that of the service. */
function boughtOf({ kind, name, code, meter }: Told, covered: Service, id: string): Service {
  const base = {
    resource: id,
    resourceType: kind === 'reserved' ? 'Reserved Instance' : 'Savings Plan',
    description: `Commitment ${name}`,
    publisher: 'AWS',
    operation: null,
  };
  return kind === 'reserved'
    ? {
        ...base,
        code,
        name: covered.name,
        category: covered.category,
        subcategory: covered.subcategory,
        meter: meter.replace(/^\w+/, 'HeavyUsage'),
        unit: 'Hours',
      }
    : {
        ...base,
        code: 'ComputeSavingsPlans',
        ...named('ComputeSavingsPlans'),
        subcategory: 'Virtual Machines',
        meter: name,
        unit: 'USD',
      };
}

/** What a commitment puts on one day, given what its series would use. `used` is cut where the commitment ends; the rest is unused. */
export function settle(
  made: CommitmentSeries,
  wanted: readonly number[],
): { readonly used: number[]; readonly unused: number } {
  let left = made.costOfDay;
  const used = wanted.map((quantity, i) => {
    const rate = made.used[i]?.effective ?? 1;
    const taken = Math.min(quantity, Math.floor(left / rate));
    left -= taken * rate;
    return taken;
  });
  return { used, unused: left };
}

/** The quantity of the fee that is booked on `at` (its price is on the fee's series); 0 for none. */
export function feeOn(made: CommitmentSeries, at: CalendarFacts): number {
  if (at.day < made.first || at.day > made.last) return 0;
  const ofDay = made.costOfDay / made.fee.billed;
  if (made.kind === 'plan') return ofDay;
  if (made.kind === 'upfront') return at.day === made.first ? ofDay * TERM : 0;
  return at.dayOfMonth === 1 ? ofDay * at.daysInMonth : 0;
}
