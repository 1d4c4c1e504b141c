import { compare, type Money, minus, negated, plus, sum, zero } from '../money/money.ts';

/** What an invoice says under one account, service and kind of charge, as far as it tells them apart. All of one currency. */
export interface InvoiceCell {
  /** Absent: the invoice does not tell. The empty text: charges of no account. */
  readonly account?: string | undefined;
  readonly service?: string | undefined;
  /** `usage`, `fee`, `tax`, `credit`, `refund`, or `rounding`, which only invoices have. */
  readonly kind?: string | undefined;
  readonly amount: Money;
}

/** What the lake held of the same period when the invoice was written. */
export interface LakeCell {
  readonly account: string;
  readonly service: string;
  readonly kind: string;
  readonly billed: Money;
  /** Undefined where it is unknown. */
  readonly amortised: Money | undefined;
  /** Another source counts it: it is in no sum of the lake, and may be on the invoice. */
  readonly excluded: boolean;
}

export const CAUSES = [
  'late lines',
  'excluded',
  'tax',
  'credits',
  'refunds',
  'fees',
  'usage',
  'amortisation',
  'currency only on the invoice',
  'currency only in the lake',
  'account only on the invoice',
  'account only in the lake',
  'service only on the invoice',
  'service only in the lake',
  'rounding',
] as const;
export type Cause = (typeof CAUSES)[number];

/** A remainder taken apart: invoice − lake = causes + unexplained, exactly. */
export interface Reconciled {
  readonly invoice: Money;
  /** As the lake is now. */
  readonly lake: Money;
  readonly causes: readonly { readonly cause: Cause; readonly amount: Money; readonly cells: number }[];
  readonly unexplained: Money;
  /** Where it lies, the largest differences first. */
  readonly differing: readonly { readonly name: string; readonly invoice: Money; readonly lake: Money }[];
}

export interface ReconcileOf {
  readonly invoice: readonly InvoiceCell[];
  readonly held: readonly LakeCell[];
  /** What the lake counts now. */
  readonly now: Money;
}

/**
 * Sets an invoice against what the lake held when it was written, and names why they differ. An amount that differs by less
 * than the half cents of its lines is rounding. Where the invoice tells no kinds of charge, tax, credits, refunds or
 * amortisation explain what is left only if some of them do so to the cent.
 */
export function reconcile({ invoice, held, now }: ReconcileOf): Reconciled {
  const tally = new Tally(zero(now.currency));
  const counted = sum(
    held.filter(({ excluded }) => !excluded).map(({ billed }) => billed),
    now.currency,
  );
  tally.add('late lines', minus(counted, now));
  const excluded = held.filter((cell) => cell.excluded);
  tally.add(
    'excluded',
    sum(
      excluded.map(({ billed }) => billed),
      now.currency,
    ),
    excluded.length,
  );
  for (const cell of invoice) if (cell.kind === 'rounding') tally.add('rounding', cell.amount);
  const pairs = paired(
    invoice.filter(({ kind }) => kind !== 'rounding'),
    held,
    zero(now.currency),
  );
  const wholeCurrency = onOneSide(invoice.length, held.length);
  const open: Pair[] = [];
  for (const pair of pairs.all) {
    const cause = wholeCurrency ?? causeOf(pair, pairs);
    if (cause === undefined) open.push(pair);
    else tally.add(cause, minus(pair.invoice, pair.lake));
  }
  const left = sum(
    open.map((pair) => minus(pair.invoice, pair.lake)),
    now.currency,
  );
  const unexplained = pairs.tellsKinds ? left : wholeKinds(open, left, tally);
  return {
    invoice: sum(
      invoice.map(({ amount }) => amount),
      now.currency,
    ),
    lake: now,
    causes: tally.causes(),
    unexplained,
    differing:
      unexplained.units === 0n
        ? []
        : open.map(({ name, invoice: of, lake }) => ({ name, invoice: of, lake })).sort(byDifference),
  };
}

/** A currency that only one side knows. */
function onOneSide(onInvoice: number, inLake: number): Cause | undefined {
  if (inLake === 0) return 'currency only on the invoice';
  return onInvoice === 0 ? 'currency only in the lake' : undefined;
}

/** One place of invoice and lake. */
interface Pair {
  readonly name: string;
  readonly account: string | undefined;
  readonly service: string | undefined;
  readonly kind: string | undefined;
  invoice: Money;
  lake: Money;
  /** Lines of the invoice: each is rounded to cents. */
  lines: number;
  readonly cells: LakeCell[];
}

interface Pairs {
  readonly all: readonly Pair[];
  readonly tellsKinds: boolean;
  /** What the invoice, and what the lake, has at all. */
  readonly onInvoice: Seen;
  readonly inLake: Seen;
}

interface Seen {
  readonly accounts: ReadonlySet<string | undefined>;
  readonly services: ReadonlySet<string | undefined>;
  readonly kinds: ReadonlySet<string | undefined>;
}

