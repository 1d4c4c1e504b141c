import { monthsOf } from '../core/budget/month-budget.ts';
import { type BillingDate, billingDate } from '../core/calendar/billing-date.ts';
import { SERVICE_NAME_ROWS } from '../core/services/service-names.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import { BUDGET_SCOPES, type Budget, readAccounts } from '../lake/inputs.ts';
import type { Lake } from '../lake/lake.ts';
import { pinLake } from '../lake/pin.ts';
import type { Engine } from '../ports/engine.ts';
import { ROOT, UNMAPPED } from '../sql/parts/ou.ts';
import { sql } from '../sql/sql.ts';
import type { Decided } from './imports.ts';
import { type Complaint, complaintAbout, readTable, type TableRow } from './table-file.ts';

const COLUMNS = {
  required: ['scope_type', 'scope', 'period', 'amount', 'currency'],
  optional: ['valid_from', 'owner_email'],
} as const;

/** A budget with the line that says it. */
interface BudgetLine extends Budget {
  readonly line: number;
}

/** Budgets as read, and the complaint that names their file. */
export interface BudgetFile {
  readonly decided: Decided<'budgets'>;
  readonly lines: readonly BudgetLine[];
  readonly complain: Complaint;
}

/**
 * The budgets in a CSV or YAML file (requirement E1).
 * @throws UserError `BUDGETS_INVALID` with file and line: a scope type, period or amount that is none, overlapping periods
 */
export async function readBudgetFile(path: string): Promise<BudgetFile> {
  const { name, sha256, rows } = await readTable(path, 'BUDGETS_INVALID', COLUMNS);
  const complain = complaintAbout(path, 'BUDGETS_INVALID', COLUMNS);
  const lines = rows.map((row) => lineOf(row, complain));
  refuseOverlaps(lines, complain);
  const budgets = lines.map(({ line: _, ...budget }) => budget);
  return { decided: { file: name, sha256, rows: budgets }, lines, complain };
}

/** @throws UserError `BUDGETS_INVALID` naming the first scope that the lake does not know, or an amount in another currency */
export async function checkScopes(
  engine: Engine,
  lake: Lake,
  state: LakeState,
  { lines, complain }: BudgetFile,
): Promise<void> {
  const known = await knownScopes(engine, lake, state);
  for (const { line, scopeType, scope, currency } of lines) {
    if (currency !== lake.identity.reportingCurrency)
      throw complain(
        line,
        'currency',
        `The budget is in ${currency}, the lake reports in ${lake.identity.reportingCurrency}`,
        currency,
      );
    const names = known.get(scopeType);
    if (names === undefined || names.has(scope.toLowerCase())) continue;
    const remedy = scopeType === 'ou' && state.inputs.accounts === 0 ? '; import the account map first' : '';
    throw complain(line, 'scope', `There is no ${scopeType} "${scope}"${remedy}`, scope);
  }
}

/** Names in lower case, by scope type; tags are not checked, a value may come tomorrow. */
async function knownScopes(engine: Engine, lake: Lake, state: LakeState): Promise<Map<string, Set<string>>> {
  await pinLake(engine, lake, state);
  const services = await engine.rows(
    sql`SELECT DISTINCT x_ServiceCode FROM daily_costs ORDER BY x_ServiceCode`,
  );
  const accounts = await readAccounts(lake, state.inputs.accounts);
  const ous = accounts.flatMap(({ ouPath }) => {
    const parts = ouPath.split('/');
    return parts.map((_, i) => parts.slice(0, i + 1).join('/'));
  });
  const set = (names: readonly string[]) => new Set(names.map((name) => name.toLowerCase()));
  return new Map([
    ['ou', set([ROOT, UNMAPPED, ...ous])],
    [
      'service',
      set([...SERVICE_NAME_ROWS.map(([, code]) => code), ...services.map(([code]) => String(code))]),
    ],
    [
      'account',
      set([
        ...accounts.map(({ accountId }) => accountId),
        ...state.loads.flatMap((load) => load.accounts.map(({ subAccountId }) => subAccountId)),
      ]),
    ],
  ]);
}

function lineOf({ line, cells }: TableRow, complain: Complaint): BudgetLine {
  const given = (column: string): string => {
    const cell = cells.get(column);
    if (cell === undefined) throw complain(line, column, `The budget has no ${column}`);
    return cell;
  };
  const type = given('scope_type');
  const scopeType = /^tag:.+/i.test(type) ? `tag:${type.slice(4)}` : type.toLowerCase();
  if (!(BUDGET_SCOPES as readonly string[]).includes(scopeType) && !scopeType.startsWith('tag:'))
    throw complain(
      line,
      'scope_type',
      `"${type}" is not a scope: total, ou, service, account or tag:<key>`,
      type,
    );
  const period = given('period').toUpperCase();
  if (!/^\d{4}(-(0[1-9]|1[0-2])|-Q[1-4])?$/.test(period))
    throw complain(
      line,
      'period',
      `"${period}" is not a month (2026-11), quarter (2026-Q4) or year (2026)`,
      period,
    );
  const amount = given('amount');
  if (!/^-?\d{1,20}(\.\d{1,15})?$/.test(amount))
    throw complain(line, 'amount', `"${amount}" is not an amount`, amount);
  const currency = given('currency').toUpperCase();
  const ownerEmail = cells.get('owner_email');
  if (ownerEmail !== undefined && !/^[^\s<>@,;"]+@[^\s<>@,;"]+$/.test(ownerEmail))
    throw complain(line, 'owner_email', `"${ownerEmail}" is not an e-mail address`, ownerEmail);
  const scope = scopeType === 'total' ? '' : canonical(scopeType, given('scope'));
  return {
    line,
    scopeType,
    scope,
    period,
    amount,
    currency,
    validFrom: validFrom(line, cells, complain),
    ownerEmail,
  };
}

function validFrom(line: number, cells: TableRow['cells'], complain: Complaint): BillingDate | undefined {
  const text = cells.get('valid_from');
  if (text === undefined) return undefined;
  try {
    return billingDate(text);
  } catch {
    throw complain(line, 'valid_from', `"${text}" is not a day (YYYY-MM-DD)`, text);
  }
}

const CODES = new Map(SERVICE_NAME_ROWS);

/** A service by any of its spellings is its product code; other scopes are as written. */
const canonical = (scopeType: string, scope: string): string =>
  scopeType === 'service' ? (CODES.get(scope.toLowerCase()) ?? scope) : scope;

/** One scope has one budget at a time; the same period again with a later `valid_from` revises it. */
function refuseOverlaps(lines: readonly BudgetLine[], complain: Complaint): void {
  const taken = new Map<string, BudgetLine[]>();
  for (const line of lines) {
    const scope = `${line.scopeType} ${line.scope}`.toLowerCase();
    const others = taken.get(scope) ?? [];
    const other = others.find((before) => overlap(before, line));
    if (other !== undefined)
      throw complain(
        line.line,
        'period',
        `Two budgets of ${scope.trim()} overlap: ${other.period} in line ${other.line} and ${line.period} in line ${line.line}`,
        line.period,
      );
    taken.set(scope, [...others, line]);
  }
}

function overlap(a: Budget, b: Budget): boolean {
  if (a.period === b.period) return a.validFrom === b.validFrom;
  const months = new Set<string>(monthsOf(a.period));
  return monthsOf(b.period).some((month) => months.has(month));
}
