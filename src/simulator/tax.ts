import type { DayTable } from './day-table.ts';
import { calendarFacts } from './levels.ts';
import { type Series, ten } from './series.ts';

/** Tax on usage, in 1/1000. */
const RATE = 22;

/** An account's tax, month by month: an estimate while the month is open, the invoiced amount from its sixth day after. */
export interface TaxLine {
  readonly account: number;
  /** Amounts in 10⁻¹⁰ USD, whole cents. */
  readonly months: readonly {
    readonly day: number;
    readonly estimate: number;
    readonly final: number;
    readonly restatedOn: number;
  }[];
}

/** The tax on what `table` bills as usage. Months that begin before the window have none: their day 1 is not in it. */
export function taxOf(
  table: DayTable,
  series: readonly Series[],
  accounts: number,
  window: { from: number; until: number },
): TaxLine[] {
  const months = monthsIn(window);
  const billed = months.map(() => new Float64Array(accounts));
  const { series: ids, day: days, quantity } = table;
  let month = 0;
  for (let i = 0; i < table.length; i++) {
    const one = series[ids[i] ?? 0];
    const day = days[i] ?? 0;
    while (month < months.length - 1 && day >= (months[month + 1]?.first ?? 0)) month++;
    while (month > 0 && day < (months[month]?.first ?? 0)) month--;
    const sums = billed[month];
    if (one === undefined || sums === undefined || !(one.kind === 'usage' || one.kind === 'spot')) continue;
    sums[one.account] = (sums[one.account] ?? 0) + ((quantity[i] ?? 0) * one.billed) / ten(one.p + one.q);
  }
  return Array.from({ length: accounts }, (_, account) => ({
    account,
    months: months.flatMap(({ first, length, days: inside }, at) => {
      const usd = billed[at]?.[account] ?? 0;
      if (first < window.from || usd <= 0) return [];
      const whole = (usd * length) / inside;
      const final = cents((whole * RATE) / 1000);
      // Estimates run a little low; an open month knows nothing else yet.
      const estimate = first + length > window.until ? final : cents((whole * (RATE - 1)) / 1000);
      return final === 0 ? [] : [{ day: first, estimate, final, restatedOn: first + length + 5 }];
    }),
  })).filter(({ months: taxed }) => taxed.length > 0);
}

const cents = (usd: number): number => Math.floor(usd * 100) * 1e8;

function monthsIn({
  from,
  until,
}: {
  from: number;
  until: number;
}): { first: number; length: number; days: number }[] {
  const found = [];
  for (let day = from; day < until; ) {
    const { dayOfMonth, daysInMonth } = calendarFacts(day);
    const first = day - dayOfMonth + 1;
    const next = first + daysInMonth;
    found.push({ first, length: daysInMonth, days: Math.min(next, until) - day });
    day = next;
  }
  return found;
}
