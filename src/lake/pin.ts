import type { Period } from '../core/calendar/billing-date.ts';
import { SERVICE_NAME_ROWS } from '../core/services/service-names.ts';
import type { Asker, ColumnDef } from '../ports/engine.ts';
import { costLines, type ResolvedAt, withoutExcluded } from '../sql/cost-lines.ts';
import { breakdownRows } from '../sql/ou-breakdown.ts';
import {
  ACCOUNT_COLUMNS,
  BUDGET_COLUMNS,
  COST_LINE_COLUMNS,
  DAILY_COST_COLUMNS,
  RATE_COLUMNS,
  SERVICE_NAME_COLUMNS,
  VERDICT_COLUMNS,
} from '../sql/schema.ts';
import { joined, name, sql } from '../sql/sql.ts';
import type { Exclusion, LakeFile, LakeState, Load } from './catalog-types.ts';
import { readAccounts, readBudgets, readRates } from './inputs.ts';
import { type Lake, ouLevelOf } from './lake.ts';

/** What to leave out of the lists of files, because no question will ask for it. */
export interface PinOptions {
  /** Only loads that have a BillingDate in here. */
  readonly days?: Period | undefined;
}

/**
 * Makes the relations of `state` in the engine, each over its explicit list of files: `cost_lines`, `daily_costs`
 * (both without what is excluded), `verdicts`, `account_map`, `accounts`, `budgets`, `fx_rates`, `service_names`,
 * `ou_breakdown`. They stay at this version whatever is committed meanwhile.
 */
export async function pinLake(
  engine: Asker,
  lake: Lake,
  state: LakeState,
  { days }: PinOptions = {},
): Promise<void> {
  const loads = state.loads.filter((load) => days === undefined || touches(load, days));
  await pinInputs(engine, lake, state);
  await engine.values('excluded_accounts', EXCLUDED_COLUMNS, excludedRows(state.exclusions));
  const urisOf = (files: readonly LakeFile[]) => files.map((file) => lake.store.uri(file.key));
  const { whole, contested } = byExclusion(loads, state.exclusions);
  const pin = async (
    relation: string,
    columns: readonly ColumnDef[],
    of: (load: Load) => readonly LakeFile[],
  ) => {
    await engine.files(`${relation}_whole`, urisOf(whole.flatMap(of)), columns);
    await engine.files(`${relation}_contested`, urisOf(contested.flatMap(of)), columns);
  };
  await pin('pinned_lines', COST_LINE_COLUMNS, (load) => load.lines);
  await pin('pinned_costs', DAILY_COST_COLUMNS, (load) => load.rollup.files);
  await engine.files('verdicts', urisOf(verdictFiles(state, days)), VERDICT_COLUMNS);
  await engine.view(
    'pinned_lines',
    withoutExcluded({
      relation: 'pinned_lines',
      columns: COST_LINE_COLUMNS,
      billingPeriod: THEIR_MONTH,
      contested: contested.length > 0,
    }),
  );
  await engine.view(
    'daily_costs',
    withoutExcluded({
      relation: 'pinned_costs',
      columns: DAILY_COST_COLUMNS,
      billingPeriod: sql`l.BillingPeriod`,
      contested: contested.length > 0,
    }),
  );
  await engine.view('cost_lines', costLines('pinned_lines', resolvedAt(lake, state)));
  await engine.view('ou_breakdown', breakdownRows());
}

/** The relations of what people decide, as of `state`: `account_map`, `accounts`, `budgets`, `fx_rates`, `service_names`. */
export async function pinInputs(engine: Asker, lake: Lake, state: Pick<LakeState, 'inputs'>): Promise<void> {
  const [accounts, budgets, rates] = await Promise.all([
    readAccounts(lake, state.inputs.accounts),
    readBudgets(lake, state.inputs.budgets),
    readRates(lake, state.inputs.rates),
  ]);
  await engine.values(
    'account_map',
    ACCOUNT_COLUMNS,
    accounts.map((a) => [
      a.accountId,
      a.accountName ?? null,
      a.ouPath,
      a.ouId ?? null,
      a.payerAccountId ?? null,
      a.status ?? null,
      a.validFrom ?? null,
      a.validUntil ?? null,
      JSON.stringify(a.tags),
    ]),
  );
  await engine.view('accounts', sql`SELECT ${columnsOf(ACCOUNT_COLUMNS)} FROM account_map`);
  await engine.values(
    'budgets',
    BUDGET_COLUMNS,
    budgets.map((b) => [
      b.scopeType,
      b.scope,
      b.period,
      b.amount,
      b.currency,
      b.validFrom ?? null,
      b.ownerEmail ?? null,
    ]),
  );
  await engine.values(
    'fx_rates',
    RATE_COLUMNS,
    rates.map((r) => [r.currency, r.validFrom ?? null, r.validUntil ?? null, r.rate]),
  );
  await engine.values('service_names', SERVICE_NAME_COLUMNS, SERVICE_NAME_ROWS);
}

/** Relation `excluded_accounts`: account months that another source counts for. */
export const EXCLUDED_COLUMNS: readonly ColumnDef[] = [
  'source',
  'billing_period',
  'billing_account_id',
  'sub_account_id',
].map((column) => ({ name: column, type: 'varchar' }));

export const excludedRows = (exclusions: readonly Exclusion[]): string[][] =>
  exclusions.map(({ source, billingPeriod, billingAccountId, subAccountId }) => [
    source,
    billingPeriod,
    billingAccountId,
    subAccountId,
  ]);

const columnsOf = (columns: readonly ColumnDef[]) => joined(columns.map((column) => name(column.name)));

const touches = ({ firstDate, lastDate }: Load, { from, until }: Period): boolean =>
  firstDate !== undefined && lastDate !== undefined && firstDate < until && lastDate >= from;

/** Loads that are read as they are, and those that hold excluded accounts; loads that are wholly excluded are left out. */
export function byExclusion(loads: readonly Load[], exclusions: readonly Exclusion[]) {
  const key = (source: string, period: string, account: { billingAccountId: string; subAccountId: string }) =>
    JSON.stringify([source, period, account.billingAccountId, account.subAccountId]);
  const excluded = new Set(exclusions.map((e) => key(e.source, e.billingPeriod, e)));
  const whole: Load[] = [];
  const contested: Load[] = [];
  for (const load of loads) {
    const out = load.accounts.filter((a) => excluded.has(key(load.source, load.billingPeriod, a))).length;
    if (out === 0) whole.push(load);
    else if (out < load.accounts.length) contested.push(load);
  }
  return { whole, contested };
}

export function verdictFiles({ verdicts }: LakeState, days: Period | undefined): LakeFile[] {
  return verdicts
    .filter(
      ({ month }) => days === undefined || (month >= days.from.slice(0, 7) && `${month}-01` < days.until),
    )
    .flatMap(({ files }) => files);
}

/** How lines are resolved at `state`. */
export const resolvedAt = (lake: Lake, state: LakeState): ResolvedAt => ({
  ouLevel: ouLevelOf(lake, state),
  rules: String(state.inputs.rules),
  judgedUntil: judgedUntil(state),
});

/** Days before this one have been judged by the rules. */
export const judgedUntil = ({ verdicts }: LakeState): string => verdicts.at(-1)?.judgedUntil ?? '0001-01-01';

/** The billing month of a line, `YYYY-MM`: as the rollup decides it. */
const THEIR_MONTH = sql`substr(CAST(CAST(coalesce(l.BillingPeriodStart, date_trunc('month', l.ChargePeriodStart))
  AS date) AS varchar), 1, 7)`;
