import { describe, expect, it } from 'vitest';
import { fileWith, opened } from '../../../test/support/deliveries.ts';
import { unitsOf } from '../decimal.ts';

type Cells = Readonly<Record<string, string>>;

const PLAN = 'arn:aws:savingsplans::012345678901:savingsplan/one';
const RESERVATION = 'arn:aws:ec2:us-east-1:012345678901:reserved-instances/two';

/** A CUR 2.0 file whose rows say what they have to. */
function cur(rows: readonly Cells[]): string {
  const usual = {
    bill_payer_account_id: '012345678901',
    bill_billing_period_start_date: '2026-05-01T00:00:00Z',
    bill_billing_period_end_date: '2026-06-01T00:00:00Z',
    bill_payer_account_name: 'payer',
    line_item_usage_account_id: '210987654321',
    line_item_usage_start_date: '2026-05-04T00:00:00Z',
    line_item_usage_end_date: '2026-05-04T01:00:00Z',
    line_item_line_item_type: 'Usage',
    line_item_product_code: 'AmazonEC2',
    line_item_currency_code: 'USD',
    line_item_unblended_cost: '0',
  };
  const columns = [...new Set([...Object.keys(usual), ...rows.flatMap((row) => Object.keys(row))])];
  const lines = rows.map((row) => columns.map((column) => ({ ...usual, ...row })[column] ?? '').join(','));
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}

const item = (type: string, unblended: string, cells: Cells = {}): Cells => ({
  line_item_line_item_type: type,
  line_item_unblended_cost: unblended,
  ...cells,
});

/** [line item type, category, frequency, commitment status, billed, effective] of every line, amounts as short as they can be. */
async function linesOf(...rows: readonly Cells[]) {
  const { delivery, ask } = await opened([await fileWith('cur.csv', cur(rows))]);
  const lines = await ask(`
    SELECT x_LineItemType, ChargeCategory, ChargeFrequency, CommitmentDiscountStatus, BilledCost, EffectiveCost
    FROM lines ORDER BY x_LineItemType, ChargeCategory, CommitmentDiscountStatus, EffectiveCost, BilledCost`);
  return {
    delivery,
    ask,
    lines: lines.map((line) =>
      line.map((cell) => (typeof cell === 'string' ? cell.replace(/\.?0{4,}$/, '') : cell)),
    ),
  };
}

describe('line item types', () => {
  it.each([
    [item('Usage', '5'), ['Usage', 'Usage', 'Usage-Based', null, '5', '5']],
    [item('FlatRateSubscription', '5'), ['FlatRateSubscription', 'Usage', 'Usage-Based', null, '5', '5']],
    [
      item('SavingsPlanUpfrontFee', '8760', { savings_plan_savings_plan_a_r_n: PLAN }),
      ['SavingsPlanUpfrontFee', 'Purchase', 'One-Time', null, '8760', '0'],
    ],
    [
      item('Fee', '120', { reservation_reservation_a_r_n: RESERVATION }),
      ['Fee', 'Purchase', 'One-Time', null, '120', '0'],
    ],
    [item('Fee', '120'), ['Fee', 'Purchase', 'One-Time', null, '120', '120']],
    [
      item('Fee', '120', { line_item_usage_end_date: '2026-06-01T00:00:00Z' }),
      ['Fee', 'Purchase', 'Recurring', null, '120', '120'],
    ],
    [item('Tax', '3'), ['Tax', 'Tax', null, null, '3', '3']],
    [item('Credit', '-3'), ['Credit', 'Credit', 'One-Time', null, '-3', '-3']],
    [item('Refund', '-3'), ['Refund', 'Usage', 'One-Time', null, '-3', '-3']],
    [item('Refund', '-3', { line_item_tax_type: 'VAT' }), ['Refund', 'Tax', 'One-Time', null, '-3', '-3']],
    [item('EdpDiscount', '-2'), ['EdpDiscount', 'Usage', 'Usage-Based', null, '-2', '-2']],
    [item('SomethingNew', '7'), ['SomethingNew', 'Adjustment', 'One-Time', null, '7', '7']],
  ])('%o', async (row, expected) => {
    const { lines } = await linesOf(row);
    expect(lines).toEqual([expected]);
  });

  it("the refund of a plan's one-time fee is no effective cost, as the fee was none", async () => {
    const { lines } = await linesOf(
      item('Refund', '-90', {
        line_item_product_code: 'ComputeSavingsPlans',
        line_item_line_item_description: 'Refund for one-time fee for Savings Plan ID: x',
      }),
    );
    expect(lines).toEqual([['Refund', 'Purchase', 'One-Time', null, '-90', '0']]);
  });

  it('a type that no rule knows is told', async () => {
    const { delivery } = await linesOf(item('SomethingNew', '7'));
    expect(delivery.notes).toEqual([
      'Line item type "SomethingNew" is new to Spendlight: its rows count as Adjustment.',
    ]);
  });
});

