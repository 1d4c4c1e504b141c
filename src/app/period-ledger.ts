import { dayOf } from '../core/calendar/billing-date.ts';
import { addMonths, type BillingPeriod, firstDay } from '../core/calendar/billing-period.ts';
import { currency, exactText, type Money, money, plus, zero } from '../core/money/money.ts';
import {
  type BillState,
  billState,
  leastSettled,
  type PeriodState,
  QUIET_DAYS,
} from '../core/periods/bill-state.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import type { Lake } from '../lake/lake.ts';
import { loadHistory } from '../lake/load-history.ts';
import { type BillHistory, type BillStep, billsOf } from './period-bills.ts';

export type { PeriodState } from '../core/periods/bill-state.ts';

/** Every billing period of the lake with its bills and their deliveries, newest first. */
export interface PeriodLedger {
  readonly lakeVersion: number;
  /** ISO 8601 UTC: the moment that it is told for. */
  readonly moment: string;
  readonly periods: readonly PeriodEntry[];
}

export interface PeriodEntry {
  readonly period: BillingPeriod;
  /** The least settled of its bills: `reopened` before `open` before `closing` before `invoiced`. */
  readonly state: PeriodState;
  readonly assumed: boolean;
  /** By source, then billing account. */
  readonly bills: readonly PeriodBill[];
  readonly totals: readonly PeriodTotal[];
}

/** One billing account's month in one source. */
export interface PeriodBill {
  readonly source: string;
  /** The empty text where the bill names none. */
  readonly billingAccount: string;
  readonly state: PeriodState;
  /** `invoiced` because nothing changed for 15 days: the source carries no invoice ids. */
  readonly assumed: boolean;
  /** Since when it has been in this state, ISO 8601 UTC, by the age of deliveries. */
  readonly since: string;
  /** When a delivery last changed one of its totals, ISO 8601 UTC. */
  readonly unchangedSince: string;
  /** For people: "every line carries an invoice", "unchanged since 2026-10-04" … */
  readonly why: string;
  /** Lines of a BilledCost that is not 0, with and without InvoiceId; undefined where nobody counted when they came. */
  readonly invoicedLines: number | undefined;
  readonly uninvoicedLines: number | undefined;
  readonly totals: readonly PeriodTotal[];
  /** From the first to the newest; each that brought lines of this bill. */
  readonly deliveries: readonly PeriodDelivery[];
  /** Deliveries that changed a total after the bill was invoiced, oldest first; kept for ever. */
  readonly reopenings: readonly Reopening[];
}

/** Exact decimal texts; accounts that another source counts are not in it. */
export interface PeriodTotal {
  readonly currency: string;
  readonly billed: string;
  readonly effective: string;
}

export interface PeriodDelivery {
  readonly delivery: string;
  readonly scope: 'month' | 'part';
  /** ISO 8601 UTC; `ageFrom` says by what. */
  readonly deliveredAt: string;
  readonly ageFrom: 'manifest' | 'delivered-at' | 'arrival';
  readonly lakeVersion: number;
  readonly committedAt: string;
  /** Its lines are counted at the version asked for. */
  readonly current: boolean;
  /** What the bill came to once it was in. */
  readonly totals: readonly PeriodTotal[];
}

export interface Reopening {
  readonly delivery: string;
  readonly deliveredAt: string;
  readonly lakeVersion: number;
  readonly before: readonly PeriodTotal[];
  readonly after: readonly PeriodTotal[];
}

/**
 * The period ledger (requirement N5) of `state`, told for `now` (ms since 1970). Made from the catalog alone, which keeps
 * the totals of every delivery; asks no engine. @throws UserError `LAKE_DAMAGED`
 */
export async function periodLedger(
  lake: Pick<Lake, 'store'>,
  state: LakeState,
  now: number,
): Promise<PeriodLedger> {
  const current = new Set(state.loads.map(({ id }) => id));
  const bills = billsOf(await loadHistory(lake.store, state.version), state.exclusions);
  const periods = new Map<BillingPeriod, PeriodBill[]>();
  for (const bill of bills)
    periods.set(bill.period, [...(periods.get(bill.period) ?? []), told(bill, current, now)]);
  return {
    lakeVersion: state.version,
    moment: iso(now),
    periods: [...periods].reverse().map(([period, ofPeriod]) => ({
      period,
      state: leastSettled(ofPeriod.map((bill) => bill.state)),
      assumed: ofPeriod.some(({ assumed }) => assumed),
      bills: ofPeriod,
      totals: summed(ofPeriod.flatMap(({ totals }) => totals)),
    })),
  };
}

/**
 * The bills that a delivery changed after they were invoiced, in the last 15 days. Reads the catalog's history only where
 * a month that is over was delivered in that time.
 */
