import { createHash } from 'node:crypto';
import { addDays, earlier, later, type Period } from '../core/calendar/billing-date.ts';
import { addMonths, type BillingPeriod, daysOf, periodOf } from '../core/calendar/billing-period.ts';
import { known } from '../core/errors/invariant.ts';
import type { RuleSettings, SpikeRules } from '../core/rules/rules.ts';
import type { LakeState, VerdictMonth } from '../lake/catalog-types.ts';
import { verdictsKey } from '../lake/keys.ts';
import type { Lake } from '../lake/lake.ts';
import { spikeRules } from '../lake/rules.ts';
import type { Clock, Random } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import { within } from '../sql/parts/within.ts';
import { C1_METHOD, firstDayRead, spikes } from '../sql/rules/c1.ts';
import { VERDICT_COLUMNS } from '../sql/schema.ts';
import { joined, name, sql } from '../sql/sql.ts';
import { completeDays } from './complete-days.ts';

/** What C1 is by default. The impact is decimal text in the reporting currency a day. */
export type JudgeSettings = Pick<RuleSettings, 'anomalyThreshold' | 'anomalyMinImpact'>;

/**
 * Judges the complete days of the pinned lake by rule C1 and commits the verdicts: months whose loads, rates, rules or
 * last complete day have changed are computed again, others not. The engine has `daily_costs` and `fx_rates` pinned at
 * `state`; verdicts are not pinned anew. Gives the new state, or `state` where nothing was to do; `undefined` where
 * another writer committed first (what was written then belongs to nobody and is discarded).
 */
export async function judge(
  engine: Engine,
  lake: Lake,
  state: LakeState,
  settings: JudgeSettings,
  clock: Clock,
  ids: Random,
): Promise<LakeState | undefined> {
  const written = await judgedMonths(
    engine,
    lake,
    state,
    await spikeRules(lake, state, settings),
    clock,
    ids,
  );
  if (written.length === 0) return state;
  const committed = await lake.commit(state, { kind: 'verdicts', months: written }, clock);
  if (committed === undefined) await discardMonths(lake, written);
  return committed;
}

/** The verdicts of those months that `rules` would judge anew at `state`, which is pinned, written and not committed. */
export async function judgedMonths(
  engine: Engine,
  lake: Lake,
  state: LakeState,
  rules: SpikeRules,
  clock: Clock,
  ids: Random,
): Promise<readonly VerdictMonth[]> {
  const { completeTo, firstDay: first } = await completeDays(engine, state, clock.now());
  if (completeTo === undefined || first === undefined || completeTo < first) return [];
  const judged = { from: first, until: addDays(completeTo, 1) };
  const stale = months(judged).filter(
    ({ month, identity }) =>
      state.verdicts.find((verdict) => verdict.month === month)?.identity !== identity(lake, state, rules),
  );
  const [oldest, newest] = [stale[0], stale.at(-1)];
  if (oldest === undefined || newest === undefined) return [];

  await engine.keep(
    'new_verdicts',
    spikes({
      period: { from: oldest.period.from, until: newest.period.until },
      reportingCurrency: lake.identity.reportingCurrency,
      rules,
      rulesVersion: state.inputs.rules,
    }).sql,
  );
  const written: VerdictMonth[] = [];
  for (const { month, period, identity } of stale) {
    written.push({
      month,
      identity: identity(lake, state, rules),
      judgedUntil: period.until,
      files: await writeMonth(engine, lake, month, period, ids),
    });
  }
  await engine.drop('new_verdicts');
  return written;
}

/** Verdicts of a commit that another writer was quicker than belong to nobody. */
export async function discardMonths(lake: Lake, months: readonly VerdictMonth[]): Promise<void> {
  for (const file of months.flatMap(({ files }) => files)) await lake.store.discard(file.key);
}

interface JudgedMonth {
  readonly month: BillingPeriod;
  /** The month's judged days. */
  readonly period: Period;
  readonly identity: (lake: Lake, state: LakeState, rules: SpikeRules) => string;
}

function months({ from, until }: Period): JudgedMonth[] {
  const last = periodOf(addDays(until, -1));
  const found: JudgedMonth[] = [];
  for (let month = periodOf(from); month <= last; month = addMonths(month, 1)) {
    const whole = daysOf(month);
    const period = { from: later(whole.from, from), until: earlier(whole.until, until) };
    found.push({ month, period, identity: (...of) => identityOf(period, ...of) });
  }
  return found;
}

/** What a month's verdicts were made from: rollups that its window reads, what was excluded there, rates, rules. */
function identityOf(period: Period, lake: Lake, state: LakeState, rules: SpikeRules): string {
  const read: Period = { from: firstDayRead(period), until: period.until };
  const loads = state.loads.filter(
    ({ firstDate, lastDate }) =>
      firstDate !== undefined && lastDate !== undefined && firstDate < read.until && lastDate >= read.from,
  );
  const places = new Set(loads.map(({ source, billingPeriod }) => `${source} ${billingPeriod}`));
  const facts = {
    method: C1_METHOD,
    rules,
    currency: lake.identity.reportingCurrency,
    period,
    rates: state.inputs.rates,
    rollups: loads.map(({ rollup }) => rollup.identity).sort(),
    excluded: state.exclusions
      .filter(({ source, billingPeriod }) => places.has(`${source} ${billingPeriod}`))
      .map((exclusion) =>
        [exclusion.source, exclusion.billingPeriod, exclusion.billingAccountId, exclusion.subAccountId].join(
          ' ',
        ),
      )
      .sort(),
  };
  return createHash('sha256').update(JSON.stringify(facts)).digest('hex');
}

async function writeMonth(
  engine: Engine,
  lake: Lake,
  month: BillingPeriod,
  period: Period,
  ids: Random,
): Promise<VerdictMonth['files']> {
  const columns = joined(VERDICT_COLUMNS.map((column) => name(column.name)));
  const rows = sql`SELECT ${columns} FROM new_verdicts WHERE ${within(period)}
    ORDER BY BillingDate, x_OU, x_ServiceCode, SubAccountId, RegionId`;
  const [count] = await engine.rows(sql`SELECT count(*) FROM new_verdicts WHERE ${within(period)}`);
  if (known(count, 'a count')[0] === 0) return [];
  const key = verdictsKey(month, ids.id());
  const written = await engine.write(rows, lake.store.uri(key));
  return [{ key, rows: written.rows, ...(await lake.store.seal(key)) }];
}
