import { describe, expect, it } from 'vitest';
import { engines } from '../../test/engine/engines.ts';
import { rows } from '../../test/engine/rows.ts';
import { billingDate, days } from '../core/calendar/billing-date.ts';
import { breakdownCsv, CSV_HEADER, nameOfCell } from './breakdown-csv.ts';
import { ouBreakdown } from './ou-breakdown.ts';

const day = (text: string) => days(billingDate(text));

describe.each(engines)('the breakdown on $name', ({ open }) => {
  it('adds what floats cannot, names the unmapped, leaves other days and amounts without a rate out', async () => {
    const engine = await open({
      daily_costs: rows`
      BillingDate | x_OU      | x_ServiceCode | ServiceName            | SubAccountId | DailyCost
      2025-09-14  | Marketing | AmazonS3      | Simple Storage Service | 012345678901 | 0.1
      2025-09-14  | Marketing | AmazonS3      | Simple Storage Service | 012345678901 | 0.2
      2025-09-14  |           |               | Virtual Machines       | 210987654321 | -1.000000000000001
      2025-09-14  | Marketing | AmazonS3      | Simple Storage Service | 012345678901 |
      2025-09-15  | Marketing | AmazonS3      | Simple Storage Service | 012345678901 | 99`,
    });
    expect(await engine.rows(ouBreakdown({ period: day('2025-09-14') }))).toEqual([
      ['2025-09-14', 'Marketing', 'AmazonS3', '012345678901', '0.300000000000000'],
      ['2025-09-14', 'Unmapped', 'Virtual Machines', '210987654321', '-1.000000000000001'],
    ]);
  });

  it('orders by day, OU, cost downwards, service, account: no tie is left open', async () => {
    const engine = await open({
      daily_costs: rows`
      BillingDate | x_OU | x_ServiceCode | SubAccountId | DailyCost
      2025-09-15  | A    | S             | 1            | 9
      2025-09-14  | B    | S             | 1            | 9
      2025-09-14  | A    | T             | 2            | 5
      2025-09-14  | A    | T             |              | 5
      2025-09-14  | A    | S             | 3            | 5
      2025-09-14  | A    | Z             | 1            | 7
      2025-09-14  | A    | a             | 1            | -7`,
    });
    const period = days(billingDate('2025-09-14'), billingDate('2025-09-15'));
    expect((await engine.rows(ouBreakdown({ period }))).map((row) => row.slice(0, 4).join(' '))).toEqual([
      '2025-09-14 A Z 1',
      '2025-09-14 A S 3',
      '2025-09-14 A T ',
      '2025-09-14 A T 2',
      '2025-09-14 A a 1',
      '2025-09-14 B S 1',
      '2025-09-15 A S 1',
    ]);
  });

  it('writes each day as CSV: minimal digits, at least two decimals, no exponent', async () => {
    const engine = await open({
      daily_costs: rows`
      BillingDate | x_OU | x_ServiceCode | SubAccountId | DailyCost
      2025-09-14  | A    | S1            | 012345678901 | 1200
      2025-09-14  | A    | S2            | 012345678901 | 12.5
      2025-09-14  | A    | S3            | 012345678901 | 0.000000000000001
      2025-09-14  | A    | S4            | 012345678901 | 0
      2025-09-14  | A    | S5            | 012345678901 | -0.105
      2025-09-16  | A    | S1            |              | 12345678.9`,
    });
    const period = days(billingDate('2025-09-14'), billingDate('2025-09-16'));
    expect(await engine.rows(breakdownCsv({ period }))).toEqual([
      [
        '2025-09-14',
        [
          '2025-09-14,A,S1,012345678901,1200.00',
          '2025-09-14,A,S2,012345678901,12.50',
          '2025-09-14,A,S3,012345678901,0.000000000000001',
          '2025-09-14,A,S4,012345678901,0.00',
          '2025-09-14,A,S5,012345678901,-0.105',
          '',
        ].join('\n'),
        5,
        '1212.395000000000001',
      ],
      ['2025-09-16', '2025-09-16,A,S1,,12345678.90\n', 1, '12345678.900000000000000'],
    ]);
    expect(CSV_HEADER).toBe('BillingDate,OU,Service,LinkedAccount,DailyCost\n');
  });

  it.each([
    ['R&D, Nordics', '"R&D, Nordics"'],
    ['the "new" one', '"the ""new"" one"'],
    ['two\nlines', '"two\nlines"'],
    ['=cmd()', "'=cmd()"],
    ['+1', "'+1"],
    ['-1', "'-1"],
    ['@x', "'@x"],
    ["'=x", "''=x"],
    ["'quoted'", "'quoted'"],
    ['=1,"2"', '"\'=1,""2"""'],
    ['漢字 Łódź', '漢字 Łódź'],
    ['a=b', 'a=b'],
  ])('writes the name %j as %j, and it can be undone', async (given, cell) => {
    const engine = await open({
      daily_costs: {
        columns: ['BillingDate', 'x_OU', 'x_ServiceCode', 'SubAccountId', 'DailyCost'],
        rows: [['2025-09-14', given, 'S', '1', '1']],
      },
    });
    const [row] = await engine.rows(breakdownCsv({ period: day('2025-09-14') }));
    expect(row?.[1]).toBe(`2025-09-14,${cell},S,1,1.00\n`);
    const unquoted = cell.startsWith('"') ? cell.slice(1, -1).replaceAll('""', '"') : cell;
    expect(nameOfCell(unquoted)).toBe(given);
  });
});
