import { expect, it } from 'vitest';
import { billingDate } from '../../core/calendar/billing-date.ts';
import { billingPeriod } from '../../core/calendar/billing-period.ts';
import { currency, money } from '../../core/money/money.ts';
import type { BillFacts } from './facts.ts';
import { peekText } from './peek-text.ts';

const usd = (text: string) => money(text, currency('USD'));
const part = (name: string | null, amount: string, lines: number) => ({ name, amount: usd(amount), lines });

const BILL: BillFacts = {
  files: ['may.csv', 'may-2.csv'],
  format: 'focus-1.2',
  label: 'FOCUS 1.2',
  source: 'may',
  lines: 1234,
  periods: [{ period: billingPeriod('2026-05'), lines: 1234 }],
  firstDay: billingDate('2026-05-04'),
  lastDay: billingDate('2026-05-18'),
  totals: [
    {
      currency: 'USD',
      total: usd('99.5'),
      lines: 1234,
      categories: [part('Usage', '100', 1233), part('Credit', '-0.5', 1)],
      services: [part('AWS Lambda', '99.5', 1233), part(null, '0.000000000000001', 1)],
      accounts: [part('210987654321', '99.5', 1234)],
      days: [part('2026-05-04', '50', 617), part('2026-05-18', '49.5', 617)],
    },
  ],
  changes: {
    weeks: [billingDate('2026-05-04'), billingDate('2026-05-11')],
    rows: [{ service: 'AWS Lambda', account: '210987654321', before: usd('10'), now: usd('12.5') }],
  },
  findings: [
    {
      kind: 'rejects',
      what: '1 row cannot be loaded and would be rejected',
      count: 1,
      examples: ['may.csv, line 7, BilledCost: "12,50" is not an amount'],
    },
    { kind: 'note', what: 'There is no EffectiveCost.', examples: [] },
  ],
};

it('shows exact amounts with their points below each other, bars, and what looks wrong', () => {
  const lines = peekText({ bills: [BILL] }).split('\n');
  expect(lines).toContain(
    '  Usage                                   100.00               ██████████████        1,233',
  );
  expect(lines).toContain(
    '  Credit                                   -0.50               ▒                         1',
  );
  expect(lines).toContain(
    '  (none)                                    0.000000000000001                            1',
  );
  expect(lines).toContain(
    '  2026-05-18                               49.50               █████████████▉          617',
  );
  expect(lines).toContain('  AWS Lambda               210987654321     +2.50  now 12.50');
  expect(lines.slice(-7)).toEqual([
    'What looks wrong',
    '  ! 1 row cannot be loaded and would be rejected',
    '      may.csv, line 7, BilledCost: "12,50" is not an amount',
    '',
    'Worth knowing',
    '  · There is no EffectiveCost.',
    '',
  ]);
});

it('never grows wider than a hundred columns, whatever the names', () => {
  const long = {
    ...BILL,
    files: [`/a/${'very-long-'.repeat(20)}.csv`],
    findings: [
      { kind: 'unknown-columns' as const, what: `Columns: ${'x_Something, '.repeat(20)}`, examples: [] },
    ],
  };
  const [totals] = BILL.totals;
  const wide = {
    ...long,
    totals:
      totals === undefined
        ? []
        : [{ ...totals, services: [part('漢字 and more '.repeat(9), '12345678.123456789012345', 1)] }],
  };
  for (const line of peekText({ bills: [wide] }).split('\n'))
    expect([...line].length).toBeLessThanOrEqual(100);
});

it('says when nothing looks wrong, and why no changes are shown', () => {
  const text = peekText({
    bills: [{ ...BILL, findings: [], changes: { weeks: undefined, why: 'there is not one day' } }],
  });
  expect(text).toContain('Changes between the last two full weeks: none shown, there is not one day.');
  expect(text.trimEnd().endsWith('Nothing looks wrong.')).toBe(true);
});
