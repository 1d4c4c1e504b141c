import { addDays, type BillingDate } from '../core/calendar/billing-date.ts';
import { currency, exactText, minus, money } from '../core/money/money.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import type { Lake } from '../lake/lake.ts';
import { pinHistory } from '../lake/pin-history.ts';
import type { Asker, Cell } from '../ports/engine.ts';
import {
  dayChanges,
  dayLargest,
  dayNow,
  type RestatedColumn,
  type RestatedWhere,
  restatedBy,
  restatedRows,
  restatedTotal,
  restatingCommits,
} from '../sql/restatements/told.ts';
import type { Cause } from '../sql/schema.ts';

/** A lake at one version and an engine to ask it with, in which relations of its history may be made. */
export interface Asking {
  readonly engine: Asker;
  readonly lake: Lake;
  readonly state: LakeState;
}

/** What to tell. Undefined leaves nothing out. */
export interface RestatementsOf {
  /** The first and the last billing day, both in it. */
  readonly from?: BillingDate | undefined;
  readonly to?: BillingDate | undefined;
  /** Commits after this lake version, or not before this moment (ISO 8601, UTC). */
  readonly since?: { readonly version: number } | { readonly moment: string } | undefined;
  readonly by?: 'day' | 'ou' | 'service' | 'account' | undefined;
  /** Rows of each list at most. */
  readonly limit: number;
}

/** Amounts are exact decimal texts in `currency`, the reporting currency. */
interface Change {
  /** Restatements; one a day and row of the breakdown. */
  readonly rows: number;
  /** What went up, what went down (below zero), and the sum of both. */
  readonly up: string;
  readonly down: string;
  readonly change: string;
}

/** What one commit changed in one source for one cause. */
export interface RestatingCommit extends Change {
  readonly lakeVersion: number;
  /** ISO 8601, UTC. */
  readonly committedAt: string;
  readonly cause: Cause;
  readonly source: string;
  readonly delivery: string | null;
  readonly firstDay: string;
  readonly lastDay: string;
  readonly days: number;
}

export interface RestatedRow {
  readonly lakeVersion: number;
  readonly committedAt: string;
  readonly day: string;
  readonly ou: string;
  readonly service: string;
  readonly account: string;
  readonly source: string;
  readonly before: string;
  readonly after: string;
  readonly cause: Cause;
  readonly delivery: string | null;
}

export interface RestatedGroup extends Change {
  /** The day, or the name of the OU, service or account. */
  readonly key: string;
  readonly commits: number;
}

/** What changed of days that the lake held, newest first. */
export interface Restatements {
  readonly lakeVersion: number;
  readonly metric: 'DailyCost';
  readonly currency: string;
  readonly total: Change & { readonly commits: number };
  readonly commits: readonly RestatingCommit[];
  /** Where it was not asked to add up. */
  readonly rows: readonly RestatedRow[];
  /** Where it was asked to add up, the largest change first. */
  readonly groups: readonly RestatedGroup[];
}

/** What changed. Makes relations of the history in the engine. */
export async function restatements(
  { engine, lake, state }: Asking,
  { from, to, since, by, limit }: RestatementsOf,
): Promise<Restatements> {
  const after = since !== undefined && 'version' in since ? since.version : undefined;
  const moment = since !== undefined && 'moment' in since ? since.moment : undefined;
  await pinHistory(engine, lake, state, { since: after });
  const where: RestatedWhere = { from, to, after, since: moment?.slice(0, 23).replace('T', ' ') };
  const [total] = await engine.rows(restatedTotal(where));
  const commits = await engine.rows(restatingCommits({ ...where, rows: limit }));
  const rows = by === undefined ? await engine.rows(restatedRows({ ...where, rows: limit })) : [];
  const groups =
    by === undefined ? [] : await engine.rows(restatedBy({ ...where, by: COLUMNS[by], rows: limit }));
  return {
    lakeVersion: state.version,
    metric: 'DailyCost',
    currency: lake.identity.reportingCurrency,
    total: { commits: Number(total?.[0] ?? 0), ...changeOf(total?.slice(1) ?? []) },
    commits: commits.map(([version, at, cause, source, delivery, firstDay, lastDay, days, ...change]) => ({
      lakeVersion: Number(version),
      committedAt: isoOf(at),
      cause: String(cause) as Cause,
      source: String(source),
      delivery: textOrNull(delivery),
      firstDay: String(firstDay),
      lastDay: String(lastDay),
      days: Number(days),
      ...changeOf(change),
    })),
    rows: rows.map(([version, at, day, ou, service, account, source, before, now, cause, delivery]) => ({
      lakeVersion: Number(version),
      committedAt: isoOf(at),
      day: String(day),
      ou: String(ou),
      service: String(service),
      account: String(account),
      source: String(source),
      before: amountOf(before),
      after: amountOf(now),
      cause: String(cause) as Cause,
      delivery: textOrNull(delivery),
    })),
    groups: groups.map(([key, count, ...change]) => ({
      key: String(key),
      commits: Number(count),
      ...changeOf(change),
    })),
  };
}

