import { addDays, type BillingDate, type Period } from '../core/calendar/billing-date.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import { withoutExcluded } from '../sql/cost-lines.ts';
import { arrived } from '../sql/restatements/arrivals.ts';
import { type RestatedBy, restated } from '../sql/restatements/restated.ts';
import { DAILY_COST_COLUMNS } from '../sql/schema.ts';
import { type Sql, sql } from '../sql/sql.ts';
import { applied, entryOf } from './catalog.ts';
import type { History, HistoryFile, LakeChange, LakeState, Load } from './catalog-types.ts';
import { arrivalsKey, restatementsKey } from './keys.ts';
import type { Lake } from './lake.ts';
import { byExclusion, EXCLUDED_COLUMNS, excludedRows } from './pin.ts';
import { sealed } from './sealed.ts';

/** What a commit that can change a figure works with. Relations named `costs_…` and `excluded_…` are made in the engine. */
export interface Committing {
  readonly engine: Engine;
  readonly clock: Clock;
  readonly random: Random;
}

/**
 * Makes the next version of `base`, as `Lake.commit` does, with what it changes of figures and what it is the first to
 * know written beside it. Whoever loses the race asks again from the new head: the difference is another one there.
 * @param onReady  called when all is written and nothing but the commit is left to do
 */
export async function commitWithHistory(
  { engine, clock, random }: Committing,
  lake: Lake,
  base: LakeState,
  change: LakeChange,
  onReady: () => void = () => undefined,
): Promise<LakeState | undefined> {
  const history = await historyOf(engine, random, lake, base, change);
  onReady();
  const next = await lake.commit(base, { ...change, history }, clock);
  if (next === undefined) {
    for (const { key } of [...history.restatements, ...history.arrivals]) await lake.store.discard(key);
  }
  return next;
}

/** The history of the commit that turns `base` into its next version by `change`. */
export async function historyOf(
  engine: Engine,
  random: Random,
  lake: Lake,
  base: LakeState,
  change: LakeChange,
): Promise<History> {
  const after = applied(base, entryOf(base, { previous: null, change, now: base.committedAt }));
  const arrivals = change.kind === 'loads' ? change.added : [];
  const concern = concernOf(base, after);
  if (concern === undefined) return { restatements: [], arrivals: [] };
  await engine.files('costs_held', urisOf(lake, concern.before), DAILY_COST_COLUMNS);
  await pinSide(engine, lake, 'after', after, concern.after);
  const writing: Writing = { engine, lake, period: concern.period, id: random.id() };
  const { version: lakeVersion } = after;
  const delivery = arrivals[0]?.delivery.id;
  const told: { -readonly [K in keyof History]: HistoryFile[] } = { restatements: [], arrivals: [] };
  if (concern.before.length > 0) {
    await pinSide(engine, lake, 'before', base, concern.before);
    const by: RestatedBy = {
      period: concern.period,
      reportingCurrency: lake.identity.reportingCurrency,
      lakeVersion,
      delivery: delivery ?? null,
      cause: causeOf(base, change),
    };
    told.restatements = await written(writing, restatementsKey(lakeVersion, writing.id), restated(by));
  }
  if (delivery !== undefined) {
    await engine.files('costs_arrived', urisOf(lake, arrivals), DAILY_COST_COLUMNS);
    const by = { period: concern.period, lakeVersion, delivery };
    told.arrivals = await written(writing, arrivalsKey(lakeVersion, writing.id), arrived(by));
  }
  return told;
}

interface Writing {
  readonly engine: Engine;
  readonly lake: Lake;
  readonly period: Period;
  readonly id: string;
}

/** A file of the history; none where there is nothing to tell. */
async function written({ engine, lake, period }: Writing, key: string, rows: Sql): Promise<HistoryFile[]> {
  const { rows: count } = await engine.write(rows, lake.store.uri(key));
  if (count === 0) {
    await lake.store.discard(key);
    return [];
  }
  const file = await sealed(lake.store, key, count);
  return [{ ...file, firstDate: period.from, lastDate: addDays(period.until, -1) }];
}

/** Loads whose figures a commit may change, on both sides, and the days that they tell about. */
interface Concern {
  readonly before: readonly Load[];
  readonly after: readonly Load[];
  readonly period: Period;
}

