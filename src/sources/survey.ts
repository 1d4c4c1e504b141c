import type { BillingPeriod } from '../core/calendar/billing-period.ts';
import type { Engine } from '../ports/engine.ts';
import { METRICS } from '../sql/schema.ts';
import { joined, name, type Sql, sql } from '../sql/sql.ts';
import type { SourceTotal } from './contract.ts';
import type { GeneratedRows, Profile } from './profile.ts';
import { raw } from './reading/raw-table.ts';
import { totalled } from './totals.ts';

/** What one pass over a delivery tells: its periods, its totals as the source says them, and how many rows are unfit. */
export interface Survey {
  readonly totals: readonly SourceTotal[];
  /** As in the contract: most rows first. */
  readonly periods: readonly { readonly period: BillingPeriod; readonly rows: number }[];
  /** What the period column says in the source for each period, as text; the key to its rows. */
  readonly periodValues: ReadonlyMap<BillingPeriod, readonly string[]>;
  readonly rejectedRows: number;
  readonly generatedRows: number;
  readonly rows: number;
  /** Some row says some amount. */
  readonly hasAmounts: boolean;
}

const ZERO = sql`CAST(0 AS decimal(38,15))`;

/** Reads the delivery once, all figures in one grouping. */
export async function surveyOf(engine: Engine, profile: Profile): Promise<Survey> {
  const read = await engine.rows(surveySql(profile));
  const made = await Promise.all(profile.generated.map((part) => engine.rows(generatedSql(profile, part))));
  return totalled(read, made.flat());
}

/** True for a row that cannot be loaded; undefined if the columns' types rule that out. */
export const unfit = ({ checks }: Profile): Sql | undefined =>
  checks.length === 0
    ? undefined
    : sql`(${joined(
        checks.map(({ bad }) => bad),
        ' OR ',
      )})`;

/** `FROM raw r` with the small relations that the format joins. */
export const fromRaw = ({ table, joins }: Profile): Sql => sql`${name(table.relation)} r ${joins ?? sql``}`;

function surveySql(profile: Profile): Sql {
  const column = profile.table.find(profile.periodColumn);
  const periodKey = column === undefined ? sql`CAST(NULL AS varchar)` : raw(column);
  const of = (name: string): Sql => profile.columns.get(name) ?? sql`CAST(NULL AS varchar)`;
  const amounts = METRICS.flatMap((metric, i) => {
    const { read, setAside, residue } = profile.metrics[metric];
    const [r, a, s] = [name(`r${i}`), name(`a${i}`), name(`s${i}`)];
    return [
      sql`${read} AS ${r}`,
      sql`${setAside ?? sql`CAST(NULL AS decimal(38,15))`} AS ${a}`,
      sql`${residue ?? sql`CAST(NULL AS decimal(38,25))`} AS ${s}`,
    ];
  });
  const sums = METRICS.flatMap((_, i) => {
    const [r, a, s] = [name(`r${i}`), name(`a${i}`), name(`s${i}`)];
    return [
      sql`sum(${r})`,
      sql`sum(CASE WHEN unfit THEN ${r} END)`,
      sql`sum(CASE WHEN unfit THEN NULL WHEN dropped THEN ${r} ELSE ${a} END)`,
      sql`sum(${s})`,
    ];
  });
  return sql`
    SELECT CAST(period_key AS varchar), min(period_start), currency, line_item_type, charge_category, count(*),
      count(CASE WHEN unfit THEN 1 END), count(CASE WHEN dropped AND NOT unfit THEN 1 END), ${joined(sums)}
    FROM (
      SELECT ${periodKey} AS period_key, ${of('BillingPeriodStart')} AS period_start, ${of('BillingCurrency')} AS currency,
        ${of('x_LineItemType')} AS line_item_type, ${of('ChargeCategory')} AS charge_category,
        ${unfit(profile) ?? sql`false`} AS unfit, ${profile.dropped ?? sql`false`} AS dropped, ${joined(amounts)}
      FROM ${fromRaw(profile)}
    ) AS lines
    GROUP BY period_key, currency, line_item_type, charge_category
    ORDER BY 1, 3, 4, 5`;
}

function generatedSql(profile: Profile, { where, amounts, chargeCategory }: GeneratedRows): Sql {
  const of = (name: string): Sql => profile.columns.get(name) ?? sql`CAST(NULL AS varchar)`;
  const sums = METRICS.map((_, i) => sql`sum(${name(`g${i}`)})`);
  const values = METRICS.map((metric, i) => sql`${amounts.get(metric) ?? ZERO} AS ${name(`g${i}`)}`);
  return sql`
    SELECT period, currency, line_item_type, ${chargeCategory}, count(*), ${joined(sums)}
    FROM (
      SELECT ${of('BillingPeriodStart')} AS period, ${of('BillingCurrency')} AS currency,
        ${of('x_LineItemType')} AS line_item_type,
        ${joined(values)}
      FROM ${fromRaw(profile)}
      WHERE ${where} AND NOT ${unfit(profile) ?? sql`false`}
    ) AS made
    GROUP BY period, currency, line_item_type
    ORDER BY 1, 2, 3`;
}
