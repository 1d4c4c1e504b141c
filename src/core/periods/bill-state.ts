import { invariant } from '../errors/invariant.ts';

/**
 * How settled a bill is (requirement N5). `open`: the month is not over. `closing`: it is, and some line lacks an invoice.
 * `invoiced`: every line that was billed carries one; where a source has none, no total changed for 15 days ("assumed").
 * `reopened`: a delivery changed a total after that, and the last such change is less than 15 days old.
 */
export type PeriodState = 'open' | 'closing' | 'invoiced' | 'reopened';

/** A delivery of a bill. All moments are milliseconds since 1970. */
export interface BillDelivery {
  /** How old it is: by its manifest, as told, or by arrival. */
  readonly at: number;
  /** It made another total than there was before it; the first delivery's does not count. */
  readonly changed: boolean;
  /** Lines of a BilledCost that is not 0, with and without an invoice id; undefined where nobody counted. */
  readonly invoiced: number | undefined;
  readonly uninvoiced: number | undefined;
}

/** A bill: one billing account's month in one source. */
export interface Bill {
  /** The end of the month. */
  readonly end: number;
  /** From the first to the newest, at least one. */
  readonly deliveries: readonly BillDelivery[];
  /** The source is known to name invoices, in this month or an earlier one. */
  readonly namesInvoices: boolean;
}

export interface BillState {
  readonly state: PeriodState;
  /** `invoiced` because nothing changed for 15 days, and not because every line says so. */
  readonly assumed: boolean;
  readonly since: number;
  /** When a delivery last changed a total, or the first one came. */
  readonly unchangedSince: number;
  /** Indices of the deliveries that changed a total after the bill had been invoiced. */
  readonly reopenedBy: readonly number[];
}

/** How long a bill must stand unchanged until nobody expects another change. */
export const QUIET_DAYS = 15;
const QUIET_MS = QUIET_DAYS * 86_400_000;

/** The state of `bill` at `now`. A reopened bill is invoiced again once nothing has changed for 15 days. */
export function billState({ end, deliveries, namesInvoices }: Bill, now: number): BillState {
  const [first] = deliveries;
  invariant(first !== undefined, 'a bill has a delivery');
  const reopenedBy: number[] = [];
  let settled: Settled | undefined;
  let reopenedAt: number | undefined;
  let changedAt = first.at;
  let at = first.at;
  let last = first;
  const settleBySilence = (until: number): void => {
    const byIds = namesInvoices && last.uninvoiced !== undefined && reopenedAt === undefined;
    const quiet = Math.max(end, changedAt) + QUIET_MS;
    if (settled === undefined && !byIds && quiet <= until)
      settled = { at: quiet, assumed: !isInvoiced(last, namesInvoices) };
  };
  for (const [i, delivery] of deliveries.entries()) {
    // Parts may be older than the month that they add to: time does not run backwards for a bill.
    at = Math.max(at, delivery.at);
    if (i > 0) settleBySilence(at);
    if (i > 0 && delivery.changed) {
      changedAt = at;
      if (settled !== undefined || reopenedAt !== undefined) {
        reopenedBy.push(i);
        reopenedAt ??= at;
        settled = undefined;
      }
    }
    last = delivery;
    if (settled === undefined && reopenedAt === undefined && at >= end && isInvoiced(last, namesInvoices))
      settled = { at, assumed: false };
    if (settled !== undefined) reopenedAt = undefined;
  }
  settleBySilence(now);
  const rest = { unchangedSince: changedAt, reopenedBy };
  if (now < end) return { state: 'open', assumed: false, since: first.at, ...rest };
  if (settled !== undefined)
    return { state: 'invoiced', assumed: settled.assumed, since: settled.at, ...rest };
  if (reopenedAt !== undefined) return { state: 'reopened', assumed: false, since: reopenedAt, ...rest };
  return { state: 'closing', assumed: false, since: end, ...rest };
}

interface Settled {
  readonly at: number;
  readonly assumed: boolean;
}

/** Every line that was billed carries an invoice. Of a bill without such lines that is so, too, where invoices are named. */
const isInvoiced = ({ invoiced, uninvoiced }: BillDelivery, namesInvoices: boolean): boolean =>
  uninvoiced === 0 && (namesInvoices || (invoiced ?? 0) > 0);

const RANK: Readonly<Record<PeriodState, number>> = { reopened: 0, open: 1, closing: 2, invoiced: 3 };

/** What a month is whose bills are in these states: the state that most needs a look. */
export function leastSettled(states: readonly PeriodState[]): PeriodState {
  const [least] = [...states].sort((a, b) => RANK[a] - RANK[b]);
  invariant(least !== undefined, 'a month has a bill');
  return least;
}
