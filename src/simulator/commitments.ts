import type { CalendarFacts } from './levels.ts';
import { PRODUCTS } from './products.ts';
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
  { kind: 'upfront', owner: 'search-prod', covers: [['search-prod', 960]], code: 'AmazonEC2', meter: 'BoxUsage:c7g.xlarge', rate: 1000, hours: 100, name: 'EC2InstanceSavingsPlan-1yr-AllUpfront' },
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
  const places = new Map(accounts.map(({ name }, place) => [name, place]));
  const made: CommitmentSeries[] = [];
  for (const [row, told] of TOLD.entries()) {
    const place = made.length;
    const owner = places.get(told.owner);
    const account = owner === undefined ? undefined : accounts[owner];
    const product = PRODUCTS.find(({ code, meter }) => code === told.code && meter === told.meter);
    if (owner === undefined || account === undefined || product === undefined) continue;
    const bought = newest - UPFRONT_BEFORE;
    const [first, last] =
      told.kind === 'upfront' ? [bought, bought + TERM - 1] : [firstWholeMonth, Number.POSITIVE_INFINITY];
    if (first < firstWholeMonth) continue;
    const region = REGIONS[account.region];
    const id = arnOf(told, account, region?.id ?? '', row);
    const service: Service = {
      ...serviceOf(product, priceText(product.list, product.p)),
      meter: (region?.prefix ?? '') + product.meter,
    };
    const common = {
      region: account.region,
      commitment: place,
      first,
      last,
      week: 'flat',
      growth: 0,
      noise: 0,
      startHour: 0,
      endHour: 24,
      tags: null,
    } as const;
    const amount = {
      ...common,
      account: owner,
      p: 0,
      q: 10,
      billed: 0,
      effective: 0,
      list: 0,
      contracted: 0,
      base: 0,
    } as const;
    const buys = {
      ...amount,
      service: boughtOf(told, service, id),
      ...(told.kind === 'reserved'
        ? { p: 4, q: 6, billed: told.rate, list: told.rate, contracted: told.rate }
        : { billed: 1, list: 1, contracted: 1 }),
    };
    const used = told.covers.flatMap(([name, share]): Series[] => {
      const covered = places.get(name);
      if (covered === undefined) return [];
      const factor = ten(4 - product.p); // prices of 3 decimals and rates of 4 meet at 4
      return [
        {
          ...common,
          account: covered,
          service,
          kind: told.kind === 'reserved' ? 'reservedUsed' : 'planUsed',
          p: 4,
          q: 6,
          billed: 0,
          effective: told.rate,
          list: product.list * factor,
          contracted: product.list * factor,
          base: told.hours * share * 1000,
          week: told.kind === 'reserved' ? 'flat' : 'traffic',
          noise: 12,
          tags: null,
        },
      ];
    });
    made.push({
      kind: told.kind,
      commitment: {
        id,
        name: told.name,
        category: told.kind === 'reserved' ? 'Usage' : 'Spend',
        type: told.kind === 'reserved' ? 'Reserved Instance' : 'Savings Plan',
        unit: told.kind === 'reserved' ? 'Hours' : 'USD',
      },
      costOfDay: told.hours * told.rate * 1e6,
      first,
      last,
      used,
      unused: {
        ...amount,
        service: { ...buys.service, description: `Unused: ${told.name}` },
        kind: told.kind === 'reserved' ? 'reservedUnused' : 'planUnused',
        effective: 1,
      },
      fee: {
        ...buys,
        kind: told.kind === 'reserved' ? 'reservedFee' : told.kind === 'upfront' ? 'planUpfront' : 'planFee',
      },
    });
  }
  return made;
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
