import { addDays, type BillingDate } from '../core/calendar/billing-date.ts';
import { PRODUCTS } from './products.ts';
import { REGIONS } from './regions.ts';
import { type Series, type SimAccount, ten } from './series.ts';
import { serviceOf } from './services.ts';
import { priceText } from './usage.ts';

type IncidentKind = 'spike' | 'drop' | 'level' | 'drift' | 'new';

/** An incident as it is told: days are relative to the newest complete day, `until: null` goes on to the end of the window. */
interface Told {
  readonly kind: IncidentKind;
  readonly account: string;
  readonly code: string;
  /** Only this meter (without region prefix); all of the service where absent. */
  readonly meter?: string;
  readonly from: number;
  readonly until: number | null;
  /** What the quantity becomes, in 1/1000; for `drift` on its last day, for `new` USD a day in 1/1000. */
  readonly factor: number;
  /** `new` only: index into REGIONS. */
  readonly region?: number;
  readonly cause: string;
}

// biome-ignore format: one incident a row
const TOLD: readonly Told[] = [
  { kind: 'spike', account: 'prod-media', code: 'AmazonS3', meter: 'Requests-Tier1', from: -1, until: null, factor: 7_950, cause: 'PUT requests of a new log shipper' },
  { kind: 'spike', account: 'lake-etl', code: 'AWSGlue', from: 0, until: null, factor: 4_120, cause: 'Job compact-events retried all night' },
  { kind: 'drop', account: 'batch', code: 'AmazonEC2', from: -5, until: null, factor: 302, cause: 'Most of a batch fleet switched off' },
  { kind: 'level', account: 'pay-prod', code: 'AmazonRDS', from: -2, until: null, factor: 550, cause: '2 of 4 readers removed' },
  { kind: 'spike', account: 'prod-core', code: 'AmazonEC2', meter: 'NatGateway-Bytes', from: -46, until: -45, factor: 6_000, cause: 'Image pulls through the NAT gateway' },
  { kind: 'new', account: 'campaign', code: 'AmazonBedrock', from: -62, until: -41, factor: 34_000, region: 2, cause: 'Text generation switched on for one campaign' },
  { kind: 'drift', account: 'observability', code: 'AmazonCloudWatch', meter: 'DataProcessing-Bytes', from: -99, until: -70, factor: 2_600, cause: 'Debug logs left on, more services every day' },
  { kind: 'spike', account: 'app-prod', code: 'AWSLambda', from: -112, until: -112, factor: 14_000, cause: 'A function that called itself' },
  { kind: 'drop', account: 'wms-prod', code: 'AmazonEC2', from: -131, until: -131, factor: 180, cause: 'Outage of the warehouse system' },
  { kind: 'level', account: 'warehouse', code: 'AmazonRedshift', from: -170, until: -141, factor: 1_600, cause: 'Cluster resized for a migration' },
  { kind: 'spike', account: 'sec-audit', code: 'AmazonMacie', from: -182, until: -180, factor: 5_000, cause: 'Full scan of the archive' },
  { kind: 'new', account: 'sandbox-b', code: 'AmazonEC2', meter: 'BoxUsage:m6i.4xlarge', from: -204, until: -202, factor: 231_000, region: 5, cause: 'Leaked key, instances in a region never used' },
  { kind: 'drift', account: 'lake-etl', code: 'AmazonS3', meter: 'TimedStorage-ByteHrs', from: -262, until: -223, factor: 1_700, cause: 'Lifecycle rule missing on a bucket' },
  { kind: 'drop', account: 'streaming', code: 'AmazonKinesis', from: -236, until: -235, factor: 90, cause: 'Producer stopped' },
  { kind: 'spike', account: 'ml-train', code: 'AmazonSageMaker', from: -292, until: -286, factor: 3_400, cause: 'Endpoint left running after a training week' },
  { kind: 'level', account: 'catalog', code: 'AmazonDynamoDB', from: -330, until: -309, factor: 3_800, cause: 'Table switched to on-demand during an import' },
  { kind: 'spike', account: 'log-archive', code: 'AmazonKinesisFirehose', from: -352, until: -351, factor: 7_500, cause: 'Logs replayed after a failover' },
];

