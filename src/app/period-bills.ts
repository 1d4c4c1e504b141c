import type { BillingPeriod } from '../core/calendar/billing-period.ts';
import { currency, type Money, money, plus } from '../core/money/money.ts';
import type { DeliveryRef, Exclusion } from '../lake/catalog-types.ts';
import type { LoadsCommit, PastLoad } from '../lake/load-history.ts';

/** One billing account's month in one source, with every delivery that brought lines of it or changed it. */
export interface BillHistory {
  readonly source: string;
  readonly billingAccount: string;
  readonly period: BillingPeriod;
  /** The source named an invoice in this month or an earlier one. */
  readonly namesInvoices: boolean;
  /** Accounts (SubAccountId) that were ever on it. */
  readonly accounts: ReadonlySet<string>;
  /** From the first to the newest, at least one. */
  readonly deliveries: readonly BillStep[];
}

/** A bill once a delivery was in. */
export interface BillStep {
  readonly version: number;
  readonly committedAt: string;
  readonly delivery: DeliveryRef;
  readonly scope: PastLoad['scope'];
  /** The delivery's loads of this month. */
  readonly loads: readonly string[];
  /** Currency → the four metrics in the order of METRICS. */
  readonly sums: ReadonlyMap<string, readonly Money[]>;
  /** Some sum is another than before; not said of the first. */
  readonly changed: boolean;
  readonly invoiced: number | undefined;
  readonly uninvoiced: number | undefined;
}

/** The bills that `commits`, oldest first, made; accounts that `exclusions` leave out are in none. By month, source, account. */
export function billsOf(
  commits: readonly LoadsCommit[],
  exclusions: readonly Exclusion[],
): readonly BillHistory[] {
  const excluded = new Set(exclusions.map((e) => accountKey(e.source, e.billingPeriod, e)));
  const current = new Map<string, PastLoad>();
  const bills = new Map<
    string,
    { readonly of: Place; readonly accounts: Set<string>; readonly steps: BillStep[] }
  >();
  for (const commit of commits) {
    const gone = commit.removed.flatMap((id) => current.get(id) ?? []);
    for (const { id } of gone) current.delete(id);
    for (const load of commit.added) current.set(load.id, load);
    const [first] = commit.added;
    if (first === undefined) continue;
    for (const place of placesOf([...gone, ...commit.added])) {
      const there = [...current.values()].filter((load) => isAt(load, place));
      for (const of of billPlaces(place, [...gone.filter((load) => isAt(load, place)), ...there])) {
        const mine = commit.added.filter((load) => isAt(load, place) && brings(load, of, excluded));
        const bill = bills.get(keyOf(of)) ?? { of, accounts: new Set<string>(), steps: [] };
        const step = stepOf(commit, first, { of, there, mine, excluded }, bill.steps.at(-1));
        if (mine.length === 0 && !step.changed) continue;
        bill.steps.push(step);
        for (const load of mine)
          for (const { subAccountId } of accountsIn(load, of, excluded)) bill.accounts.add(subAccountId);
        bills.set(keyOf(of), bill);
      }
    }
  }
  const named = invoicesNamed([...bills.values()]);
  return [...bills.values()]
    .map(({ of, accounts, steps }) => ({
      ...of,
      accounts,
      deliveries: steps,
      namesInvoices: (named.get(of.source) ?? 'z') <= of.period,
    }))
    .sort((a, b) => (keyOf(a) < keyOf(b) ? -1 : 1));
}

interface Place {
  readonly source: string;
  readonly billingAccount: string;
  readonly period: BillingPeriod;
}

interface Standing {
  readonly of: Place;
  /** Every load of the month and source that is current after the commit. */
  readonly there: readonly PastLoad[];
  readonly mine: readonly PastLoad[];
  readonly excluded: ReadonlySet<string>;
}

function stepOf(
  { version, committedAt }: LoadsCommit,
  first: PastLoad,
  { of, there, mine, excluded }: Standing,
  before: BillStep | undefined,
): BillStep {
  const accounts = there.flatMap((load) => accountsIn(load, of, excluded));
  const sums = new Map<string, readonly Money[]>();
  for (const { amounts } of accounts) {
    for (const [code, texts] of Object.entries(amounts)) {
      const so = sums.get(code);
      const here = texts.map((text) => money(text, currency(code)));
      sums.set(
        code,
        so === undefined
          ? here
          : so.map((amount, i) => (here[i] === undefined ? amount : plus(amount, here[i]))),
      );
    }
  }
  return {
    version,
    committedAt,
    delivery: first.delivery,
    scope: (mine[0] ?? first).scope,
    loads: mine.map(({ id }) => id),
    sums,
    changed: before !== undefined && saying(before.sums) !== saying(sums),
    invoiced: counted(accounts.map(({ invoiced }) => invoiced)),
    uninvoiced: counted(accounts.map(({ uninvoiced }) => uninvoiced)),
  };
}

/** Sums as text; what is 0 in all metrics says nothing. */
const saying = (sums: BillStep['sums']): string =>
  JSON.stringify(
    [...sums]
      .filter(([, amounts]) => amounts.some(({ units }) => units !== 0n))
      .map(([code, amounts]) => [code, ...amounts.map(({ units }) => String(units))])
      .sort(),
  );

const counted = (counts: readonly (number | undefined)[]): number | undefined =>
  counts.includes(undefined) ? undefined : counts.reduce<number>((sum, count) => sum + (count ?? 0), 0);

/** The first month in which a source named an invoice. */
function invoicesNamed(bills: readonly { readonly of: Place; readonly steps: readonly BillStep[] }[]) {
  const first = new Map<string, BillingPeriod>();
  for (const { of, steps } of bills) {
    if (!steps.some(({ invoiced }) => (invoiced ?? 0) > 0)) continue;
    const known = first.get(of.source);
    if (known === undefined || of.period < known) first.set(of.source, of.period);
  }
  return first;
}

type MonthOfSource = Pick<Place, 'source' | 'period'>;

function placesOf(loads: readonly PastLoad[]): readonly MonthOfSource[] {
  const places = new Map(
    loads.map(({ source, billingPeriod: period }) => [JSON.stringify([source, period]), { source, period }]),
  );
  return [...places.values()];
}

function billPlaces({ source, period }: MonthOfSource, loads: readonly PastLoad[]): readonly Place[] {
  const payers = new Set(
    loads.flatMap(({ accounts }) => accounts.map((account) => account.billingAccountId)),
  );
  return [...payers].sort().map((billingAccount) => ({ source, period, billingAccount }));
}

const isAt = (load: PastLoad, { source, period }: MonthOfSource): boolean =>
  load.source === source && load.billingPeriod === period;

const accountsIn = (load: PastLoad, of: Place, excluded: ReadonlySet<string>) =>
  load.accounts.filter(
    (account) =>
      account.billingAccountId === of.billingAccount &&
      !excluded.has(accountKey(of.source, of.period, account)),
  );

const brings = (load: PastLoad, of: Place, excluded: ReadonlySet<string>): boolean =>
  accountsIn(load, of, excluded).length > 0;

const keyOf = ({ period, source, billingAccount }: Place): string =>
  JSON.stringify([period, source, billingAccount]);

const accountKey = (
  source: string,
  period: BillingPeriod,
  account: { readonly billingAccountId: string; readonly subAccountId: string },
): string => JSON.stringify([source, period, account.billingAccountId, account.subAccountId]);
