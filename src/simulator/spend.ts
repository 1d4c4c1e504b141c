import { calendarFacts } from './levels.ts';
import type { Plan } from './plan.ts';
import { ten } from './series.ts';

/** Billed cost per group and day, in USD as floats: for choosing budgets, never shown as a figure. */
export interface Spend {
  /** Usage of at most a day. */
  readonly usage: Float64Array;
  /** Everything. */
  readonly all: Float64Array;
}

/** Spend by OU (`null`: Unmapped) over the days of the plan, index 0 its first day. */
export function spendByOu(
  { series, accounts, days }: Plan,
  first: number,
  length: number,
): Map<string | null, Spend> {
  const found = new Map<string | null, Spend>();
  const ids = days.series;
  const dates = days.day;
  const quantities = days.quantity;
  for (let i = 0; i < days.length; i++) {
    const one = series[ids[i] ?? 0];
    if (one === undefined || one.billed === 0) continue;
    const ou = accounts[one.account]?.ou ?? null;
    const spend = found.get(ou) ?? { usage: new Float64Array(length), all: new Float64Array(length) };
    found.set(ou, spend);
    const at = (dates[i] ?? 0) - first;
    const usd = ((quantities[i] ?? 0) * one.billed) / ten(one.p + one.q);
    spend.all[at] = (spend.all[at] ?? 0) + usd;
    if (one.kind === 'usage' || one.kind === 'spot') spend.usage[at] = (spend.usage[at] ?? 0) + usd;
  }
  return found;
}

/**
 * Where a month ends at the present rate, as the digest reckons: all charges up to `newest` (index), then the mean of the
 * same weekdays of the last 28 days for each day left.
 */
export function monthEnd({ usage, all }: Spend, first: number, newest: number): number {
  const { dayOfMonth, daysInMonth } = calendarFacts(first + newest);
  let total = 0;
  for (let at = Math.max(0, newest - dayOfMonth + 1); at <= newest; at++) total += all[at] ?? 0;
  for (let ahead = 1; ahead <= daysInMonth - dayOfMonth; ahead++) {
    const back = ahead % 7 === 0 ? 0 : 7 - (ahead % 7);
    const same = [0, 7, 14, 21].map((weeks) => usage[newest - back - weeks] ?? 0);
    total += same.reduce((sum, usd) => sum + usd, 0) / same.length;
  }
  return total;
}
