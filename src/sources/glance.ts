import type { Cell, Engine, Row } from '../ports/engine.ts';
import { joined, name, type Sql, sql } from '../sql/sql.ts';
import type { FoundDelivery, OpenOptions, Reject } from './contract.ts';
import { dropAll, recognised, sourceName } from './open.ts';
import type { Profile } from './profile.ts';
import { rejectsOf } from './rejects.ts';
import { fromRaw, unfit } from './survey.ts';
import { refuseAllEmpty } from './without-costs.ts';

/** Lines and the exact BilledCost of one value of one dimension, in one currency. `value` is null where the bill says none. */
export interface Slice {
  readonly currency: string;
  readonly value: string | null;
  readonly lines: number;
  /** Decimal text at scale 15. */
  readonly billed: string;
}

/** A day of a billing period. */
export interface DaySlice extends Slice {
  /** `YYYY-MM-DD`, the UTC day of ChargePeriodStart. */
  readonly value: string;
  /** First day of the billing period, `YYYY-MM-DD`. */
  readonly periodStart: string;
}

/** Usage of one service in one account, in two weeks of which `now` is the later. */
interface WeekChange {
  readonly currency: string;
  readonly service: string | null;
  readonly account: string | null;
  readonly before: string;
  readonly now: string;
}

/** A first look at a delivery, without a lake. */
export interface Glance {
  readonly files: readonly string[];
  readonly format: string;
  readonly label: string;
  readonly source: string;
  readonly categories: readonly Slice[];
  readonly services: readonly Slice[];
  readonly accounts: readonly Slice[];
  readonly days: readonly DaySlice[];
  readonly unknownColumns: readonly string[];
  readonly notes: readonly string[];
  readonly rejectedRows: number;
  readonly rejects: readonly Reject[];
  /** Lines that cost something, beyond the first of each set equal in all that tells charges apart; of a large bill one day is compared. */
  readonly repeatedLines: { readonly lines: number; readonly onlyOn: string | undefined };
  /** Usage by service and account in the weeks that begin on these Mondays, `YYYY-MM-DD`. */
  changes(weekBefore: string, weekNow: string): Promise<readonly WeekChange[]>;
  close(): Promise<void>;
}

/** Lines of a bill that are all compared with each other; of a larger one those of the latest day. */
const COMPARED_MAX = 200_000;

