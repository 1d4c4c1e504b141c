import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { bill, fileWith, opened } from '../../../test/support/deliveries.ts';
import { decimalText, unitsOf } from '../decimal.ts';

/** What the specification's fragments leave out because every bill has it. */
const USUAL = {
  BillingAccountId: '1',
  SubAccountId: '2',
  BillingCurrency: 'USD',
  ServiceName: 'Example',
  ProviderName: 'Example',
};

/** An example of the specification as a bill: null stays the word, blank lines stay. */
async function example(name: string): Promise<string> {
  const [header = '', ...rows] = (await readFile(bill(`focus-spec-examples/${name}.csv`), 'utf8'))
    .trimEnd()
    .split(/\r?\n/);
  const missing = Object.entries(USUAL).filter(([column]) => !header.split(',').includes(column));
  const [names, values] = [
    missing.map(([column]) => column).join(','),
    missing.map(([, value]) => value).join(','),
  ];
  return fileWith(
    'example.csv',
    `${[`${header},${names}`, ...rows.map((row) => (row.trim() === '' ? row : `${row},${values}`))].join('\n')}\n`,
  );
}

const exact = (text: string): string => decimalText(unitsOf(text, 15), 15);

describe('commitment examples of FOCUS 1.2', () => {
  it.each([
    ['commitment_discount_purchase_scenario_1', '8760', '0'],
    ['commitment_discount_usage_scenario_1', '0', '1'],
    ['commitment_discount_usage_scenario_2', '0', '1'],
    ['commitment_discount_usage_scenario_3', '0', '1'],
    ['commitment_discount_usage_scenario_4', '0.5', '1.5'],
    ['one_hundred_percent_utilization_with_commitment_discount_flexibility_with_1_resource', '2.75', '2.75'],
    ['one_hundred_percent_utilization_with_commitment_discount_flexibility_with_2_resources', '2', '2'],
    ['one_hundred_percent_utilization_without_commitment_discount_flexibility', '1.5', '1.5'],
    ['zero_percent_utilization_without_commitment_discount_flexibility', '3.5', '3.5'],
  ])('%s bills %s and amortises to %s', async (name, billed, effective) => {
    const { delivery, ask } = await opened([await example(name)]);
    expect(delivery.rejectedRows).toBe(0);
    expect(await ask('SELECT sum(BilledCost), sum(EffectiveCost) FROM lines')).toEqual([
      [exact(billed), exact(effective)],
    ]);
  });

  it.each([
    ['commitment_discount_purchase_scenario_2', '3'],
    ['commitment_discount_purchase_scenario_3', '4381.5'],
  ])('%s bills %s, and its hours above 23 are rejected by name', async (name, billed) => {
    const { delivery } = await opened([await example(name)]);
    const read = (await delivery.sourceTotals()).filter(({ metric }) => metric === 'BilledCost');
    expect(read.reduce((sum, { amount }) => sum + unitsOf(amount.read, 15), 0n)).toBe(unitsOf(billed, 15));
    expect(delivery.rejectedRows).toBeGreaterThan(0);
    for (const { reason } of delivery.rejects)
      expect(reason).toMatch(/T(2[4-9]|30):00:00Z" is not a UTC date and time/);
  });

  it('a purchase keeps its charge date and spans more than a day', async () => {
    const { ask } = await opened([await example('commitment_discount_purchase_scenario_1')]);
    expect(await ask('SELECT ChargeCategory, x_SpansDays, ChargePeriodStart FROM lines')).toEqual([
      ['Purchase', true, '2023-01-01 00:00:00'],
    ]);
  });

  it('a fragment without account and currency is refused by the names of what is missing', async () => {
    const file = bill('focus-spec-examples/commitment_discount_usage_scenario_1.csv');
    await expect(opened([file])).rejects.toMatchObject({
      code: 'HEADER_INVALID',
      what: expect.stringContaining('BillingCurrency'),
    });
  });
});