describe('a Savings Plan of 1 USD an hour', () => {
  const fee = (used: string) =>
    item('SavingsPlanRecurringFee', '1', {
      savings_plan_savings_plan_a_r_n: PLAN,
      savings_plan_total_commitment_to_date: '1',
      savings_plan_used_commitment: used,
    });
  const covered = (onDemand: string, effective: string) =>
    item('SavingsPlanCoveredUsage', onDemand, {
      savings_plan_savings_plan_a_r_n: PLAN,
      savings_plan_savings_plan_effective_cost: effective,
    });
  const negation = (amount: string) =>
    item('SavingsPlanNegation', amount, { savings_plan_savings_plan_a_r_n: PLAN });

  it('used beyond its hour: covered usage costs nothing more, the rest is usual usage', async () => {
    const { lines, delivery } = await linesOf(
      fee('1'),
      covered('1.4', '1'),
      negation('-1.4'),
      item('Usage', '0.5'),
    );
    expect(lines).toEqual([
      ['SavingsPlanCoveredUsage', 'Usage', 'Usage-Based', 'Used', '0', '1'],
      ['SavingsPlanRecurringFee', 'Purchase', 'Recurring', null, '1', '0'],
      ['Usage', 'Usage', 'Usage-Based', null, '0.5', '0.5'],
    ]);
    expect(delivery.notes).toEqual([]);
  });

  it('used in part: what is left is a row of its own', async () => {
    const { lines, ask } = await linesOf(fee('0.75'), covered('1', '0.75'), negation('-1'));
    expect(lines).toEqual([
      ['SavingsPlanCoveredUsage', 'Usage', 'Usage-Based', 'Used', '0', '0.75'],
      ['SavingsPlanRecurringFee', 'Purchase', 'Recurring', null, '1', '0'],
      ['SavingsPlanRecurringFee', 'Usage', 'Usage-Based', 'Unused', '0', '0.25'],
    ]);
    expect(
      await ask(
        `SELECT CommitmentDiscountId, CommitmentDiscountType, CommitmentDiscountQuantity, CommitmentDiscountUnit FROM lines WHERE CommitmentDiscountStatus = 'Unused'`,
      ),
    ).toEqual([[PLAN, 'Savings Plan', 0.25, 'USD']]);
  });

  it('not used at all', async () => {
    const { lines } = await linesOf(fee('0'));
    expect(lines.map((line) => line.slice(3))).toEqual([
      [null, '1', '0'],
      ['Unused', '0', '1'],
    ]);
  });

  it('leftovers of rounding make no row', async () => {
    const { lines } = await linesOf(fee('0.9999999999'));
    expect(lines).toHaveLength(1);
  });

  it('negations that do not cancel the covered usage are told', async () => {
    const { delivery } = await linesOf(fee('1'), covered('1.4', '1'), negation('-1'));
    expect(delivery.notes).toEqual([expect.stringContaining('differ by 0.4')]);
  });

  it('with negotiated discounts the unused part is scaled as the commitment is', async () => {
    const net = {
      savings_plan_recurring_commitment_for_billing_period: '1',
      savings_plan_net_recurring_commitment_for_billing_period: '0.9',
    };
    const { lines } = await linesOf({ ...fee('0'), ...net, line_item_net_unblended_cost: '0.9' });
    expect(lines.map((line) => line.slice(3))).toEqual([
      [null, '0.9', '0'],
      ['Unused', '0', '0.9'],
    ]);
  });
});

describe('a reservation', () => {
  it('covers usage at its effective cost, and its unused hours are a row of their own', async () => {
    const fee = item('RIFee', '10', {
      reservation_reservation_a_r_n: RESERVATION,
      reservation_unused_recurring_fee: '3',
      reservation_unused_amortized_upfront_fee_for_billing_period: '1',
    });
    const used = item('DiscountedUsage', '0', {
      reservation_reservation_a_r_n: RESERVATION,
      reservation_effective_cost: '7',
    });
    const { lines, ask } = await linesOf(fee, used);
    expect(lines).toEqual([
      ['DiscountedUsage', 'Usage', 'Usage-Based', 'Used', '0', '7'],
      ['RIFee', 'Purchase', 'Recurring', null, '10', '0'],
      ['RIFee', 'Usage', 'Usage-Based', 'Unused', '0', '4'],
    ]);
    expect(
      await ask('SELECT DISTINCT CommitmentDiscountCategory, PricingCategory FROM lines ORDER BY 2'),
    ).toEqual([
      ['Usage', 'Committed'],
      ['Usage', 'Standard'],
    ]);
  });
});

