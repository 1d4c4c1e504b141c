import type { ColumnDef } from '../ports/engine.ts';
import { CHARGE_KIND } from './parts/charge-kind.ts';
import { ACCOUNTS_THEN, type LevelThere, ouAt } from './parts/ou.ts';
import { ROUTINE } from './rules/c1.ts';
import { COST_LINE_COLUMNS } from './schema.ts';
import { joined, name, type Sql, sql } from './sql.ts';

/** Where files are read that hold accounts of which another source counts: which ones those are. */
export interface PinnedOf {
  /** Relations `<relation>_whole` and `<relation>_contested` hold the files. */
  readonly relation: string;
  readonly columns: readonly ColumnDef[];
  /** The billing month of a row `l`, `YYYY-MM`. */
  readonly billingPeriod: Sql;
  readonly contested: boolean;
  /** The relation that names the account months to leave out. */
  readonly excluded?: string;
}

/** The rows of pinned files without the account months that are excluded; files without any are read as they are. */
export function withoutExcluded({
  relation,
  columns,
  billingPeriod,
  contested,
  excluded = 'excluded_accounts',
}: PinnedOf): Sql {
  const all = joined(columns.map((column) => sql`l.${name(column.name)}`));
  const whole = sql`SELECT ${all} FROM ${name(`${relation}_whole`)} l`;
  if (!contested) return whole;
  return sql`${whole}
    UNION ALL
    SELECT ${all}
    FROM ${name(`${relation}_contested`)} l
    LEFT JOIN ${name(excluded)} x ON x.source = l.x_SourceId
      AND x.billing_period = ${billingPeriod}
      AND x.billing_account_id = coalesce(l.BillingAccountId, '')
      AND x.sub_account_id = coalesce(l.SubAccountId, '')
    WHERE x.source IS NULL`;
}

/** At which version of the lake lines are resolved: as values, or as what each line `l` says of it. */
export interface ResolvedAt {
  /** Levels below Root that make an OU. */
  readonly ouLevel: number | LevelThere;
  /** The version of the rules, as text. */
  readonly rules: string | Sql;
  /** The rules have judged the days before this one, `YYYY-MM-DD`. */
  readonly judgedUntil: string | Sql;
}

/**
 * `cost_lines` as people ask it: the pinned lines, with what is resolved from versioned inputs: BillingDate,
 * x_OU and x_Team of that day, x_Service (A1's), C1's verdict on the line's day, and the rules that spoke.
 * `columns` are those of the lines. x_CostClass is null where no rule has judged the day yet (from `judgedUntil` on); lines that are no daily usage are never judged.
 */
export const costLines = (
  relation: string,
  { ouLevel, rules, judgedUntil }: ResolvedAt,
  columns: readonly ColumnDef[] = COST_LINE_COLUMNS,
): Sql => sql`
  WITH ${ACCOUNTS_THEN}, placed AS (
    SELECT ${namesOf(columns)}, CAST(l.ChargePeriodStart AS date) AS BillingDate,
      ${ouAt(sql`a.path`, ouLevel)} AS x_OU, a.team AS x_Team,
      coalesce(by_code.code,
        CASE WHEN ${OWN_CODE} IS NULL THEN by_name.code ELSE ${OWN_CODE} END,
        nullif(l.ServiceName, ''), nullif(l.x_ServiceCode, ''), 'Unknown') AS x_Service,
      CAST(l.ChargePeriodStart AS date) < CAST(${judgedUntil} AS date) AS is_judged, ${rules} AS rules_version
    FROM ${name(relation)} l
    LEFT JOIN accounts_then a ON a.account_id = coalesce(l.SubAccountId, l.BillingAccountId)
      AND CAST(l.ChargePeriodStart AS date) >= a.since AND CAST(l.ChargePeriodStart AS date) < a.until
    LEFT JOIN service_names by_code ON by_code.spelling = lower(${OWN_CODE})
    LEFT JOIN service_names by_name ON by_name.spelling = lower(l.ServiceName)
  )
  SELECT ${namesOf(columns)}, l.BillingDate, l.x_OU, l.x_Team, l.x_Service,
    CASE WHEN ${JUDGED} AND l.is_judged THEN coalesce(v.x_CostClass, 'normal') END AS x_CostClass,
    CASE WHEN ${JUDGED} AND l.is_judged THEN coalesce(v.x_ClassReason, ${ROUTINE}) END AS x_ClassReason,
    l.rules_version
  FROM placed l
  LEFT JOIN verdicts v ON v.BillingDate = l.BillingDate AND v.x_OU = l.x_OU AND v.x_ServiceCode = l.x_Service
    AND coalesce(v.SubAccountId, '') = coalesce(l.SubAccountId, '')
    AND coalesce(v.RegionId, '') = coalesce(l.RegionId, '')`;

/** What `cost_lines` has beyond the lines' own columns. */
export const RESOLVED_COLUMNS = [
  'BillingDate',
  'x_OU',
  'x_Team',
  'x_Service',
  'x_CostClass',
  'x_ClassReason',
  'rules_version',
] as const;

/** Daily usage, as the rollup decides it: what the series of C1 are made of. */
const JUDGED: Sql = sql`${CHARGE_KIND} = 'usage' AND NOT coalesce(l.x_SpansDays, false)`;

/** `x_ServiceCode` says AWSDataTransfer on transfer lines in some exports: transfer stays with its service. */
const OWN_CODE: Sql = sql`nullif(nullif(l.x_ServiceCode, ''), 'AWSDataTransfer')`;

const namesOf = (columns: readonly ColumnDef[]): Sql =>
  joined(columns.map((column) => sql`l.${name(column.name)}`));
