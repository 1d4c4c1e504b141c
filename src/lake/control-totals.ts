import { currency, exactText, money } from '../core/money/money.ts';
import { METRICS, type Metric } from '../sql/schema.ts';
import type { ControlTotal } from './catalog-types.ts';

/** What was read, by currency, metric, line-item type and charge category; see `ControlTotal`. */
export type ReadTotal = Pick<
  ControlTotal,
  'currency' | 'metric' | 'lineItemType' | 'chargeCategory' | 'residue'
> & {
  readonly rows: Omit<ControlTotal['rows'], 'loaded'>;
  readonly amount: Omit<ControlTotal['amount'], 'loaded'>;
};

/** What lies in the written files, by the same grain. `amounts` and `unknown` in the order of METRICS. */
export interface LoadedTotal {
  readonly currency: string;
  readonly lineItemType: string;
  readonly chargeCategory: string;
  readonly rows: number;
  readonly amounts: readonly string[];
  readonly unknown: readonly number[];
}

/** A place where read ≠ loaded + rejected + dropped − generated. */
export interface Difference {
  readonly currency: string;
  readonly metric: Metric;
  readonly lineItemType: string;
  readonly what: 'rows' | 'amount';
  readonly read: string;
  readonly accounted: string;
}

/**
 * Sets what was read beside what was loaded. The identity read = loaded + rejected + dropped − generated must hold per
 * currency, metric and line-item type, for rows and amounts: `differences` says where it does not. A metric that was
 * not read at all may be in the files only as unknown.
 */
export function reconciled(
  read: readonly ReadTotal[],
  loaded: readonly LoadedTotal[],
): { readonly totals: readonly ControlTotal[]; readonly differences: readonly Difference[] } {
  const totals = merged(read, loaded);
  return { totals, differences: differencesIn(totals) };
}

/** Where the identity does not hold; see `reconciled`. */
export function differencesIn(totals: readonly ControlTotal[]): readonly Difference[] {
  const groups = new Map<string, ControlTotal[]>();
  for (const total of totals) {
    const key = JSON.stringify([total.currency, total.metric, total.lineItemType]);
    groups.set(key, [...(groups.get(key) ?? []), total]);
  }
  return [...groups.values()].flatMap(differencesOf);
}

function merged(read: readonly ReadTotal[], loaded: readonly LoadedTotal[]): ControlTotal[] {
  const totals = new Map<string, ControlTotal>();
  const keyOf = (t: Pick<ControlTotal, 'currency' | 'metric' | 'lineItemType' | 'chargeCategory'>) =>
    JSON.stringify([t.currency, METRICS.indexOf(t.metric), t.lineItemType, t.chargeCategory]);
  for (const { currency: code, metric, lineItemType, chargeCategory, rows, amount, residue } of read) {
    const key = { currency: code, metric, lineItemType, chargeCategory };
    const before = totals.get(keyOf(key)) ?? nothing(key);
    totals.set(keyOf(key), {
      ...before,
      rows: added(before.rows, { ...rows, loaded: 0 }),
      amount: addedAmounts(before.amount, { ...amount, loaded: '0' }),
      residue: residueOf(before.residue, residue),
    });
  }
  const metricsRead = new Set(read.map(({ metric }) => metric));
  for (const { currency: code, lineItemType, chargeCategory, rows, amounts, unknown } of loaded) {
    for (const [i, metric] of METRICS.entries()) {
      const unknownHere = unknown[i] ?? 0;
      if (!metricsRead.has(metric) && unknownHere === rows) continue;
      const key = { currency: code, metric, lineItemType, chargeCategory };
      const before = totals.get(keyOf(key)) ?? nothing(key);
      totals.set(keyOf(key), {
        ...before,
        rows: { ...before.rows, loaded: before.rows.loaded + rows },
        amount: addedAmounts(before.amount, { ...NOTHING, loaded: amounts[i] ?? '0' }),
        unknown: before.unknown + unknownHere,
      });
    }
  }
  return [...totals.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, total]) => total);
}

function differencesOf(group: readonly ControlTotal[]): Difference[] {
  const [first] = group;
  if (first === undefined) return [];
  const place = { currency: first.currency, metric: first.metric, lineItemType: first.lineItemType };
  const rows = group.map((total) => total.rows).reduce(added);
  const amount = group.map((total) => total.amount).reduce(addedAmounts);
  const accountedRows = rows.loaded + rows.rejected + rows.dropped - rows.generated;
  const accounted =
    units(amount.loaded) + units(amount.rejected) + units(amount.dropped) - units(amount.generated);
  return [
    ...(rows.read === accountedRows
      ? []
      : [{ ...place, what: 'rows' as const, read: String(rows.read), accounted: String(accountedRows) }]),
    ...(units(amount.read) === accounted
      ? []
      : [{ ...place, what: 'amount' as const, read: amount.read, accounted: text(accounted) }]),
  ];
}

const NOTHING = { read: '0', loaded: '0', rejected: '0', dropped: '0', generated: '0' } as const;
const nothing = (
  key: Pick<ControlTotal, 'currency' | 'metric' | 'lineItemType' | 'chargeCategory'>,
): ControlTotal => ({
  ...key,
  rows: { read: 0, loaded: 0, rejected: 0, dropped: 0, generated: 0 },
  amount: NOTHING,
  residue: '0',
  unknown: 0,
});

const added = (a: ControlTotal['rows'], b: ControlTotal['rows']): ControlTotal['rows'] => ({
  read: a.read + b.read,
  loaded: a.loaded + b.loaded,
  rejected: a.rejected + b.rejected,
  dropped: a.dropped + b.dropped,
  generated: a.generated + b.generated,
});

const addedAmounts = (a: ControlTotal['amount'], b: ControlTotal['amount']): ControlTotal['amount'] => ({
  read: text(units(a.read) + units(b.read)),
  loaded: text(units(a.loaded) + units(b.loaded)),
  rejected: text(units(a.rejected) + units(b.rejected)),
  dropped: text(units(a.dropped) + units(b.dropped)),
  generated: text(units(a.generated) + units(b.generated)),
});

/** Sums of one currency at a time: the code only names them. */
const ANY = currency('XXX');
const units = (amount: string): bigint => money(amount, ANY).units;
const text = (amount: bigint): string => exactText({ currency: ANY, units: amount });

/** Residues lie beyond the scale of money, so they are added at their own: plain decimals, without zeros at the end. */
function residueOf(a: string, b: string): string {
  const scale = Math.max(...[a, b].map((value) => value.split('.')[1]?.length ?? 0));
  const whole = (value: string): bigint => {
    const [before = '', after = ''] = value.split('.');
    return BigInt(before + after.padEnd(scale, '0'));
  };
  const sum = whole(a) + whole(b);
  if (sum === 0n) return '0';
  const digits = (sum < 0n ? -sum : sum).toString().padStart(scale + 1, '0');
  const plain = scale === 0 ? digits : `${digits.slice(0, -scale)}.${digits.slice(-scale)}`;
  return `${sum < 0n ? '-' : ''}${plain.replace(/(\.\d*?)0+$/, '$1').replace(/\.$/, '')}`;
}