describe('discounts', () => {
  it('without net columns they stay as negative usage', async () => {
    const { lines } = await linesOf(item('Usage', '100'), item('EdpDiscount', '-10'));
    expect(lines.map((line) => line[4])).toEqual(['-10', '100']);
  });

  it('with net columns the usage is net and the discount rows are dropped: the same total, once', async () => {
    const rows = [
      item('Usage', '100', { line_item_net_unblended_cost: '90' }),
      item('EdpDiscount', '-10', { line_item_net_unblended_cost: '0' }),
    ];
    const { lines, delivery } = await linesOf(...rows);
    expect(lines).toEqual([['Usage', 'Usage', 'Usage-Based', null, '90', '90']]);
    const billed = (await delivery.sourceTotals()).filter(({ metric }) => metric === 'BilledCost');
    expect(
      billed.map(({ lineItemType, rows: count, amount }) => [
        lineItemType,
        count.read,
        count.dropped,
        amount.read,
        amount.dropped,
      ]),
    ).toEqual([
      ['EdpDiscount', 1, 1, '-10.000000000000000', '-10.000000000000000'],
      ['Usage', 1, 0, '100.000000000000000', '10.000000000000000'],
    ]);
    expect(delivery.notes).toEqual([]);
  });

  it('net columns that are empty change nothing', async () => {
    const { lines } = await linesOf(
      item('Usage', '100', { line_item_net_unblended_cost: '' }),
      item('EdpDiscount', '-10'),
    );
    expect(lines).toHaveLength(2);
  });

  it('net and unblended costs that differ by more than the discounts are told', async () => {
    const { delivery } = await linesOf(
      item('Usage', '100', { line_item_net_unblended_cost: '80' }),
      item('EdpDiscount', '-10'),
    );
    expect(delivery.notes).toEqual([expect.stringContaining('check the discounts')]);
  });
});

it('split-cost rows repeat what the EC2 rows say: they are dropped, and counted as dropped', async () => {
  const { lines, delivery } = await linesOf(
    item('Usage', '5'),
    item('Usage', '2', { line_item_operation: 'EKSPod-EC2' }),
    item('Usage', '1', { line_item_operation: 'ECSTask-EC2' }),
  );
  expect(lines.map((line) => line[4])).toEqual(['5']);
  const [billed] = await delivery.sourceTotals();
  expect(billed).toMatchObject({
    rows: { read: 3, dropped: 2 },
    amount: { read: '8.000000000000000', dropped: '3.000000000000000' },
  });
});

it('every metric ties: read = loaded + dropped - generated, over a bill with all of it', async () => {
  const { delivery, ask } = await linesOf(
    item('SavingsPlanRecurringFee', '1', {
      savings_plan_savings_plan_a_r_n: PLAN,
      savings_plan_total_commitment_to_date: '1',
      savings_plan_used_commitment: '0.4',
      line_item_net_unblended_cost: '0.9',
    }),
    item('SavingsPlanCoveredUsage', '0.6', {
      savings_plan_savings_plan_a_r_n: PLAN,
      savings_plan_savings_plan_effective_cost: '0.4',
      line_item_net_unblended_cost: '0.6',
    }),
    item('SavingsPlanNegation', '-0.6', { savings_plan_savings_plan_a_r_n: PLAN }),
    item('RIFee', '10', {
      reservation_reservation_a_r_n: RESERVATION,
      reservation_unused_recurring_fee: '3',
    }),
    item('DiscountedUsage', '0.02', {
      reservation_reservation_a_r_n: RESERVATION,
      reservation_effective_cost: '7',
    }),
    item('Usage', '100', { line_item_net_unblended_cost: '90.1', pricing_public_on_demand_cost: '110' }),
    item('EdpDiscount', '-10'),
    item('Tax', '3'),
  );
  const loaded = await ask(
    'SELECT sum(BilledCost), sum(EffectiveCost), sum(ListCost), sum(ContractedCost) FROM lines',
  );
  for (const [i, metric] of ['BilledCost', 'EffectiveCost', 'ListCost', 'ContractedCost'].entries()) {
    const totals = (await delivery.sourceTotals()).filter((total) => total.metric === metric);
    const sum = (of: 'read' | 'dropped' | 'generated') =>
      totals.reduce((all, { amount }) => all + unitsOf(amount[of], 15), 0n);
    expect(unitsOf(loaded[0]?.[i], 15)).toBe(sum('read') - sum('dropped') + sum('generated'));
  }
});

it('tags of a legacy CUR come from its columns; empty ones are absent', async () => {
  const text = `identity/LineItemId,lineItem/UnblendedCost,lineItem/LineItemType,lineItem/CurrencyCode,lineItem/UsageStartDate,lineItem/UsageEndDate,bill/BillingPeriodStartDate,bill/BillingPeriodEndDate,resourceTags/user:Team,resourceTags/user:Note
a,1,Usage,USD,2026-05-01T00:00:00Z,2026-05-01T01:00:00Z,2026-05-01T00:00:00Z,2026-06-01T00:00:00Z,core,"say ""hi"" \\ bye"
b,1,Usage,USD,2026-05-01T00:00:00Z,2026-05-01T01:00:00Z,2026-05-01T00:00:00Z,2026-06-01T00:00:00Z,,
`;
  const { delivery, ask } = await opened([await fileWith('legacy.csv', text)]);
  expect(delivery.format).toBe('cur-legacy');
  expect((await ask('SELECT Tags FROM lines ORDER BY 1')).flat()).toEqual([
    '{}',
    '{"user:Team":"core","user:Note":"say \\"hi\\" \\\\ bye"}',
  ]);
});
