import { addDays, type BillingDate, dayOf, eachDay } from '../core/calendar/billing-date.ts';
import { addMonths, type BillingPeriod, firstDay, periodOf } from '../core/calendar/billing-period.ts';
import { type DayJudgement, dayState } from '../core/completeness/calendar.ts';
import type { LoadsCommit } from '../lake/load-history.ts';
import type { BillHistory } from './period-bills.ts';
import { stateOfBill } from './period-ledger.ts';

/** How final days are. */
export interface Finality {
  of(day: DayOfAccount): DayJudgement;
}

/** A day of an account of a source. */
export interface DayOfAccount {
  readonly source: string;
  readonly account: string;
  readonly date: BillingDate;
  readonly hasLines: boolean;
  readonly isComplete: boolean;
}

/** When a delivery changed a day of an account last: [source, account, day] → the lake version that it made. */
export type LastChanges = ReadonlyMap<string, number>;
export const changeKey = (source: string, account: string, day: BillingDate): string =>
  JSON.stringify([source, account, day]);

/** How final days are by their bills and by what `commits` and `changes` tell, at `now` (ms since 1970). */
export function finalityOf(
  commits: readonly LoadsCommit[],
  bills: readonly BillHistory[],
  changes: LastChanges,
  now: number,
): Finality {
  const invoiced = invoicedSince(bills, now);
  const came = firstDeliveries(commits);
  const delivered = new Map(commits.map(({ version, added }) => [version, dayDelivered(added)]));
  const today = dayOf(now);
  const ends = new Map<BillingPeriod, BillingDate>(); // asked for every cell of the calendar
  const endOf = (period: BillingPeriod): BillingDate => {
    const end = ends.get(period) ?? firstDay(addMonths(period, 1));
    ends.set(period, end);
    return end;
  };
  return {
    of({ source, account, date, hasLines, isComplete }) {
      const period = periodOf(date);
      const version = changes.get(changeKey(source, account, date));
      const changed = version === undefined ? undefined : delivered.get(version);
      return dayState({
        hasLines,
        isComplete,
        invoicedSince: invoiced.get(JSON.stringify([source, account, period])),
        monthEnd: endOf(period),
        changed: changed ?? came.get(JSON.stringify([source, date])) ?? today,
        today,
      });
    },
  };
}

/** [source, account, month] → since when every bill of it is invoiced; months with a bill that is not are absent. */
function invoicedSince(bills: readonly BillHistory[], now: number): ReadonlyMap<string, BillingDate> {
  const since = new Map<string, BillingDate>();
  const not = new Set<string>();
  for (const bill of bills) {
    const { state, since: at } = stateOfBill(bill, now);
    for (const account of bill.accounts) {
      const key = JSON.stringify([bill.source, account, bill.period]);
      if (state !== 'invoiced') not.add(key);
      // An account that moved from one payer to another is on two bills of a month: both must be invoiced.
      const other = since.get(key);
      const mine = dayOf(at);
      since.set(key, other === undefined || mine > other ? mine : other);
    }
  }
  for (const key of not) since.delete(key);
  return since;
}

/** [source, day] → the day on which the first delivery with lines around it was made. */
function firstDeliveries(commits: readonly LoadsCommit[]): ReadonlyMap<string, BillingDate> {
  const first = new Map<string, BillingDate>();
  for (const { added } of commits) {
    for (const { source, delivery, firstDate, lastDate } of added) {
      if (firstDate === undefined || lastDate === undefined) continue;
      const day = dayOf(Date.parse(delivery.deliveredAt));
      for (const date of eachDay({ from: firstDate, until: addDays(lastDate, 1) })) {
        const key = JSON.stringify([source, date]);
        if (!first.has(key)) first.set(key, day);
      }
    }
  }
  return first;
}

const dayDelivered = ([load]: LoadsCommit['added']): BillingDate | undefined =>
  load === undefined ? undefined : dayOf(Date.parse(load.delivery.deliveredAt));
