import { addDays, billingDate } from '../core/calendar/billing-date.ts';
import type { Asker } from '../ports/engine.ts';
import { costLines } from '../sql/cost-lines.ts';
import { costEvents, eventsDaily, eventsMonthly } from '../sql/events.ts';
import { COST_LINE_COLUMNS, EVENT_LINE_COLUMNS } from '../sql/schema.ts';
import type { LakeState } from './catalog-types.ts';
import type { Lake } from './lake.ts';
import { judgedUntil, resolvedAt } from './pin.ts';
import { lowValueRules, tagRules } from './rules.ts';

const COLUMNS = [...COST_LINE_COLUMNS, ...EVENT_LINE_COLUMNS];

/**
 * Makes `cost_events`, `events_daily_summary` and `events_monthly_summary`, beside the relations of `pinLake`, which must
 * have been called with the same `state`. All events that count are in them, also those that a bill is counted instead of.
 */
export async function pinEvents(
  engine: Asker,
  lake: Lake,
  state: LakeState,
  requiredTagKeys: readonly string[],
): Promise<void> {
  const files = state.loads.filter(({ format }) => format === 'events').flatMap(({ lines }) => lines);
  await engine.files(
    'pinned_events',
    files.map((file) => lake.store.uri(file.key)),
    COLUMNS,
  );
  const until = judgedUntil(state);
  await engine.view('event_lines', costLines('pinned_events', resolvedAt(lake, state), COLUMNS));
  await engine.view(
    'cost_events',
    costEvents({
      tagRules: await tagRules(lake, state, { requiredTagKeys }),
      lowValue: await lowValueRules(lake, state),
      reportingCurrency: lake.identity.reportingCurrency,
      lastDay: state.verdicts.length === 0 ? undefined : addDays(billingDate(until), -1),
    }),
  );
  await engine.view('events_daily_summary', eventsDaily);
  await engine.view('events_monthly_summary', eventsMonthly);
}
