import { known } from '../../core/errors/invariant.ts';
import { SERVICE_NAME_ROWS } from '../../core/services/service-names.ts';
import type { ColumnDef } from '../../ports/engine.ts';
import {
  ACCOUNT_COLUMNS,
  BUDGET_COLUMNS,
  COST_LINE_COLUMNS,
  DAILY_COST_COLUMNS,
  EVENT_LINE_COLUMNS,
  RATE_COLUMNS,
  RESTATED_COLUMNS,
  VERDICT_COLUMNS,
} from '../schema.ts';
import { joined, name, type Sql, sql } from '../sql.ts';

/** Name of the table over the one object that says what counts. */
export const CURRENT_LOADS = 'current_loads';

const varchars = (...names: readonly string[]): ColumnDef[] =>
  names.map((of) => ({ name: of, type: 'varchar' }));
/** As text: JSON has no dates, no decimals and no maps whose keys keep their case. */
const asText = (columns: readonly ColumnDef[]): ColumnDef[] =>
  columns.map(({ name: of }) => ({ name: of, type: 'varchar' }));

/** What a list in the object holds, one row each. */
export const LISTED = {
  /** A load that counts: its folders of lines and rollup, and the accounts (see `accountText`) that another source counts for. */
  loads: [
    ...varchars('billing_period', 'source', 'lines', 'costs'),
    { name: 'events', type: 'boolean' },
    { name: 'excluded', type: 'array(varchar)' },
  ],
  /** A file of verdicts. */
  verdicts: varchars('month', 'file'),
  /** A commit that changed amounts: its folder, its file, and when it was made (`YYYY-MM-DD HH:MM:SS.mmm`, UTC). */
  commits: varchars('lake_version', 'file', 'committed_at'),
  accounts: asText(ACCOUNT_COLUMNS),
  budgets: asText(BUDGET_COLUMNS),
  rates: asText(RATE_COLUMNS),
} as const satisfies Readonly<Record<string, readonly ColumnDef[]>>;
export type Listed = keyof typeof LISTED;

const typeOf = (columns: readonly ColumnDef[]): string =>
  `array(row(${columns.map(({ name: of, type }) => `${of} ${type}`).join(', ')}))`;

/** Columns of the table `current_loads`, which has one row. */
export const CURRENT_LOADS_COLUMNS: readonly ColumnDef[] = [
  { name: 'lake_version', type: 'bigint' },
  ...varchars('committed_at'),
  { name: 'accounts_version', type: 'bigint' },
  { name: 'budgets_version', type: 'bigint' },
  { name: 'rates_version', type: 'bigint' },
  ...varchars('rules_version', 'reporting_currency'),
  { name: 'ou_level', type: 'bigint' },
  /** The rules have judged the days before this one, `YYYY-MM-DD`. */
  ...varchars('judged_until'),
  ...Object.entries(LISTED).map(([list, columns]) => ({ name: list, type: typeOf(columns) })),
];

/** What an account is called where a load says which of its accounts do not count. No id holds this control character. */
export const accountText = (billingAccountId: string, subAccountId: string): string =>
  `${billingAccountId}\u001f${subAccountId}`;

/** How lines are resolved. */
const RESOLVING = ['ou_level', 'rules_version', 'judged_until'];

/** One value of the object. */
export const currentValue = (column: string): Sql =>
  sql`(SELECT ${name(column)} FROM ${name(CURRENT_LOADS)})`;

/** The rows `c` of one list of the object, each with values of the object itself. */
const listed = (list: Listed, values: readonly string[] = []): Sql => sql`(
    SELECT ${joined([
      ...LISTED[list].map((column) => sql`t.${name(column.name)}`),
      ...values.map((value) => sql`o.${name(value)}`),
    ])}
    FROM ${name(CURRENT_LOADS)} AS o
    CROSS JOIN UNNEST(o.${name(list)}) AS t(${joined(LISTED[list].map((column) => name(column.name)))})
  ) c`;

interface CurrentOf {
  readonly table: string;
  readonly columns: readonly ColumnDef[];
  /** Which folder of a load the table is over. */
  readonly folder: 'lines' | 'costs';
  /** Which rows. */
  readonly where: Sql;
  /** Values of the object that each row carries. */
  readonly values?: readonly string[];
}

