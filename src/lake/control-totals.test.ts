import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { METRICS } from '../sql/schema.ts';
import { type LoadedTotal, type ReadTotal, reconciled } from './control-totals.ts';

const read = (given: Partial<ReadTotal> = {}): ReadTotal => ({
  currency: 'USD',
  metric: 'BilledCost',
  lineItemType: 'Usage',
  chargeCategory: 'Usage',
  rows: { read: 3, rejected: 1, dropped: 1, generated: 1 },
  amount: { read: '10.5', rejected: '1', dropped: '2', generated: '0.25' },
  residue: '0',
  ...given,
});
/** BilledCost alone is known. */
const loaded = (rows: number, billed: string, given: Partial<LoadedTotal> = {}): LoadedTotal => ({
  currency: 'USD',
  lineItemType: 'Usage',
  chargeCategory: 'Usage',
  rows,
  amounts: [billed, '0', '0', '0'],
  unknown: [0, rows, rows, rows],
  ...given,
});

describe('the identity read = loaded + rejected + dropped − generated', () => {
  it('holds: 10.5 = 7.75 + 1 + 2 − 0.25, 3 = 2 + 1 + 1 − 1', () => {
    const { totals, differences } = reconciled([read()], [loaded(2, '7.75')]);
    expect(differences).toEqual([]);
    expect(totals).toMatchObject([
      { rows: { loaded: 2 }, amount: { read: '10.50', loaded: '7.75' }, unknown: 0 },
    ]);
  });

  it.each([
    ['the last digit', [loaded(2, '7.750000000000001')], 'amount', '10.50', '10.500000000000001'],
    ['a row', [loaded(1, '7.75')], 'rows', '3', '2'],
    ['everything', [], 'rows', '3', '1'],
  ])('finds %s that is off', (_, written, what, was, accounted) => {
    expect(reconciled([read()], written).differences[0]).toMatchObject({
      metric: 'BilledCost',
      lineItemType: 'Usage',
      what,
      read: was,
      accounted,
    });
  });

  it('does not let one line-item type or currency make up for another', () => {
    const clean = {
      rows: { read: 1, rejected: 0, dropped: 0, generated: 0 },
      amount: { read: '1', rejected: '0', dropped: '0', generated: '0' },
    };
    const readBoth = [read({ ...clean }), read({ ...clean, lineItemType: 'Tax' })];
    expect(reconciled(readBoth, [loaded(2, '2')]).differences.length).toBeGreaterThan(0);
    const readEuro = [read({ ...clean, currency: 'EUR' })];
    expect(reconciled(readEuro, [loaded(1, '1')]).differences.length).toBeGreaterThan(0);
  });

  it('lets a generated row have another charge category', () => {
    const given = [
      read({
        chargeCategory: 'Purchase',
        rows: { read: 1, rejected: 0, dropped: 0, generated: 0 },
        amount: { read: '5', rejected: '0', dropped: '0', generated: '0' },
      }),
      read({
        rows: { read: 0, rejected: 0, dropped: 0, generated: 1 },
        amount: { read: '0', rejected: '0', dropped: '0', generated: '2' },
      }),
    ];
    expect(
      reconciled(given, [loaded(1, '5', { chargeCategory: 'Purchase' }), loaded(1, '2')]).differences,
    ).toEqual([]);
  });

  it('refuses amounts of a metric that was not read, and takes unknown ones', () => {
    const clean = read({
      rows: { read: 1, rejected: 0, dropped: 0, generated: 0 },
      amount: { read: '1', rejected: '0', dropped: '0', generated: '0' },
    });
    expect(reconciled([clean], [loaded(1, '1')]).differences).toEqual([]);
    const invented = loaded(1, '1', { amounts: ['1', '1', '0', '0'], unknown: [0, 0, 1, 1] });
    expect(reconciled([clean], [invented]).differences.length).toBeGreaterThan(0);
  });

  it('holds for whatever was split into loaded, rejected and dropped, and for nothing else', () => {
    const units = fc.oneof(fc.constantFrom(0n, 1n, -1n), fc.bigInt({ min: -(10n ** 25n), max: 10n ** 25n }));
    const text = (n: bigint): string => {
      const all = (n < 0n ? -n : n).toString().padStart(16, '0');
      return `${n < 0n ? '-' : ''}${all.slice(0, -15)}.${all.slice(-15)}`;
    };
    fc.assert(
      fc.property(units, units, units, units, units, (kept, rejected, dropped, generated, off) => {
        const amount = {
          read: text(kept + rejected + dropped - generated),
          rejected: text(rejected),
          dropped: text(dropped),
          generated: text(generated),
        };
        const rows = { read: 1, rejected: 0, dropped: 0, generated: 0 };
        const found = reconciled([read({ amount, rows })], [loaded(1, text(kept + off))]).differences;
        expect(found.length === 0).toBe(off === 0n);
      }),
    );
  });

  it('adds residues beyond the scale of money, and leaves zeros out', () => {
    const of = (...residues: readonly string[]) =>
      reconciled(
        residues.map((residue) => read({ residue })),
        [],
      ).totals[0]?.residue;
    expect(of('0.0000000000000000000000000')).toBe('0');
    expect(of('-0.0000000000000000300', '0.0000000000000000001')).toBe('-0.0000000000000000299');
    expect(of('0.00000000000000005', '-0.00000000000000005')).toBe('0');
  });

  it('lists every metric that is known', () => {
    const all = METRICS.map((metric) =>
      read({
        metric,
        rows: { read: 1, rejected: 0, dropped: 0, generated: 0 },
        amount: { read: '1', rejected: '0', dropped: '0', generated: '0' },
      }),
    );
    const { totals } = reconciled(all, [
      loaded(1, '1', { amounts: ['1', '1', '1', '1'], unknown: [0, 0, 0, 0] }),
    ]);
    expect(totals.map(({ metric }) => metric)).toEqual([...METRICS]);
  });
});