/** An incident with the series it happens in. Days are day numbers, both inclusive. */
export interface Incident {
  readonly told: Told;
  readonly account: number;
  readonly from: number;
  readonly until: number;
  readonly series: readonly number[];
}

/** A label: what is true of a simulated organisation, for measuring what finds it. */
export interface Label {
  readonly start: BillingDate;
  readonly end: BillingDate;
  readonly accountId: string;
  readonly accountName: string;
  readonly service: string;
  readonly region: string;
  readonly kind: IncidentKind;
  /** EffectiveCost with the incident less EffectiveCost without it, in 10⁻¹⁵ USD; negative for drops. */
  readonly extra: bigint;
  readonly cause: string;
}

/** Days of calm that an incident needs before it, so that a baseline can know them. */
const CALM_DAYS = 14;

/** Which told incidents happen: those whose account is there and whose days lie in the window with calm before. `new` ones bring their series, which are added to `series`. */
export function incidentsOf(
  accounts: readonly SimAccount[],
  series: Series[],
  newest: number,
  window: { from: number; until: number },
): Incident[] {
  return TOLD.flatMap((told): Incident[] => {
    const account = accounts.findIndex(({ name }) => name === told.account);
    const from = newest + told.from;
    const until = told.until === null ? window.until - 1 : newest + told.until;
    if (account < 0 || from < window.from + CALM_DAYS || until >= window.until) return [];
    if (told.kind === 'new') series.push(newcomer(told, account, from, until));
    const matches = told.kind === 'new' ? [series.length - 1] : matching(series, account, told);
    return matches.length === 0 ? [] : [{ told, account, from, until, series: matches }];
  });
}

const matching = (series: readonly Series[], account: number, { code, meter }: Told): number[] =>
  series.flatMap((one, id) =>
    one.account === account &&
    one.service.code === code &&
    one.base > 0 &&
    one.commitment === null &&
    (meter === undefined || one.service.meter?.endsWith(meter) === true)
      ? [id]
      : [],
  );

function newcomer(
  { code, meter, factor, region = 0 }: Told,
  account: number,
  first: number,
  last: number,
): Series {
  const product = PRODUCTS.find((one) => one.code === code && (meter === undefined || one.meter === meter));
  if (product === undefined) throw new Error(`No meter for ${code}`);
  const { p, q, list, contracted } = product;
  return {
    account,
    service: {
      ...serviceOf(product, priceText(list, p)),
      meter: `${REGIONS[region]?.prefix ?? ''}${product.meter}`,
    },
    region,
    kind: 'usage',
    commitment: null,
    p,
    q,
    billed: contracted,
    effective: contracted,
    list,
    contracted,
    base: Math.floor(((factor / 1000) * ten(p + q)) / contracted),
    week: 'flat',
    growth: 0,
    noise: 40,
    first,
    last,
    startHour: 0,
    endHour: 24,
    tags: null,
  };
}

/** What a quantity becomes on `day`, in 1/1000; 1000 outside. `new` needs no factor: its series has no other days. */
export function factorOn({ told, from, until }: Incident, day: number): number {
  if (day < from || day > until || told.kind === 'new') return 1000;
  if (told.kind !== 'drift') return told.factor;
  return 1000 + ((told.factor - 1000) * (day - from + 1)) / (until - from + 1);
}

/** The label of an incident. `extra` in 10⁻¹⁵ USD. */
export function labelOf(
  { told, account, from, until, series }: Incident,
  all: readonly Series[],
  accounts: readonly SimAccount[],
  extra: bigint,
): Label {
  const region = all[series[0] ?? 0]?.region ?? null;
  const epoch = '1970-01-01' as BillingDate;
  return {
    start: addDays(epoch, from),
    end: addDays(epoch, until),
    accountId: accounts[account]?.id ?? '',
    accountName: accounts[account]?.name ?? '',
    service: told.code,
    region: region === null ? '' : (REGIONS[region]?.id ?? ''),
    kind: told.kind,
    extra,
    cause: told.cause,
  };
}
