import type { BillingPeriod } from '../core/calendar/billing-period.ts';
import type { ColumnDef } from '../ports/engine.ts';
import { COST_LINE_COLUMNS, EVENT_LINE_COLUMNS } from '../sql/schema.ts';
import { joined, name, type Sql, sql } from '../sql/sql.ts';
import type { GeneratedRows, Profile } from './profile.ts';
import { raw } from './reading/raw-table.ts';
import { isText, nothingOf } from './reading/values.ts';
import { fromRaw, unfit } from './survey.ts';
import type { Survey } from './surveyed.ts';

/** Beyond so many spellings of a month's beginning the period is compared as a date: slower, and never wrong. */
const VALUES_MAX = 100;

/** The good rows of one billing period as COST_LINE_COLUMNS, drop and generate rules applied. */
export function linesOf(profile: Profile, survey: Survey, period: BillingPeriod, sourceId: string): Sql {
  const conditions = [
    periodFilter(profile, survey, period),
    profile.dropped === undefined ? undefined : sql`NOT ${profile.dropped}`,
    survey.rejectedRows === 0 ? undefined : sql`NOT ${unfit(profile) ?? sql`false`}`,
  ].filter((condition) => condition !== undefined);
  const kept = sql`SELECT ${columnList(profile, profile.columns, sourceId)} FROM ${fromRaw(profile)}${where(conditions)}`;
  if (survey.generatedRows === 0) return kept;
  const made = profile.generated.map((part) => generatedOf(profile, survey, period, sourceId, part));
  return joined([kept, ...made], ' UNION ALL ');
}

function generatedOf(
  profile: Profile,
  survey: Survey,
  period: BillingPeriod,
  sourceId: string,
  part: GeneratedRows,
): Sql {
  const columns = new Map([...profile.columns, ...part.columns]);
  for (const metric of ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost'] as const) {
    columns.set(metric, part.amounts.get(metric) ?? sql`CAST(0 AS decimal(38,15))`);
  }
  columns.set('ChargeCategory', sql`${part.chargeCategory}`);
  const conditions = [
    part.where,
    periodFilter(profile, survey, period),
    survey.rejectedRows === 0 ? undefined : sql`NOT ${unfit(profile) ?? sql`false`}`,
  ].filter((condition) => condition !== undefined);
  return sql`SELECT ${columnList(profile, columns, sourceId)} FROM ${fromRaw(profile)}${where(conditions)}`;
}

/** What lines of this format have beside COST_LINE_COLUMNS. */
export const extraColumns = ({ events }: Profile): readonly ColumnDef[] =>
  events === undefined ? [] : EVENT_LINE_COLUMNS;

function columnList(profile: Profile, columns: ReadonlyMap<string, Sql>, sourceId: string): Sql {
  const all = [...COST_LINE_COLUMNS, ...extraColumns(profile)].map((column) => {
    const value = column.name === 'x_SourceId' ? sql`${sourceId}` : columns.get(column.name);
    return sql`${value ?? nothingOf(column.type)} AS ${name(column.name)}`;
  });
  return joined(all);
}

const where = (conditions: readonly Sql[]): Sql =>
  conditions.length === 0 ? sql`` : sql` WHERE ${joined(conditions, ' AND ')}`;

/** On the source's own column and spellings, so that files and row groups of other months are skipped unread. */
function periodFilter(profile: Profile, survey: Survey, period: BillingPeriod): Sql | undefined {
  if (survey.periodValues.size === 1 && survey.periodValues.has(period) && survey.rejectedRows === 0)
    return undefined;
  const column = profile.table.find(profile.periodColumn);
  const values = survey.periodValues.get(period) ?? [];
  const start = profile.columns.get('BillingPeriodStart') ?? sql`NULL`;
  if (column !== undefined && isText(column) && values.length <= VALUES_MAX && values.length > 0) {
    return sql`${raw(column)} IN (${joined(values.map((value) => sql`${value}`))})`;
  }
  const from = sql`CAST(${`${period}-01 00:00:00`} AS timestamp)`;
  const at =
    column !== undefined && /^(timestamp|date)/.test(column.type) && !column.type.includes('zone')
      ? raw(column)
      : start;
  return sql`${at} >= ${from} AND ${at} < ${from} + interval '1' month`;
}
