import { addDays, type BillingDate, type Period } from '../../core/calendar/billing-date.ts';
import { daysOf, monthToDate, periodOf } from '../../core/calendar/billing-period.ts';
import { invariant } from '../../core/errors/invariant.ts';
import { type Currency, type Money, money, zero } from '../../core/money/money.ts';
import type { TagRules } from '../../core/rules/rules.ts';
import type { LakeState } from '../../lake/catalog-types.ts';
import type { Lake } from '../../lake/lake.ts';
import type { Asker, Cell } from '../../ports/engine.ts';
import type { Filters } from '../../sql/scope.ts';
import type { CompleteDays } from '../complete-days.ts';

/** What every question of one digest is asked about: both sides of each comparison are cut at `judged`. */
export interface Asked {
  readonly engine: Asker;
  readonly lake: Lake;
  readonly state: LakeState;
  readonly complete: CompleteDays;
  readonly tagRules: TagRules;
  readonly currency: Currency;
  /** Where a part of the costs is asked about: which, and whether in the lake's own metric, that of budgets. */
  readonly part?: { readonly filters: Filters; readonly ownMetric: boolean } | undefined;
  /** The headline day. */
  readonly judged: BillingDate;
  /** From the month's first to the judged day; and the whole month. */
  readonly toDate: Period;
  readonly month: Period;
  /** How many of the four weeks before have the judged weekday in the lake. */
  readonly weeks: number;
}

export function asked(
  of: Pick<Asked, 'engine' | 'lake' | 'state' | 'complete' | 'tagRules' | 'currency' | 'part' | 'judged'>,
): Asked {
  const { judged } = of;
  const first = of.complete.firstDay ?? judged;
  return {
    ...of,
    toDate: monthToDate(judged),
    month: daysOf(periodOf(judged)),
    weeks: [1, 2, 3, 4].filter((week) => addDays(judged, -7 * week) >= first).length,
  };
}

/** A decimal of an answer as money; null is none of it. */
export const amount = (cell: Cell | undefined, currency: Currency): Money =>
  cell === null || cell === undefined ? zero(currency) : money(String(cell), currency);

/** A count of an answer. */
export function count(cell: Cell | undefined): number {
  invariant(cell !== null && cell !== undefined, 'a count is never null');
  return Number(cell);
}

/** A name of an answer; undefined where nobody gave one. */
export const nameOf = (cell: Cell | undefined): string | undefined =>
  cell === null || cell === undefined || cell === '' ? undefined : String(cell);
