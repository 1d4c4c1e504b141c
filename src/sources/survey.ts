import type { Engine } from '../ports/engine.ts';
import { METRICS } from '../sql/schema.ts';
import { joined, name, type Sql, sql } from '../sql/sql.ts';
import type { Check, GeneratedRows, Profile } from './profile.ts';
import { raw } from './reading/raw-table.ts';
import type { Survey } from './surveyed.ts';
import { totalled } from './totals.ts';

const ZERO = sql`CAST(0 AS decimal(38,15))`;

/** Reads the delivery once, all figures in one grouping. */
export async function surveyOf(engine: Engine, profile: Profile): Promise<Survey> {
  const read = await engine.rows(surveySql(profile));
  const made = await Promise.all(profile.generated.map((part) => engine.rows(generatedSql(profile, part))));
  return totalled(read, made.flat());
}

/** True for a row that fails this check; never null. `of` says how an expression is written at that place. */
export const isBad = ({ parsed, given }: Check, of: (expression: Sql) => Sql = (same) => same): Sql =>
  given === undefined ? sql`(${of(parsed)} IS NULL)` : sql`(${of(given)} AND ${of(parsed)} IS NULL)`;

/** True for a row that cannot be loaded; undefined if the columns' types rule that out. */
export const unfit = ({ checks }: Profile, of?: (expression: Sql) => Sql): Sql | undefined =>
  checks.length === 0
    ? undefined
    : sql`(${joined(
        checks.map((check) => isBad(check, of)),
        ' OR ',
      )})`;

/** `FROM raw r` with the small relations that the format joins. */
export const fromRaw = ({ table, joins }: Profile): Sql => sql`${name(table.relation)} r ${joins ?? sql``}`;

/**
 * Two levels: what is computed of a row stands once below, however many figures and checks use it (engines do not find
 * equal parts inside CASE and OR by themselves), and is counted and summed above.
 */
function surveySql(profile: Profile): Sql {
  const below = new Map<string, { readonly alias: Sql; readonly expression: Sql }>();
  const once = (expression: Sql): Sql => {
    const found = below.get(expression.text) ?? { alias: name(`e${below.size}`), expression };
    below.set(expression.text, found);
    return found.alias;
  };
  const column = profile.table.find(profile.periodColumn);
  const of = (name: string): Sql => once(profile.columns.get(name) ?? sql`CAST(NULL AS varchar)`);
  const key = once(column === undefined ? sql`CAST(NULL AS varchar)` : raw(column));
  const groups = [key, of('BillingCurrency'), of('x_LineItemType'), of('ChargeCategory')];
  const dropped = profile.dropped === undefined ? sql`false` : once(profile.dropped);
  const isUnfit = unfit(profile, once) ?? sql`false`;
  const sums = METRICS.flatMap((metric) => {
    const { read, setAside, residue } = profile.metrics[metric];
    const [r, away] = [once(read), setAside === undefined ? sql`NULL` : once(setAside)];
    return [
      sql`sum(${r})`,
      sql`sum(CASE WHEN unfit THEN ${r} END)`,
      sql`sum(CASE WHEN unfit THEN NULL WHEN dropped THEN ${r} ELSE CAST(${away} AS decimal(38,15)) END)`,
      residue === undefined ? sql`NULL` : sql`sum(${once(residue)})`,
    ];
  });
  const start = of('BillingPeriodStart');
  const expressions = joined(
    [...below.values()].map(({ alias, expression }) => sql`${expression} AS ${alias}`),
  );
  return sql`
    SELECT CAST(${key} AS varchar), min(${start}), ${joined(groups.slice(1))}, count(*),
      count(CASE WHEN unfit THEN 1 END), count(CASE WHEN dropped AND NOT unfit THEN 1 END), ${joined(sums)}
    FROM (
      SELECT ${joined([...below.values()].map(({ alias }) => alias))}, ${isUnfit} AS unfit, ${dropped} AS dropped
      FROM (SELECT ${expressions} FROM ${fromRaw(profile)}) AS read
    ) AS judged
    GROUP BY ${joined(groups)}
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