export async function reopenedBills(lake: Pick<Lake, 'store'>, state: LakeState, now: number) {
  const since = now - QUIET_DAYS * 86_400_000;
  const mayBe = state.loads.some(
    ({ billingPeriod, delivery }) => endOf(billingPeriod) <= now && Date.parse(delivery.deliveredAt) >= since,
  );
  if (!mayBe) return [];
  const { periods } = await periodLedger(lake, state, now);
  return periods.flatMap(({ period, bills }) =>
    bills
      .filter((bill) => bill.state === 'reopened')
      .map(({ source, why: of }) => ({ period, source, why: of })),
  );
}

const endOf = (period: BillingPeriod): number => Date.parse(`${firstDay(addMonths(period, 1))}T00:00:00Z`);

/** The state of a bill at `now`. */
export const stateOfBill = ({ period, deliveries, namesInvoices }: BillHistory, now: number): BillState =>
  billState(
    {
      end: endOf(period),
      deliveries: deliveries.map(({ delivery, changed, invoiced, uninvoiced }) => ({
        at: Date.parse(delivery.deliveredAt),
        changed,
        invoiced,
        uninvoiced,
      })),
      namesInvoices,
    },
    now,
  );

function told(bill: BillHistory, current: ReadonlySet<string>, now: number): PeriodBill {
  const { source, billingAccount, deliveries } = bill;
  const judged = stateOfBill(bill, now);
  const newest = deliveries.at(-1);
  return {
    source,
    billingAccount,
    state: judged.state,
    assumed: judged.assumed,
    since: iso(judged.since),
    unchangedSince: iso(judged.unchangedSince),
    why: why(bill, judged),
    invoicedLines: newest?.invoiced,
    uninvoicedLines: newest?.uninvoiced,
    totals: newest === undefined ? [] : totalsOf(newest),
    deliveries: deliveries.map((step) => ({
      delivery: step.delivery.id,
      scope: step.scope,
      deliveredAt: step.delivery.deliveredAt,
      ageFrom: step.delivery.ageFrom,
      lakeVersion: step.version,
      committedAt: step.committedAt,
      current: step.loads.some((load) => current.has(load)),
      totals: totalsOf(step),
    })),
    reopenings: judged.reopenedBy.flatMap((i) => {
      const [before, after] = [deliveries[i - 1], deliveries[i]];
      return before === undefined || after === undefined
        ? []
        : {
            delivery: after.delivery.id,
            deliveredAt: after.delivery.deliveredAt,
            lakeVersion: after.version,
            before: totalsOf(before),
            after: totalsOf(after),
          };
    }),
  };
}

function why({ period, deliveries, namesInvoices }: BillHistory, judged: BillState): string {
  const unchanged = dayOf(judged.unchangedSince);
  switch (judged.state) {
    case 'open':
      return 'the month is not over';
    case 'reopened':
      return `a delivery of ${dayOf(judged.since)} changed its total after it was invoiced`;
    case 'invoiced':
      return judged.assumed
        ? `assumed: no invoice is named, and nothing changed for 15 days since ${later(unchanged, firstDay(addMonths(period, 1)))}`
        : judged.reopenedBy.length > 0
          ? `it was changed after it was invoiced, last on ${unchanged}, and stood for 15 days since`
          : 'every line that was billed carries an invoice';
    case 'closing': {
      const without = deliveries.at(-1)?.uninvoiced;
      return namesInvoices && without !== undefined
        ? `${without} ${without === 1 ? 'line carries' : 'lines carry'} no invoice yet`
        : `no invoice is named, and the last change was less than 15 days ago (${unchanged})`;
    }
  }
}

const later = (a: string, b: string): string => (a > b ? a : b);

const totalsOf = ({ sums }: BillStep): readonly PeriodTotal[] =>
  [...sums]
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([code, [billed, effective]]) => ({
      currency: code,
      billed: textOf(billed, code),
      effective: textOf(effective, code),
    }));

const textOf = (amount: Money | undefined, code: string): string => exactText(amount ?? zero(currency(code)));

function summed(totals: readonly PeriodTotal[]): readonly PeriodTotal[] {
  const sums = new Map<string, PeriodTotal>();
  for (const total of totals) {
    const so = sums.get(total.currency);
    sums.set(total.currency, so === undefined ? total : added(so, total));
  }
  return [...sums.values()].sort((a, b) => (a.currency < b.currency ? -1 : 1));
}

function added(a: PeriodTotal, b: PeriodTotal): PeriodTotal {
  const of = currency(a.currency);
  const sum = (x: string, y: string): string => exactText(plus(money(x, of), money(y, of)));
  return { currency: a.currency, billed: sum(a.billed, b.billed), effective: sum(a.effective, b.effective) };
}

const iso = (moment: number): string => new Date(moment).toISOString();
