import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { currency, exactText, minus, money, plus, sum, zero } from '../money/money.ts';
import { type InvoiceCell, type LakeCell, type Reconciled, reconcile } from './reconcile.ts';

const USD = currency('USD');
const usd = (amount: string) => money(amount, USD);

const lake = (
  account: string,
  service: string,
  kind: string,
  billed: string,
  more: Partial<LakeCell> = {},
): LakeCell => ({
  account,
  service,
  kind,
  billed: usd(billed),
  amortised: usd(billed),
  excluded: false,
  ...more,
});
const on = (amount: string, where: Omit<InvoiceCell, 'amount'> = {}): InvoiceCell => ({
  ...where,
  amount: usd(amount),
});

const told = ({ causes, unexplained }: Reconciled) => [
  ...causes.map(({ cause, amount }) => `${cause} ${exactText(amount)}`),
  ...(unexplained.units === 0n ? [] : [`unexplained ${exactText(unexplained)}`]),
];

const BILL = [
  lake('1', 'AmazonEC2', 'usage', '100.004'),
  lake('1', 'AmazonEC2', 'tax', '19'),
  lake('2', 'AmazonS3', 'usage', '50'),
  lake('2', 'AmazonS3', 'credit', '-7.5'),
];
const NOW = usd('161.504');

describe('why an invoice and the lake differ', () => {
  it.each<[string, readonly InvoiceCell[], readonly string[]]>([
    ['one total, rounded', [on('161.5')], ['rounding -0.004']],
    ['one total before tax', [on('142.5')], ['tax -19.00', 'rounding -0.004']],
    ['one total before tax and credits', [on('150')], ['tax -19.00', 'credits 7.50', 'rounding -0.004']],
    ['one total that nothing explains', [on('160')], ['unexplained -1.504']],
    [
      'accounts',
      [on('119', { account: '1' }), on('42.5', { account: '2' }), on('3', { account: '3' })],
      ['account only on the invoice 3.00', 'rounding -0.004'],
    ],
    [
      'an account that is missing',
      [on('119', { account: '1' })],
      ['account only in the lake -42.50', 'rounding -0.004'],
    ],
    [
      'services',
      [on('119', { service: 'AmazonEC2' }), on('9', { service: 'AWSLambda' })],
      ['service only on the invoice 9.00', 'service only in the lake -42.50', 'rounding -0.004'],
    ],
    [
      'kinds of charge, no credits',
      [on('150', { kind: 'usage' }), on('19', { kind: 'tax' })],
      ['credits 7.50', 'rounding -0.004'],
    ],
    [
      'tax by account alone, usage by service',
      [
        on('100', { account: '1', service: 'AmazonEC2', kind: 'usage' }),
        on('50', { account: '2', service: 'AmazonS3', kind: 'usage' }),
        on('19', { account: '1', kind: 'tax' }),
        on('-7.5', { account: '2', service: 'AmazonS3', kind: 'credit' }),
        on('0.01', { kind: 'rounding' }),
      ],
      ['rounding 0.006'],
    ],
    [
      'a kind that both have and that differs',
      [on('150', { kind: 'usage' }), on('20', { kind: 'tax' }), on('-7.5', { kind: 'credit' })],
      ['rounding -0.004', 'unexplained 1.00'],
    ],
  ])('%s', (_, invoice, expected) => {
    expect(told(reconcile({ invoice, held: BILL, now: NOW }))).toEqual(expected);
  });

  it('tells lines that came later, what another source counts, and amortisation', () => {
    const late = reconcile({ invoice: [on('161.5')], held: BILL, now: plus(NOW, usd('12')) });
    expect(told(late)).toEqual(['late lines -12.00', 'rounding -0.004']);
    const excluded = [...BILL, lake('3', '', 'usage', '4', { excluded: true })];
    expect(told(reconcile({ invoice: [on('165.5')], held: excluded, now: NOW }))).toEqual([
      'excluded 4.00',
      'rounding -0.004',
    ]);
    const prepaid = [
      lake('1', 'AmazonEC2', 'usage', '0', { amortised: usd('10') }),
      lake('1', 'AmazonEC2', 'fee', '300', { amortised: usd('0') }),
    ];
    expect(told(reconcile({ invoice: [on('10')], held: prepaid, now: usd('300') }))).toEqual([
      'amortisation -290.00',
    ]);
  });

  it('tells a currency that only one side knows', () => {
    expect(told(reconcile({ invoice: [], held: BILL, now: NOW }))).toEqual([
      'currency only in the lake -161.504',
    ]);
    expect(told(reconcile({ invoice: [on('5')], held: [], now: usd('0') }))).toEqual([
      'currency only on the invoice 5.00',
    ]);
  });

  it('says where the unexplained lies, the largest first', () => {
    const { differing } = reconcile({
      invoice: [on('120', { account: '1' }), on('40', { account: '2' })],
      held: BILL,
      now: NOW,
    });
    expect(differing.map(({ name }) => name)).toEqual(['2', '1']);
  });

  it('adds up: the remainder is its causes and the unexplained, to the last unit', () => {
    const units = fc.oneof(fc.constant(0n), fc.bigInt({ min: -(10n ** 18n), max: 10n ** 18n }));
    const amount = units.map((value) => ({ currency: USD, units: value }));
    const few = (...texts: string[]) => fc.constantFrom(...texts);
    const invoice = fc.record({
      account: fc.option(few('1', '2', ''), { nil: undefined }),
      service: fc.option(few('A', 'B'), { nil: undefined }),
      kind: fc.option(few('usage', 'tax', 'credit', 'rounding'), { nil: undefined }),
      amount,
    });
    const cell = fc.record({
      account: few('1', '2', ''),
      service: few('A', 'B', 'C'),
      kind: few('usage', 'tax', 'credit', 'refund', 'fee'),
      billed: amount,
      amortised: fc.option(amount, { nil: undefined }),
      excluded: fc.boolean(),
    });
    fc.assert(
      fc.property(
        fc.array(invoice, { maxLength: 6 }),
        fc.array(cell, { maxLength: 8 }),
        amount,
        (cells, then, now) => {
          const found = reconcile({ invoice: cells, held: then, now });
          const explained = found.causes.reduce((all, { amount: of }) => plus(all, of), zero(USD));
          expect(plus(explained, found.unexplained)).toEqual(
            minus(
              sum(
                cells.map((one) => one.amount),
                USD,
              ),
              now,
            ),
          );
        },
      ),
    );
  });
});