/** Puts both side by side as finely as the invoice tells them apart: a kind without services is compared without them. */
function paired(invoice: readonly InvoiceCell[], held: readonly LakeCell[], nothing: Money): Pairs {
  const tellsKinds = invoice.length > 0 && invoice.every(({ kind }) => kind !== undefined);
  const kindOf = (kind: string | undefined) => (tellsKinds ? kind : undefined);
  const without = (of: (cell: InvoiceCell) => unknown) =>
    new Set(invoice.filter((cell) => of(cell) === undefined).map(({ kind }) => kindOf(kind)));
  const [noAccount, noService] = [without(({ account }) => account), without(({ service }) => service)];
  const all = new Map<string, Pair>();
  const at = (cell: InvoiceCell | LakeCell): Pair => {
    const kind = kindOf(cell.kind);
    const account = noAccount.has(kind) ? undefined : cell.account;
    const service = noService.has(kind) ? undefined : cell.service;
    const name = [account, service, kind].filter((part) => part !== undefined).join(', ') || 'all';
    const key = JSON.stringify([account ?? null, service ?? null, kind ?? null]);
    const found = all.get(key) ?? {
      name,
      account,
      service,
      kind,
      invoice: nothing,
      lake: nothing,
      lines: 0,
      cells: [],
    };
    all.set(key, found);
    return found;
  };
  for (const cell of invoice) {
    const pair = at(cell);
    pair.invoice = plus(pair.invoice, cell.amount);
    pair.lines += 1;
  }
  for (const cell of held) {
    const pair = at(cell);
    pair.lake = plus(pair.lake, cell.billed);
    pair.cells.push(cell);
  }
  const seen = (has: (pair: Pair) => boolean): Seen => {
    const some = [...all.values()].filter(has);
    return {
      accounts: new Set(some.map(({ account }) => account)),
      services: new Set(some.map(({ service }) => service)),
      kinds: new Set(some.map(({ kind }) => kind)),
    };
  };
  return {
    all: [...all.values()],
    tellsKinds,
    onInvoice: seen(({ lines }) => lines > 0),
    inLake: seen(({ cells }) => cells.length > 0),
  };
}

const KIND_CAUSES: Readonly<Record<string, Cause>> = {
  tax: 'tax',
  credit: 'credits',
  refund: 'refunds',
  fee: 'fees',
  usage: 'usage',
};

/** Why a pair differs; undefined where nothing known says so. A pair that does not differ is rounded by nothing. */
function causeOf(pair: Pair, { onInvoice, inLake }: Pairs): Cause | undefined {
  if (isRounding(minus(pair.invoice, pair.lake), pair.lines)) return 'rounding';
  const [other, where] =
    pair.lines === 0 ? [onInvoice, 'in the lake' as const] : [inLake, 'on the invoice' as const];
  if (pair.lines > 0 && pair.cells.length > 0) return undefined;
  if (pair.kind !== undefined && !other.kinds.has(pair.kind)) return KIND_CAUSES[pair.kind];
  if (pair.account !== undefined && !other.accounts.has(pair.account)) return `account only ${where}`;
  if (pair.service !== undefined && !other.services.has(pair.service)) return `service only ${where}`;
  return undefined;
}

/** Half a cent for each line of the invoice, in units of 10⁻¹⁵. */
const HALF_A_CENT = 5n * 10n ** 12n;
const isRounding = ({ units }: Money, lines: number): boolean => {
  const most = HALF_A_CENT * BigInt(Math.max(1, lines));
  return units <= most && units >= -most;
};

/** The fewest whole kinds that explain `left` to the cent; gives what stays unexplained. */
function wholeKinds(open: readonly Pair[], left: Money, tally: Tally): Money {
  const cells = open.flatMap((pair) => pair.cells);
  const of = (kind: string) =>
    negated(
      sum(
        cells.filter((cell) => cell.kind === kind).map(({ billed }) => billed),
        left.currency,
      ),
    );
  const known = cells.every(({ amortised }) => amortised !== undefined);
  const amortised = sum(
    cells.map((cell) => minus(cell.amortised ?? cell.billed, cell.billed)),
    left.currency,
  );
  const candidates = [
    { cause: 'tax' as const, amount: of('tax') },
    { cause: 'credits' as const, amount: of('credit') },
    { cause: 'refunds' as const, amount: of('refund') },
    ...(known ? [{ cause: 'amortisation' as const, amount: amortised }] : []),
  ].filter(({ amount }) => amount.units !== 0n);
  const lines = open.reduce((count, pair) => count + pair.lines, 0);
  const subsets = Array.from({ length: 2 ** candidates.length }, (_, bits) =>
    candidates.filter((__, i) => (bits >> i) % 2 === 1),
  );
  const fitting = subsets
    .sort((a, b) => a.length - b.length)
    .find((some) =>
      isRounding(
        minus(
          left,
          sum(
            some.map(({ amount }) => amount),
            left.currency,
          ),
        ),
        lines,
      ),
    );
  if (fitting === undefined || open.length === 0) return left;
  for (const { cause, amount } of fitting) tally.add(cause, amount);
  tally.add(
    'rounding',
    minus(
      left,
      sum(
        fitting.map(({ amount }) => amount),
        left.currency,
      ),
    ),
  );
  return zero(left.currency);
}

const magnitude = ({ units }: Money): bigint => (units < 0n ? -units : units);
const byDifference = (a: Reconciled['differing'][number], b: Reconciled['differing'][number]): number => {
  const [first, second] = [minus(a.invoice, a.lake), minus(b.invoice, b.lake)];
  return (
    Number(magnitude(second) > magnitude(first)) - Number(magnitude(second) < magnitude(first)) ||
    compare(first, second) ||
    (a.name < b.name ? -1 : 1)
  );
};

/** Causes as they are found. */
class Tally {
  readonly #nothing: Money;
  readonly #found = new Map<Cause, { amount: Money; cells: number }>();

  constructor(nothing: Money) {
    this.#nothing = nothing;
  }

  add(cause: Cause, amount: Money, cells = 1): void {
    if (amount.units === 0n) return;
    const before = this.#found.get(cause) ?? { amount: this.#nothing, cells: 0 };
    this.#found.set(cause, { amount: plus(before.amount, amount), cells: before.cells + cells });
  }

  causes(): Reconciled['causes'] {
    return CAUSES.flatMap((cause) => {
      const found = this.#found.get(cause);
      return found === undefined ? [] : [{ cause, ...found }];
    });
  }
}
