import { describe, expect, it } from 'vitest';
import { currency, money } from '../core/money/money.ts';
import { asCsv, asJson, asObjects, asTable } from './shape.ts';

const columns = [
  { name: 'OU', type: 'varchar' },
  { name: 'Cost', type: 'decimal(38,15)' },
];

describe('shape', () => {
  it('keeps every digit of money in JSON', () => {
    expect(JSON.parse(asJson({ total: money('-0.000000000000001', currency('USD')), count: 3n }))).toEqual({
      total: { currency: 'USD', amount: '-0.000000000000001' },
      count: '3',
    });
  });

  it('lines text up left and numbers right', () => {
    expect(
      asTable(
        ['OU', 'Cost'],
        [
          ['Marketing', '1.50'],
          ['IT', '-12.00'],
        ],
        ['left', 'right'],
      ),
    ).toBe('OU           Cost\n─────────  ──────\nMarketing    1.50\nIT         -12.00\n');
  });

  it('keeps both of two columns with one name', () => {
    expect(asObjects([...columns, { name: 'Cost', type: 'double' }], [['IT', '1', 2]])).toEqual([
      { OU: 'IT', Cost: '1', Cost_2: 2 },
    ]);
  });

  it('quotes CSV, and makes formulas harmless, but never a number', () => {
    expect(
      asCsv(columns, [
        ['=cmd()', '-1.5'],
        ['a,"b"\n', null],
      ]),
    ).toBe('OU,Cost\n\'=cmd(),-1.5\n"a,""b""\n",\n');
  });
});
