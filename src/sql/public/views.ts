import { known } from '../../core/errors/invariant.ts';
import {
  BUILT_IN,
  BUILT_IN_LOW_VALUE,
  builtInTags,
  type LowValueRules,
  type TagRules,
} from '../../core/rules/rules.ts';
import type { ColumnDef } from '../../ports/engine.ts';
import { costLines, RESOLVED_COLUMNS } from '../cost-lines.ts';
import { costEvents } from '../events.ts';
import type { LevelThere } from '../parts/ou.ts';
import { restatements } from '../restatements/restatements.ts';
import {
  ACCOUNT_COLUMNS,
  AMOUNT,
  BUDGET_COLUMNS,
  COST_LINE_COLUMNS,
  DAILY_COST_COLUMNS,
  EVENT_LINE_COLUMNS,
  RESTATED_COLUMNS,
} from '../schema.ts';
import { joined, name, type Sql, sql } from '../sql.ts';
import { CURRENT_RELATIONS, currentValue } from './current-loads.ts';

/** A view that people ask in Athena, as the relation of the same name answers here. */
export interface PublicView {
  readonly name: string;
  readonly description: string;
  readonly columns: readonly ColumnDef[];
  /** Whole: needs the tables over the lake's folders and `current_loads`, and nothing else. */
  readonly text: string;
}

/** Rules that the text of a view says, for no engine could read them. */
export interface ViewRules {
  readonly tagRules: TagRules;
  readonly lowValue: LowValueRules;
}

/** AWS Organizations allows OUs so deep. */
const OU_LEVEL_MAX = 5;

const column = (of: string, type: string): ColumnDef => ({ name: of, type });

const RESOLVED: readonly ColumnDef[] = RESOLVED_COLUMNS.map((of) =>
  column(of, of === 'BillingDate' ? 'date' : 'varchar'),
);

const EVENTS: readonly ColumnDef[] = [
  column('event_id', 'varchar'),
  column('event_time', 'timestamp'),
  ...['account_id', 'service', 'region', 'usage_type', 'resource_id'].map((of) => column(of, 'varchar')),
  column('usage_amount', 'double'),
  column('unblended_cost', AMOUNT),
  column('currency', 'varchar'),
  column('usage_start', 'timestamp'),
  column('usage_end', 'timestamp'),
  column('tags', 'map(varchar,varchar)'),
  ...['cost_class', 'missing_tags'].map((of) => column(of, 'varchar')),
  column('low_value_recurring', 'boolean'),
  column('rules_version', 'varchar'),
  column('billing_date', 'date'),
  ...['ou', 'source'].map((of) => column(of, 'varchar')),
];

const BREAKDOWN_SUMMARY: readonly ColumnDef[] = [
  column('BillingDate', 'date'),
  ...['OU', 'Service', 'LinkedAccount'].map((of) => column(of, 'varchar')),
  column('Cost', AMOUNT),
];

/** Rules as they are before anybody imports others. */
export const rulesOf = (requiredTagKeys: readonly string[]): ViewRules => ({
  tagRules: builtInTags({ requiredTagKeys }),
  lowValue: BUILT_IN_LOW_VALUE,
});

/** The public views. Only `cost_events` depends on the rules. */
export function publicViews({ tagRules, lowValue }: ViewRules): readonly PublicView[] {
  const relations = new Map<string, Sql>([
    ...CURRENT_RELATIONS,
    ['accounts', sql`SELECT ${namesOf(ACCOUNT_COLUMNS)} FROM account_map`],
    ['cost_lines', costLines('pinned_lines', RESOLVED_THERE)],
    [
      'event_lines',
      costLines('pinned_events', RESOLVED_THERE, [...COST_LINE_COLUMNS, ...EVENT_LINE_COLUMNS]),
    ],
    [
      'cost_events',
      costEvents({
        tagRules,
        lowValue,
        reportingCurrency: currentValue('reporting_currency'),
        lastDay: { until: JUDGED_UNTIL, isAny: sql`${JUDGED_UNTIL} > DATE '0001-01-01'` },
      }),
    ],
    ['restatements', restatements()],
    [
      'finops_daily_summary',
      sql`SELECT BillingDate, OU, Service, LinkedAccount, DailyCost AS Cost FROM ou_breakdown`,
    ],
  ]);
  return VIEWS.map(({ over, ...view }) => {
    const needed = [...over, view.name].map(
      (of) => sql`${name(of)} AS (${known(relations.get(of), `the relation ${of}`)})`,
    );
    const whole = sql`
WITH ${joined(needed, ',\n')}
SELECT ${joined(view.columns.map(view.name === 'cost_events' ? eventCell : cell))} FROM ${name(view.name)}`;
    return { ...view, columns: view.columns.map(shown), text: whole.text.trim() };
  });
}

interface ViewOver extends Omit<PublicView, 'text'> {
  /** The relations that it is made of, in an order in which each knows those it needs. */
  readonly over: readonly string[];
}

const LINES = ['account_map', 'service_names', 'verdicts', 'pinned_lines'];

const VIEWS: readonly ViewOver[] = [
  {
    name: 'accounts',
    over: ['account_map'],
    description: 'Who an account is, on which days: the account map as it is now.',
    columns: ACCOUNT_COLUMNS,
  },
  { name: 'budgets', over: [], description: 'The budgets in force.', columns: BUDGET_COLUMNS },
  {
    name: 'cost_events',
    over: [...LINES, 'cost_lines', 'fx_rates', 'pinned_events', 'event_lines'],
    description: 'Cost events that count, with what the rules say of them.',
    columns: EVENTS,
  },
  {
    name: 'cost_lines',
    over: LINES,
    description: 'Every charge that counts, with OU, team, service and verdict of its day.',
    columns: [...COST_LINE_COLUMNS, ...RESOLVED],
  },
  {
    name: 'daily_costs',
    over: [],
    description: 'The rollup of all charges that count, by day.',
    columns: DAILY_COST_COLUMNS,
  },
  {
    name: 'finops_daily_summary',
    over: [],
    description: 'The daily breakdown, one row per day, OU, service and account.',
    columns: BREAKDOWN_SUMMARY,
  },
  {
    name: 'restatements',
    over: ['restated', 'history_commits'],
    description: 'What commits changed of days that the lake held: before, after, why, when.',
    columns: [...RESTATED_COLUMNS, column('CommittedAt', 'timestamp')],
  },
];

/** What each line says of the object by which it counts: one reading of it decides all. */
const RESOLVED_THERE = {
  ouLevel: { level: sql`l.ou_level`, max: OU_LEVEL_MAX } satisfies LevelThere,
  rules: sql`l.rules_version`,
  judgedUntil: sql`l.judged_until`,
};

const JUDGED_UNTIL: Sql = sql`CAST(${currentValue('judged_until')} AS date)`;

/** Moments of one precision in every engine. */
const shown = ({ name: of, type }: ColumnDef): ColumnDef =>
  column(of, type === 'timestamp' ? 'timestamp(3)' : type);

const cell = ({ name: of, type }: ColumnDef): Sql =>
  type === 'timestamp' ? sql`CAST(${name(of)} AS timestamp(3)) AS ${name(of)}` : name(of);

/** What the rules that this text says have found: where others were imported nobody knows. */
const eventCell = (of: ColumnDef): Sql =>
  ['missing_tags', 'low_value_recurring'].includes(of.name)
    ? sql`CASE WHEN rules_version = ${String(BUILT_IN)} THEN ${name(of.name)} END AS ${name(of.name)}`
    : cell(of);

const namesOf = (columns: readonly ColumnDef[]): Sql => joined(columns.map((one) => name(one.name)));
