import { addDays } from '../../core/calendar/billing-date.ts';
import { known } from '../../core/errors/invariant.ts';
import { type Money, minus } from '../../core/money/money.ts';
import type { DayRow, HeadlineDay, Movers, TopTen } from '../../delivery/digest/facts.ts';
import type { Row } from '../../ports/engine.ts';
import { dayRows, dayTotals, TOP_MOVERS, TOP_ROWS } from '../../sql/digest/day-rows.ts';
import { type Asked, amount, count, nameOf } from './asked.ts';
import type { MonthAnswer } from './month.ts';
import { whyOf } from './why.ts';

export interface DayAnswer {
  readonly headline: HeadlineDay;
  readonly top: TopTen;
  /** Undefined where the lake has no earlier day of this weekday to compare with. */
  readonly movers: Movers | undefined;
}

/**
 * The judged day: what it cost, its dearest rows, what moved against the same weekdays. All parts add up to their totals.
 * `tellWhy` reads lines, which takes longer than all the rest: who tells no causes passes `noWhy`.
 */
export async function dayAnswer(
  asked: Asked,
  month: MonthAnswer,
  tellWhy: typeof whyOf = whyOf,
): Promise<DayAnswer> {
  const { engine, judged, currency, weeks } = asked;
  const totals = known((await engine.rows(dayTotals({ day: judged, weeks })))[0], 'totals of the day');
  const rows = await engine.rows(dayRows({ day: judged, weeks }));
  const [csvRows, total, comparable, usual, others, belowZero, othersAmount, othersChange, ...movers] =
    totals;
  const money = (cell: Row[number] | undefined): Money => amount(cell, currency);
  const compared = weeks > 0;
  const weekBefore = addDays(judged, -7);
  const change = compared ? minus(money(comparable), money(usual)) : undefined;
  return {
    headline: {
      date: judged,
      total: money(total),
      comparable: money(comparable),
      onChargeDate: minus(money(total), money(comparable)),
      usualWeekday: compared ? { mean: money(usual), days: weeks } : undefined,
      weekBefore: compared ? { date: weekBefore, comparable: month.usageOn(weekBefore) } : undefined,
      rows: count(csvRows),
    },
    top: {
      rows: listed(rows, 7, TOP_ROWS).map((row) => dayRow(row, asked)),
      others: {
        rows: count(others),
        belowZero: count(belowZero),
        amount: money(othersAmount),
        change: compared ? money(othersChange) : undefined,
      },
      total: money(total),
      totalChange: change,
    },
    movers:
      change === undefined ? undefined : await moversOf(rows, movers, { total: change, tellWhy }, asked),
  };
}

/** Tells no cause of any mover. */
export const noWhy: typeof whyOf = async (_, movers) => movers.map(() => undefined);

async function moversOf(
  rows: readonly Row[],
  rest: Row,
  { total, tellWhy }: { readonly total: Money; readonly tellWhy: typeof whyOf },
  asked: Asked,
): Promise<Movers> {
  const moved = listed(rows, 8, TOP_MOVERS)
    .map((row) => dayRow(row, asked))
    .filter((row) => row.change !== undefined && row.change.units !== 0n);
  const why = await tellWhy(asked, moved);
  const [others, largest, change] = rest;
  return {
    rows: moved.map((row, i) => ({ ...row, why: why[i] })),
    others: {
      rows: count(others),
      largest: amount(largest, asked.currency),
      change: amount(change, asked.currency),
    },
    total,
  };
}

/** Rows that have a place of at most `most` in the column `at`, in that order. */
const listed = (rows: readonly Row[], at: number, most: number): Row[] =>
  rows
    .filter((row) => row[at] !== null && count(row[at]) <= most)
    .sort((a, b) => count(a[at]) - count(b[at]));

function dayRow(row: Row, { currency, weeks }: Asked): DayRow {
  const [ou, service, account, name, now, change, usual] = row;
  return {
    service: String(service),
    account: { id: String(account), name: nameOf(name) },
    ou: String(ou),
    amount: amount(now, currency),
    change: weeks > 0 ? amount(change, currency) : undefined,
    usual: weeks > 0 ? amount(usual, currency) : undefined,
  };
}