const COLUMNS: Readonly<Record<'day' | 'ou' | 'service' | 'account', RestatedColumn>> = {
  day: 'BillingDate',
  ou: 'OU',
  service: 'Service',
  account: 'LinkedAccount',
};

/** One OU, service, account, or all that are set at once. */
export interface DayScope {
  readonly ou?: string | undefined;
  readonly service?: string | undefined;
  readonly account?: string | undefined;
}

/** What made a day another amount: the first delivery that knew of it (`arrival`), or a restatement. */
export interface DayStep {
  readonly lakeVersion: number;
  /** ISO 8601, UTC. */
  readonly committedAt: string;
  readonly cause: Cause | 'arrival';
  readonly source: string;
  readonly delivery: string | null;
  readonly before: string;
  readonly after: string;
  /** The largest restatements in it, at most three; none for an arrival. */
  readonly largest: readonly {
    readonly ou: string;
    readonly service: string;
    readonly account: string;
    readonly before: string;
    readonly after: string;
  }[];
}

/** "12 Sep was 412.10 on 13 Sep, is 431.77 now, because …". Amounts are exact decimal texts in `currency`. */
export interface DayHistory {
  readonly day: BillingDate;
  readonly scope: DayScope;
  readonly metric: 'DailyCost';
  readonly currency: string;
  readonly lakeVersion: number;
  readonly now: string;
  /** Oldest first. Each begins where the one before it ended. Empty where the lake never knew of the day. */
  readonly steps: readonly DayStep[];
}

/**
 * What `day` was after each commit that changed it, and why. The relations of `state` are pinned in the engine; those of
 * its history are made. Counted back from what the day is now, so that the end is exact also for a scope, whose changes
 * below 0.005 are not told.
 */
export async function historyOfDay(
  { engine, lake, state }: Asking,
  day: BillingDate,
  scope: DayScope = {},
): Promise<DayHistory> {
  await pinHistory(engine, lake, state, { days: { from: day, until: addDays(day, 1) } });
  const where = { day, ...scope };
  const of = currency(lake.identity.reportingCurrency);
  const [now] = await engine.rows(dayNow(where));
  const largest = await engine.rows(dayLargest({ ...where, rows: 3 }));
  let amount = money(amountOf(now?.[0]), of);
  const steps: DayStep[] = [];
  for (const [version, at, cause, source, delivery, change] of await engine.rows(dayChanges(where))) {
    const before = minus(amount, money(amountOf(change), of));
    steps.unshift({
      lakeVersion: Number(version),
      committedAt: isoOf(at),
      cause: String(cause) as DayStep['cause'],
      source: String(source),
      delivery: textOrNull(delivery),
      before: exactText(before),
      after: exactText(amount),
      largest: largest
        .filter((row) => row[0] === version && row[1] === cause && row[2] === source)
        .map(([, , , ou, service, account, was, is]) => ({
          ou: String(ou),
          service: String(service),
          account: String(account),
          before: amountOf(was),
          after: amountOf(is),
        })),
    });
    amount = before;
  }
  return {
    day,
    scope,
    metric: 'DailyCost',
    currency: of,
    lakeVersion: state.version,
    now: amountOf(now?.[0]),
    steps,
  };
}

function changeOf([rows, up, down, change]: readonly Cell[]): Change {
  return { rows: Number(rows ?? 0), up: amountOf(up), down: amountOf(down), change: amountOf(change) };
}

/** Exact text without needless zeros. */
const amountOf = (cell: Cell | undefined): string => exactText(money(String(cell ?? '0'), currency('XXX')));
const textOrNull = (cell: Cell | undefined): string | null =>
  cell === null || cell === undefined ? null : String(cell);
const isoOf = (cell: Cell | undefined): string => `${String(cell).replace(' ', 'T').slice(0, 23)}Z`;
