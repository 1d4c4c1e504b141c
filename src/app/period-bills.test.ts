import { expect, it } from 'vitest';
import { billingPeriod } from '../core/calendar/billing-period.ts';
import { exactText } from '../core/money/money.ts';
import type { Exclusion, LoadAccount } from '../lake/catalog-types.ts';
import type { LoadsCommit, PastLoad } from '../lake/load-history.ts';
import { type BillHistory, billsOf } from './period-bills.ts';

const OCTOBER = billingPeriod('2026-10');
const account = (billingAccountId: string, subAccountId: string, cost: string): LoadAccount => ({
  billingAccountId,
  subAccountId,
  lines: 1,
  amounts: { USD: [cost, cost, cost, cost] },
  invoiced: 0,
  uninvoiced: 1,
});
const load = (id: string, accounts: readonly LoadAccount[], more: Partial<PastLoad> = {}): PastLoad => ({
  id,
  source: 'aws',
  billingPeriod: OCTOBER,
  scope: 'month',
  delivery: {
    id: `delivery-${id}`,
    deliveredAt: '2026-10-20T00:00:00Z',
    ageFrom: 'manifest',
    content: id,
    receivedAt: '',
    raw: [],
  },
  firstDate: undefined,
  lastDate: undefined,
  accounts,
  ...more,
});
const commit = (
  version: number,
  added: readonly PastLoad[],
  removed: readonly string[] = [],
): LoadsCommit => ({
  version,
  committedAt: '2026-10-20T06:00:00.000Z',
  added,
  removed,
});
/** Each bill as one text: what it came to after each delivery, changes marked. */
const told = (bills: readonly BillHistory[]): readonly string[] =>
  bills.map(({ source, billingAccount, period, deliveries }) => {
    const steps = deliveries.map(({ version, sums, changed }) => {
      const sum = [...sums.values()].map(([billed]) => (billed === undefined ? '?' : exactText(billed)));
      return `v${version} ${sum.join('+') || 'nothing'}${changed ? '!' : ''}`;
    });
    return `${period} ${source} ${billingAccount}: ${steps.join(', ')}`;
  });

it('keeps the bills of two payers apart, adds parts, and sees that an account left', () => {
  const bills = billsOf(
    [
      commit(1, [load('a', [account('p1', '1', '10'), account('p2', '2', '5')])]),
      commit(2, [load('b', [account('p1', '1', '0.5')], { scope: 'part' })]),
      commit(3, [load('c', [account('p1', '1', '10'), account('p1', '3', '0.5')])], ['a', 'b']),
    ],
    [],
  );
  expect(told(bills)).toEqual([
    '2026-10 aws p1: v1 10.00, v2 10.50!, v3 10.50', // the same sum, of other accounts
    '2026-10 aws p2: v1 5.00, v3 nothing!',
  ]);
  expect([...(bills[0]?.accounts ?? [])]).toEqual(['1', '3']);
});

it('leaves out what another source counts', () => {
  const excluded: Exclusion = {
    source: 'old',
    billingPeriod: OCTOBER,
    billingAccountId: 'p1',
    subAccountId: '1',
    insteadOf: 'aws',
    reason: 'rank',
    totals: [],
  };
  const both = [account('p1', '1', '10'), account('p1', '2', '1')];
  const commits = [
    commit(1, [load('a', both, { source: 'old' })]),
    commit(2, [load('b', [account('p1', '1', '10')])]),
  ];
  expect(told(billsOf(commits, [excluded]))).toEqual(['2026-10 aws p1: v2 10.00', '2026-10 old p1: v1 1.00']);
  const all = { ...excluded, subAccountId: '2' };
  expect(told(billsOf(commits, [excluded, all]))).toEqual(['2026-10 aws p1: v2 10.00']);
});

it('knows from which month on a source names invoices', () => {
  const invoiced = { ...account('p1', '1', '10'), invoiced: 1, uninvoiced: 0 };
  const september = { billingPeriod: billingPeriod('2026-09') };
  const november = { billingPeriod: billingPeriod('2026-11') };
  const bills = billsOf(
    [
      commit(1, [load('a', [account('p1', '1', '10')], september)]),
      commit(2, [load('b', [invoiced])]),
      commit(3, [load('c', [account('p1', '1', '10')], november)]),
      commit(4, [load('d', [account('p1', '1', '10')], { ...november, source: 'gcp' })]),
    ],
    [],
  );
  expect(bills.map(({ period, source, namesInvoices }) => [period, source, namesInvoices])).toEqual([
    ['2026-09', 'aws', false],
    ['2026-10', 'aws', true],
    ['2026-11', 'aws', true],
    ['2026-11', 'gcp', false],
  ]);
});