/** @throws UserError as `openSource` does */
export async function glance(engine: Engine, found: FoundDelivery, options: OpenOptions): Promise<Glance> {
  const { staged, profile } = await recognised(engine, found, options);
  const close = async (): Promise<void> => {
    await engine.drop(summaryOf(profile));
    await dropAll(engine, staged);
  };
  try {
    const rejectedRows = await countUnfit(engine, profile);
    const kept = keptRows(profile, rejectedRows > 0);
    await engine.keep(summaryOf(profile), summarySql(profile, kept));
    const slices = slicesOf(await engine.rows(slicesSql(profile)));
    await refuseAllEmpty(engine, profile);
    return {
      files: staged.files,
      format: profile.format,
      label: profile.label,
      source: found.suggestedSource ?? sourceName(staged.files[0], profile.format),
      ...slices,
      unknownColumns: profile.table.unknown(),
      notes: [...staged.notes, ...profile.notes],
      rejectedRows,
      rejects: rejectedRows === 0 ? [] : await rejectsOf(engine, profile, staged),
      repeatedLines: await repeated(engine, profile, kept, slices.days),
      changes: (before, now) => changesOf(engine, profile, before, now),
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

const column = ({ columns }: Profile, of: string): Sql => columns.get(of) ?? sql`CAST(NULL AS varchar)`;

async function countUnfit(engine: Engine, profile: Profile): Promise<number> {
  const bad = unfit(profile);
  if (bad === undefined) return 0;
  const [row] = await engine.rows(sql`SELECT count(CASE WHEN ${bad} THEN 1 END) FROM ${fromRaw(profile)}`);
  return Number(row?.[0] ?? 0);
}

/** `WHERE` for what would be loaded. */
function keptRows(profile: Profile, someAreUnfit: boolean): Sql {
  const conditions = [
    profile.dropped === undefined ? undefined : sql`NOT ${profile.dropped}`,
    someAreUnfit ? sql`NOT ${unfit(profile) ?? sql`false`}` : undefined,
  ].filter((condition) => condition !== undefined);
  return sql`WHERE ${joined(conditions, ' AND ', sql`true`)}`;
}

type Slices = Pick<Glance, 'categories' | 'services' | 'accounts' | 'days'>;

const summaryOf = ({ table }: Profile): string => `${table.relation}_summary`;

/** One pass over the lines: all that the tables and the changes are made of, small. `daily`: usage that spans at most a day. */
const summarySql = (profile: Profile, kept: Sql): Sql => sql`
  SELECT currency, category, service, account, day, period, daily, count(*) AS lines, sum(billed) AS billed
  FROM (
    SELECT ${column(profile, 'BillingCurrency')} AS currency, ${column(profile, 'ChargeCategory')} AS category,
      ${column(profile, 'ServiceName')} AS service, ${column(profile, 'SubAccountId')} AS account,
      CAST(${column(profile, 'ChargePeriodStart')} AS date) AS day,
      CAST(${column(profile, 'BillingPeriodStart')} AS date) AS period,
      ${column(profile, 'ChargeCategory')} = 'Usage' AND NOT ${column(profile, 'x_SpansDays')} AS daily,
      ${column(profile, 'BilledCost')} AS billed
    FROM ${fromRaw(profile)} ${kept}
  ) AS charges
  GROUP BY currency, category, service, account, day, period, daily`;

const slicesSql = (profile: Profile): Sql => sql`
  SELECT grouping(category, service, account, day), currency, category, service, account, CAST(day AS varchar),
    CAST(period AS varchar), CAST(sum(lines) AS bigint), coalesce(sum(billed), CAST(0 AS decimal(38,15)))
  FROM ${name(summaryOf(profile))}
  GROUP BY GROUPING SETS ((currency, category), (currency, service), (currency, account), (currency, day, period))
  ORDER BY 1, 2, 9 DESC, 3, 4, 5, 6, 7`;

/** What grouping() says of each table: a bit for every column that is not in it. */
const [CATEGORIES, SERVICES, ACCOUNTS, DAYS] = [0b0111, 0b1011, 0b1101, 0b1110];

function slicesOf(rows: readonly Row[]): Slices {
  const of = (mask: number, at: number): Slice[] =>
    rows.filter(([grouping]) => Number(grouping) === mask).map((row) => sliceOf(row, at));
  return {
    categories: of(CATEGORIES, 2),
    services: of(SERVICES, 3),
    accounts: of(ACCOUNTS, 4),
    days: rows
      .filter(([grouping]) => Number(grouping) === DAYS)
      .map((row): DaySlice => ({ ...sliceOf(row, 5), value: String(row[5]), periodStart: String(row[6]) }))
      .sort((a, b) => (a.value < b.value ? -1 : a.value > b.value ? 1 : 0)),
  };
}

const sliceOf = (row: Row, at: number): Slice => ({
  currency: String(row[1] ?? ''),
  value: textOf(row[at]),
  lines: Number(row[7]),
  billed: String(row[8]),
});

const textOf = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined ? null : String(cell);

/** What tells one charge from another; two lines equal in all of it are most likely one that came twice. */
const CHARGE = [
  'SubAccountId',
  'ChargeCategory',
  'ChargeDescription',
  'ResourceId',
  'SkuPriceId',
  'SkuMeter',
  'x_Operation',
  'ChargePeriodStart',
  'PricingQuantity',
  'BilledCost',
  'EffectiveCost',
  'RegionId',
  'AvailabilityZone',
  'CommitmentDiscountId',
  'CommitmentDiscountStatus',
] as const;

/** Nothing that differs in these few columns can be equal in all. */
const QUICK = [
  'SubAccountId',
  'SkuPriceId',
  'RegionId',
  'ChargePeriodStart',
  'PricingQuantity',
  'BilledCost',
] as const;

async function repeated(
  engine: Engine,
  profile: Profile,
  kept: Sql,
  days: readonly DaySlice[],
): Promise<Glance['repeatedLines']> {
  const latest = days.at(-1)?.value;
  if (days.reduce((sum, day) => sum + day.lines, 0) <= COMPARED_MAX || latest === undefined) {
    return { lines: await countRepeated(engine, profile, kept, CHARGE), onlyOn: undefined };
  }
  const onDay = sql`${kept} AND ${column(profile, 'ChargePeriodStart')} >= CAST(${`${latest} 00:00:00`} AS timestamp)`;
  // Mostly a few columns settle it, at a tenth of the reading.
  const suspected = await countRepeated(engine, profile, onDay, QUICK);
  return { lines: suspected === 0 ? 0 : await countRepeated(engine, profile, onDay, CHARGE), onlyOn: latest };
}

async function countRepeated(
  engine: Engine,
  profile: Profile,
  where: Sql,
  columns: readonly string[],
): Promise<number> {
  const keys = columns.map((of, i) => sql`${column(profile, of)} AS ${name(`k${i}`)}`);
  // A line that costs nothing changes no total, however often it comes; free usage is often told twice alike.
  const costs = column(profile, 'EffectiveCost');
  const [row] = await engine.rows(sql`
    SELECT coalesce(sum(times - 1), 0)
    FROM (
      SELECT count(*) AS times
      FROM (SELECT ${joined(keys)} FROM ${fromRaw(profile)} ${where} AND ${costs} <> 0) AS charges
      GROUP BY ${joined(columns.map((_, i) => name(`k${i}`)))}
    ) AS counted
    WHERE times > 1`);
  return Number(row?.[0] ?? 0);
}

/** Charges that span days stay out: a monthly fee in one of two weeks is no change. */
async function changesOf(
  engine: Engine,
  profile: Profile,
  before: string,
  now: string,
): Promise<readonly WeekChange[]> {
  const [from, middle] = [sql`CAST(${before} AS date)`, sql`CAST(${now} AS date)`];
  const zero = sql`CAST(0 AS decimal(38,15))`;
  const rows = await engine.rows(sql`
    SELECT currency, service, account, before, now
    FROM (
      SELECT currency, service, account, sum(CASE WHEN day >= ${middle} THEN ${zero} ELSE billed END) AS before,
        sum(CASE WHEN day >= ${middle} THEN billed ELSE ${zero} END) AS now
      FROM ${name(summaryOf(profile))}
      WHERE daily AND day >= ${from} AND day < ${middle} + interval '7' day
      GROUP BY currency, service, account
    ) AS weeks
    WHERE before <> now
    ORDER BY abs(now - before) DESC, service, account, currency
    LIMIT 10`);
  return rows.map(([currency, service, account, earlier, later]) => ({
    currency: String(currency),
    service: textOf(service),
    account: textOf(account),
    before: String(earlier),
    now: String(later),
  }));
}
