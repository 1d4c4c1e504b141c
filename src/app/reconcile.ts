import type { BillingDate } from '../core/calendar/billing-date.ts';
import { addDays } from '../core/calendar/billing-date.ts';
import type { BillingPeriod } from '../core/calendar/billing-period.ts';
import { UserError } from '../core/errors/user-error.ts';
import { type Currency, currency, exactText, minus, money, sum } from '../core/money/money.ts';
import { type Cause, type LakeCell, reconcile } from '../core/reconcile/reconcile.ts';
import { stateAsOf } from '../lake/as-of.ts';
import type { LakeState } from '../lake/catalog-types.ts';
import type { Lake } from '../lake/lake.ts';
import { pinLake } from '../lake/pin.ts';
import type { Asker } from '../ports/engine.ts';
import { billedCells } from '../sql/reconcile.ts';
import { type Invoice, readInvoice } from './reconcile/invoice-file.ts';

export interface ReconcileRequest {
  /** The invoice, CSV. */
  readonly against: string;
  readonly period: BillingPeriod;
  /** Only what this source delivered; else all sources. */
  readonly source: string | undefined;
  /** When the invoice was written, where the file does not say. */
  readonly invoiceDate: BillingDate | undefined;
}

/** Amounts are exact decimal texts in the block's currency. */
export interface ReconcileReport {
  readonly invoice: string;
  readonly period: BillingPeriod;
  readonly source: string | null;
  readonly lakeVersion: number;
  readonly invoiceDate: BillingDate | null;
  /** Why lines that came later than the invoice cannot be told; null where they are, or where none can be. */
  readonly lateUnknown: string | null;
  readonly currencies: readonly {
    readonly currency: string;
    readonly invoice: string;
    readonly lake: string;
    readonly remainder: string;
    readonly causes: readonly { readonly cause: Cause; readonly amount: string; readonly cells: number }[];
    readonly unexplained: string;
    readonly differing: readonly {
      readonly name: string;
      readonly invoice: string;
      readonly lake: string;
      readonly difference: string;
    }[];
  }[];
  /** Every remainder is explained to the cent. */
  readonly explained: boolean;
}

const DIFFERING_MAX = 100;

/**
 * Sets an invoice against the control totals of its billing period and explains the remainder, currency by currency.
 * @throws UserError `INVOICE_INVALID`, `PERIOD_INVALID` where the lake holds nothing of the period
 */
export async function reconcileInvoice(
  engine: Asker,
  lake: Lake,
  state: LakeState,
  request: ReconcileRequest,
  now: number,
): Promise<ReconcileReport> {
  const invoice = await readInvoice(request.against);
  const { period, source } = request;
  if (!state.loads.some((load) => load.billingPeriod === period && (source ?? load.source) === load.source))
    throw nothingOf(period, source);
  const date = request.invoiceDate ?? invoice.date;
  const { held, lateUnknown } = await heldThen(lake, state, date, now);
  const cellsNow = await cellsOf(engine, lake, state, request);
  const cellsThen = held.version === state.version ? cellsNow : await cellsOf(engine, lake, held, request);
  const codes = [
    ...new Set([
      ...invoice.cells.map(({ amount }) => amount.currency),
      ...[...cellsNow, ...cellsThen].map(({ billed }) => billed.currency),
    ]),
  ].sort();
  const currencies = codes.map((code) => ofCurrency(code, invoice, cellsThen, cellsNow));
  return {
    invoice: invoice.name,
    period,
    source: source ?? null,
    lakeVersion: state.version,
    invoiceDate: date ?? null,
    lateUnknown,
    currencies,
    explained: currencies.every(({ unexplained }) => money(unexplained, currency('XXX')).units === 0n),
  };
}

/** The lake as it was at the end of the invoice's day. */
async function heldThen(lake: Lake, state: LakeState, date: BillingDate | undefined, now: number) {
  if (date === undefined)
    return { held: state, lateUnknown: 'the invoice names no date: --invoice-date says when it was written' };
  if (Date.parse(`${addDays(date, 1)}T00:00:00Z`) > now) return { held: state, lateUnknown: null };
  try {
    return { held: (await stateAsOf(lake, date, now)).state, lateUnknown: null };
  } catch (error) {
    if (!(error instanceof UserError) || !['AS_OF_BEFORE_LAKE', 'VERSION_THINNED'].includes(error.code))
      throw error;
    return { held: state, lateUnknown: error.what };
  }
}

async function cellsOf(
  engine: Asker,
  lake: Lake,
  state: LakeState,
  { period, source }: ReconcileRequest,
): Promise<readonly LakeCell[]> {
  await pinLake(engine, lake, {
    ...state,
    loads: state.loads.filter(({ billingPeriod }) => billingPeriod === period),
  });
  const rows = await engine.rows(billedCells({ billingPeriod: period, source }));
  const counted = rows.map(([account, service, kind, code, billed, amortised]): LakeCell => {
    const unit = currency(String(code));
    return {
      account: String(account),
      service: String(service),
      kind: String(kind),
      billed: money(String(billed), unit),
      amortised: amortised === null || amortised === undefined ? undefined : money(String(amortised), unit),
      excluded: false,
    };
  });
  return source === undefined ? counted : [...counted, ...excludedOf(state, period, source)];
}

/** What the source delivered and another one counts: it may well be on the invoice. */
const excludedOf = ({ exclusions }: LakeState, period: BillingPeriod, source: string): readonly LakeCell[] =>
  exclusions
    .filter((exclusion) => exclusion.source === source && exclusion.billingPeriod === period)
    .flatMap(({ subAccountId, totals }) =>
      totals
        .filter(({ metric }) => metric === 'BilledCost')
        .map(({ currency: code, amount }) => ({
          account: subAccountId,
          service: '',
          kind: 'usage',
          billed: money(amount, currency(code)),
          amortised: undefined,
          excluded: true,
        })),
    );

function ofCurrency(
  code: Currency,
  invoice: Invoice,
  then: readonly LakeCell[],
  now: readonly LakeCell[],
): ReconcileReport['currencies'][number] {
  const ours = (cells: readonly LakeCell[]) => cells.filter(({ billed }) => billed.currency === code);
  const found = reconcile({
    invoice: invoice.cells.filter(({ amount }) => amount.currency === code),
    held: ours(then),
    now: sum(
      ours(now)
        .filter(({ excluded }) => !excluded)
        .map(({ billed }) => billed),
      code,
    ),
  });
  return {
    currency: code,
    invoice: exactText(found.invoice),
    lake: exactText(found.lake),
    remainder: exactText(minus(found.invoice, found.lake)),
    causes: found.causes.map(({ cause, amount, cells }) => ({ cause, amount: exactText(amount), cells })),
    unexplained: exactText(found.unexplained),
    differing: found.differing.slice(0, DIFFERING_MAX).map(({ name, invoice: of, lake }) => ({
      name,
      invoice: exactText(of),
      lake: exactText(lake),
      difference: exactText(minus(of, lake)),
    })),
  };
}

const nothingOf = (period: BillingPeriod, source: string | undefined): UserError =>
  new UserError('PERIOD_INVALID', {
    what: `The lake holds no delivery of billing period ${period}${source === undefined ? '' : ` from ${source}`}`,
    remedy: 'See which periods there are: spendlight periods',
  });