/**
 * Loads that came, went, were rolled up anew or are excluded in another way; and with them all loads of their sources that
 * touch their days, because a day's amounts in a source are all of them. Undefined where no figure can change.
 */
function concernOf(base: LakeState, after: LakeState): Concern | undefined {
  const changed = [...changedIn(base, after), ...changedIn(after, base)];
  const dates = changed.flatMap(({ firstDate, lastDate }) => [firstDate, lastDate].filter(isDate)).sort();
  const [first, last] = [dates[0], dates.at(-1)];
  if (first === undefined || last === undefined) return undefined;
  const sources = new Set(changed.map(({ source }) => source));
  const touching = ({ loads }: LakeState) =>
    loads.filter(
      ({ source, firstDate, lastDate }) =>
        sources.has(source) &&
        firstDate !== undefined &&
        lastDate !== undefined &&
        firstDate <= last &&
        lastDate >= first,
    );
  return { before: touching(base), after: touching(after), period: { from: first, until: addDays(last, 1) } };
}

const isDate = (date: BillingDate | undefined): date is BillingDate => date !== undefined;

/** Loads of `one` that `other` does not have, or has with another rollup or other exclusions. */
function changedIn(one: LakeState, other: LakeState): Load[] {
  const rollups = new Map(other.loads.map(({ id, rollup }) => [id, rollup.files]));
  const [here, there] = [exclusionsByPlace(one), exclusionsByPlace(other)];
  return one.loads.filter((load) => {
    const files = rollups.get(load.id);
    const isSame =
      files !== undefined &&
      files.map(({ key }) => key).join() === load.rollup.files.map(({ key }) => key).join();
    return !isSame || here.get(placeOf(load)) !== there.get(placeOf(load));
  });
}

const placeOf = ({ source, billingPeriod }: Pick<Load, 'source' | 'billingPeriod'>): string =>
  `${source} ${billingPeriod}`;

/** Which accounts are excluded in each source and month, as one text; catalogs keep exclusions in order. */
function exclusionsByPlace({ exclusions }: LakeState): Map<string, string> {
  const places = new Map<string, string>();
  for (const exclusion of exclusions) {
    const { billingAccountId, subAccountId } = exclusion;
    const place = placeOf(exclusion);
    places.set(place, `${places.get(place) ?? ''}${JSON.stringify([billingAccountId, subAccountId])}`);
  }
  return places;
}

function causeOf(base: LakeState, change: LakeChange): RestatedBy['cause'] {
  if (change.kind === 'loads') {
    const removed = new Set(change.removed);
    const loads = [...change.added, ...base.loads.filter(({ id }) => removed.has(id))];
    const sources = [...new Set(loads.map(({ source }) => source))].sort();
    return { sources, there: 'delivery', elsewhere: 'precedence' };
  }
  const inputs = change.kind === 'inputs' ? change.inputs : {};
  const isOfAccounts = inputs.accounts !== undefined || inputs.ouLevel !== undefined;
  const cause = isOfAccounts ? 'accounts' : inputs.rates !== undefined ? 'rates' : 'rules';
  return { sources: [], there: cause, elsewhere: cause };
}

/** `costs_<side>`: the rollups of `loads` as they count at `state`. */
async function pinSide(
  engine: Engine,
  lake: Lake,
  side: 'before' | 'after',
  state: LakeState,
  loads: readonly Load[],
): Promise<void> {
  const { whole, contested } = byExclusion(loads, state.exclusions);
  const relation = `costs_${side}`;
  await engine.values(`excluded_${side}`, EXCLUDED_COLUMNS, excludedRows(state.exclusions));
  await engine.files(`${relation}_whole`, urisOf(lake, whole), DAILY_COST_COLUMNS);
  await engine.files(`${relation}_contested`, urisOf(lake, contested), DAILY_COST_COLUMNS);
  await engine.view(
    relation,
    withoutExcluded({
      relation,
      columns: DAILY_COST_COLUMNS,
      billingPeriod: sql`l.BillingPeriod`,
      contested: contested.length > 0,
      excluded: `excluded_${side}`,
    }),
  );
}

const urisOf = ({ store }: Lake, loads: readonly Load[]): string[] =>
  loads.flatMap(({ rollup }) => rollup.files.map(({ key }) => store.uri(key)));