/** The rows of a table of loads that count. One reading of the object decides it for all sources and months. */
const currentRows = ({ table, columns, folder, where, values = [] }: CurrentOf): Sql => sql`
  SELECT ${joined([
    ...columns.map((column) => sql`l.${name(column.name)}`),
    ...values.map((value) => sql`c.${name(value)}`),
  ])}
  FROM ${name(table)} l
  JOIN ${listed('loads', values)} ON c.billing_period = l.billing_period AND c.source = l.source
    AND c.${name(folder)} = l."load"
  WHERE ${where}`;

const NOT_EXCLUDED: Sql = sql`NOT contains(c.excluded, coalesce(l.BillingAccountId, '') || chr(31) || coalesce(l.SubAccountId, ''))`;

/** Of a folder the files that count: beside them lie those of losers of races, and of earlier judgements. */
const currentFiles = (
  table: string,
  columns: readonly ColumnDef[],
  list: 'verdicts' | 'commits',
  folder: string,
): Sql => sql`
  SELECT ${joined(columns.map((column) => sql`l.${name(column.name)}`))}
  FROM ${name(table)} l
  JOIN ${listed(list)} ON c.${name(folder)} = l.${name(folder)} AND c.file = regexp_extract(l."$path", '[^/]+$')`;

/** Types of inputs beside varchar, which JSON has no words for. */
const CELLS: Readonly<Record<string, (cell: Sql) => Sql>> = {
  varchar: (cell) => cell,
  date: (cell) => sql`CAST(${cell} AS date)`,
  'decimal(38,15)': (cell) => sql`CAST(${cell} AS decimal(38,15))`,
  'decimal(20,12)': (cell) => sql`CAST(${cell} AS decimal(20,12))`,
  'map(varchar,varchar)': (cell) => sql`CAST(json_parse(${cell}) AS map(varchar, varchar))`,
};

const inputRows = (list: 'accounts' | 'budgets' | 'rates', columns: readonly ColumnDef[]): Sql => sql`
  SELECT ${joined(
    columns.map(
      (column) =>
        sql`${known(CELLS[column.type], column.type)(sql`c.${name(column.name)}`)} AS ${name(column.name)}`,
    ),
  )}
  FROM ${listed(list)}`;

/**
 * What `pinLake`, `pinEvents` and `pinHistory` make of a version's files and values, made of the tables that stand over the
 * lake's folders and of `current_loads`: the questions above them are the same texts.
 */
export const CURRENT_RELATIONS: ReadonlyMap<string, Sql> = new Map([
  [
    'pinned_lines',
    currentRows({
      table: 'cost_lines_loads',
      columns: COST_LINE_COLUMNS,
      folder: 'lines',
      where: NOT_EXCLUDED,
      values: RESOLVING,
    }),
  ],
  [
    'pinned_events',
    currentRows({
      table: 'cost_lines_loads',
      columns: [...COST_LINE_COLUMNS, ...EVENT_LINE_COLUMNS],
      folder: 'lines',
      where: sql`c.events`,
      values: RESOLVING,
    }),
  ],
  [
    'daily_costs',
    currentRows({
      table: 'daily_costs_loads',
      columns: DAILY_COST_COLUMNS,
      folder: 'costs',
      where: NOT_EXCLUDED,
    }),
  ],
  ['verdicts', currentFiles('verdicts_months', VERDICT_COLUMNS, 'verdicts', 'month')],
  ['restated', currentFiles('restatements_versions', RESTATED_COLUMNS, 'commits', 'lake_version')],
  [
    'history_commits',
    sql`
  SELECT CAST(c.lake_version AS bigint) AS LakeVersion, CAST(c.committed_at AS timestamp(3)) AS CommittedAt
  FROM ${listed('commits')}`,
  ],
  ['account_map', inputRows('accounts', ACCOUNT_COLUMNS)],
  ['budgets', inputRows('budgets', BUDGET_COLUMNS)],
  ['fx_rates', inputRows('rates', RATE_COLUMNS)],
  [
    'service_names',
    sql`SELECT spelling, code FROM (VALUES ${joined(
      SERVICE_NAME_ROWS.map(([spelling, code]) => sql`(${spelling}, ${code})`),
    )}) AS given(spelling, code)`,
  ],
]);
