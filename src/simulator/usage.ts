import { COMMON, HABITS, STEADY, WATCHERS, type WeekName } from './archetypes.ts';
import { between, chance, STREAM } from './chance.ts';
import type { AccountSketch } from './organisation.ts';
import { METERS, PRODUCTS, type Product } from './products.ts';
import { REGIONS } from './regions.ts';
import { type Series, type SimAccount, ten } from './series.ts';
import { type Service, serviceOf } from './services.ts';
import { tagsOf } from './tags.ts';

const MICRO = 1_000_000;

/** A service of the account and its money on a usual weekday, in millionths of a USD. */
interface Share {
  readonly code: string;
  readonly micro: number;
}

/** Every usage meter of one account: its services by habit, pinned ones first, each in one to seven meters. */
export function usageOf(seed: number, index: number, account: SimAccount, sketch: AccountSketch): Series[] {
  const found: Series[] = [];
  for (const share of sharesOf(seed, index, sketch)) {
    const regions = [account.region];
    const drawn = chance(seed, STREAM.region, index, ...Array.from(share.code, (c) => c.charCodeAt(0)));
    if (WATCHERS.includes(share.code) && drawn % 100 < 14)
      regions.push((account.region + 1 + (drawn % 3)) % REGIONS.length);
    const meters = metersOf(share, drawn);
    const weights = meters.reduce((sum, meter) => sum + (PRODUCTS[meter]?.weight ?? 0), 0);
    for (const [far, region] of regions.entries()) {
      for (const meter of meters) {
        const product = PRODUCTS[meter];
        if (product === undefined) continue;
        const micro = Math.floor((share.micro * product.weight) / weights / (far === 0 ? 1 : 9));
        found.push(seriesOf({ seed, index, account, sketch, product, meter, region, micro }));
      }
    }
  }
  return found;
}

/** How an account's money is spread over services: pins as they are, the rest by weight with up to 30 % of chance. */
function sharesOf(seed: number, index: number, { archetype, usd, pins = {} }: AccountSketch): Share[] {
  const pinned = Object.entries(pins).map(([code, pin]) => ({ code, micro: pin * MICRO }));
  const rest = usd * MICRO - pinned.reduce((sum, { micro }) => sum + micro, 0);
  const habits: Record<string, number> = { ...COMMON };
  for (const [code, weight] of Object.entries(HABITS[archetype].services))
    habits[code] = (habits[code] ?? 0) + weight;
  const weighed = Object.entries(habits)
    .map(([code, weight], place) => ({ code, weight, drawn: chance(seed, STREAM.share, index, place) }))
    // Nobody uses everything: two of five of the lesser services are left out.
    .filter(({ code, weight, drawn }) => pins[code] === undefined && (weight >= 60 || drawn % 5 >= 2))
    .map(({ code, weight, drawn }) => ({ code, weight: weight * between(drawn, 700, 1300) }));
  const total = weighed.reduce((sum, { weight }) => sum + weight, 0);
  return [
    ...pinned,
    ...weighed.map(({ code, weight }) => ({ code, micro: Math.floor((rest * weight) / total) })),
  ];
}

/** Dear services are bought by all their meters, small ones by one or two. */
function metersOf({ code, micro }: Share, drawn: number): readonly number[] {
  const all = METERS.get(code) ?? [];
  if (micro >= 45 * MICRO) return all;
  if (micro >= 18 * MICRO) return all.slice(0, 2);
  return all.length > 1 && drawn % 4 === 0 ? all.slice(1, 2) : all.slice(0, 1);
}

interface Draft {
  readonly seed: number;
  readonly index: number;
  readonly account: SimAccount;
  readonly sketch: AccountSketch;
  readonly product: Product;
  readonly meter: number;
  readonly region: number;
  readonly micro: number;
}

function seriesOf({ seed, index, account, sketch, product, meter, region, micro }: Draft): Series {
  const drawn = chance(seed, STREAM.weights, index, meter, region);
  // Some small amounts come with all 15 decimals, as doubles of real exports do.
  const q = micro < MICRO / 2 && drawn % 16 === 0 ? 15 - product.p : product.q;
  const units = (micro * ten(product.p + q)) / MICRO;
  const steady = STEADY.includes(product.code);
  const prefix = REGIONS[region]?.prefix ?? '';
  const usd = micro / MICRO;
  return {
    account: index,
    service: meterOf(product, prefix),
    region,
    kind: product.meter.startsWith('Spot') ? 'spot' : 'usage',
    commitment: null,
    p: product.p,
    q,
    billed: product.contracted,
    effective: product.contracted,
    list: product.list,
    contracted: product.contracted,
    base: Math.floor(units / product.contracted),
    week: weekOf(product, sketch, steady),
    growth: account.environment === 'prod' ? between(drawn, 40, 190) : between(drawn, -40, 60),
    noise: steady ? between(drawn, 6, 24) : between(drawn, 28, 72),
    first: account.opens,
    last: account.closes,
    ...hoursOf(product, sketch, drawn),
    tags: product.resource === null ? null : tagsOf(seed, account, drawn % 1_000_003, usd),
  };
}

/** A meter as a region's bill spells it. */
const meterOf = (product: Product, prefix: string): Service => ({
  ...serviceOf(product, priceText(product.list, product.p)),
  meter: prefix + product.meter,
});

/** 832 at 4 decimals → `0.0832`. */
export function priceText(price: number, p: number): string {
  const digits = String(price).padStart(p + 1, '0');
  return p === 0 ? digits : `${digits.slice(0, -p)}.${digits.slice(-p)}`;
}

function weekOf({ code }: Product, { archetype }: AccountSketch, steady: boolean): WeekName {
  if (steady) return 'flat';
  if (code === 'AWSTransfer') return 'jobs';
  return code === 'AWSGlue' || code === 'ElasticMapReduce' ? 'flat' : HABITS[archetype].week;
}

/** Most run all day; jobs run at night; what people switch off runs in working hours. */
function hoursOf(
  { code }: Product,
  { archetype }: AccountSketch,
  drawn: number,
): { startHour: number; endHour: number } {
  if (code === 'AWSGlue' || code === 'ElasticMapReduce' || code === 'AWSTransfer')
    return { startHour: 1 + (drawn % 3), endHour: 7 + (drawn % 4) };
  if (archetype === 'dev' && (code === 'CodeBuild' || code === 'AWSCodePipeline'))
    return { startHour: 6, endHour: 20 };
  return { startHour: 0, endHour: 24 };
}
