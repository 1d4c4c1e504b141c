import type { Asker, Engine } from '../ports/engine.ts';
import { costLines, RESOLVED_COLUMNS, withoutExcluded } from '../sql/cost-lines.ts';
import { type PageLayout, pageCostColumns } from '../sql/overview/page-costs.ts';
import { COST_LINE_COLUMNS, DAILY_COST_COLUMNS, VERDICT_COLUMNS } from '../sql/schema.ts';
import { lineConditions, type Scope, scopedCosts, scopedVerdicts } from '../sql/scope.ts';
import { joined, name, sql } from '../sql/sql.ts';
import type { LakeState } from './catalog-types.ts';
import type { Lake } from './lake.ts';
import { byExclusion, resolvedAt, verdictFiles } from './pin.ts';

/** What scopes are made from, whole. No question reads these. */
export const ALL = {
  costs: 'all_costs',
  verdicts: 'all_verdicts',
  spikes: 'all_spikes',
  lines: 'all_lines',
} as const;

/** The relation of a layout, once `pinLayout` has been called. */
const layoutRelation = (layout: PageLayout): string => `page_costs_${layout}`;

/** Makes what scopes are cut from, beside the relations of `pinLake`, which must have been called with the same `state`. */
export async function pinWhole(engine: Asker | Engine, lake: Lake, state: LakeState): Promise<void> {
  await engine.view(
    ALL.costs,
    withoutExcluded({
      relation: 'pinned_costs',
      columns: DAILY_COST_COLUMNS,
      billingPeriod: sql`l.BillingPeriod`,
      contested: byExclusion(state.loads, state.exclusions).contested.length > 0,
    }),
  );
  await engine.files(
    ALL.verdicts,
    verdictFiles(state, undefined).map((file) => lake.store.uri(file.key)),
    VERDICT_COLUMNS,
  );
  const spikes = sql`
  SELECT ${joined(VERDICT_COLUMNS.map((column) => name(column.name)))}
  FROM ${name(ALL.verdicts)}
  WHERE x_CostClass = 'spike'`;
  if (isEngine(engine)) await engine.keep(ALL.spikes, spikes);
  else await engine.view(ALL.spikes, spikes);
  await engine.view(ALL.lines, costLines('pinned_lines', resolvedAt(lake, state)));
}

/** What is asked again and again can be kept in an engine; others answer it anew. */
export const isEngine = (asker: Asker | Engine): asker is Engine => 'keep' in asker;

/** Makes the files of a layout of all costs known to the engine. */
export const pinLayout = (
  engine: Asker,
  { identity }: Lake,
  { layout, uris }: { readonly layout: PageLayout; readonly uris: readonly string[] },
): Promise<void> => engine.files(layoutRelation(layout), uris, pageCostColumns(layout, identity.costMetric));

/** Makes `daily_costs` of this session mean `scope`, read from a layout where one is given: it has fewer columns. */
export const pinCosts = (session: Asker, scope: Scope, layout: PageLayout | undefined): Promise<void> =>
  session.view(
    'daily_costs',
    layout === undefined
      ? scopedCosts(scope, ALL.costs)
      : scopedCosts(scope, layoutRelation(layout), pageCostColumns(layout, scope.costMetric)),
  );

/** Makes `verdicts` of this session mean `scope`: all of them, or the spikes, a fiftieth, which most questions ask for. */
export const pinVerdicts = (session: Asker, scope: Scope, which: 'verdicts' | 'spikes'): Promise<void> =>
  session.view('verdicts', scopedVerdicts(scope, ALL[which]));

/** Makes `cost_lines` of this session mean `scope`. */
export async function pinLines(session: Asker, scope: Scope): Promise<void> {
  const columns = [...COST_LINE_COLUMNS.map((column) => column.name), ...RESOLVED_COLUMNS];
  const conditions = lineConditions(scope);
  await session.view(
    'cost_lines',
    sql`
  SELECT ${joined(columns.map((column) => sql`l.${name(column)}`))}
  FROM ${name(ALL.lines)} l
  ${conditions.length === 0 ? sql`` : sql`WHERE ${joined(conditions, ' AND ')}`}`,
  );
}
