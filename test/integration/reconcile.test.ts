import { mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { type ReconcileReport, type ReconcileRequest, reconcileInvoice } from '../../src/app/reconcile.ts';
import { billingPeriod } from '../../src/core/calendar/billing-period.ts';
import { openLake } from '../../src/lake/lake.ts';
import { bill, focusCsvFile, times } from './bills.ts';
import { type Workplace, workplace } from './workplace.ts';

async function against(
  place: Workplace,
  period: string,
  invoice: string,
  request: Partial<ReconcileRequest> = {},
): Promise<ReconcileReport> {
  const file = join(await mkdtemp(join(tmpdir(), 'spendlight-invoice-')), 'invoice.csv');
  await writeFile(file, invoice);
  const engine = await openDuckDb();
  try {
    const lake = await openLake(place.store);
    const of = {
      against: file,
      period: billingPeriod(period),
      source: undefined,
      invoiceDate: undefined,
      ...request,
    };
    return await reconcileInvoice(engine, lake, await lake.head(), of, place.clock.now());
  } finally {
    await engine.close();
  }
}

const told = ({ currencies }: ReconcileReport) =>
  currencies.flatMap(({ currency, remainder, causes, unexplained }) => [
    `${currency} ${remainder}`,
    ...causes.map(({ cause, amount }) => `${cause} ${amount}`),
    ...(unexplained === '0.00' ? [] : [`unexplained ${unexplained}`]),
  ]);

describe('a real month of AWS, 1.6823086974 USD of which 0.08 is tax', () => {
  it.each([
    ['its total', 'amount,currency\n1.68,USD\n', ['USD -0.0023086974', 'rounding -0.0023086974']],
    [
      'its total before tax',
      'amount,currency\n1.60,USD\n',
      ['USD -0.0823086974', 'tax -0.08', 'rounding -0.0023086974'],
    ],
    [
      'by service as people write them, and one that the export has not',
      'Service,Amount,Currency\nAmazon Simple Storage Service,1.44,usd\nAWS Key Management Service,0.24,usd\nAWS Support,29,usd\n',
      ['USD 28.9976913026', 'service only on the invoice 29.00', 'rounding -0.0023086974'],
    ],
    [
      'by kind, without tax',
      'account,charge_type,amount,currency\n123412340534,Usage,1.60,USD\n',
      ['USD -0.0823086974', 'tax -0.08', 'rounding -0.0023086974'],
    ],
    [
      "AWS's own file, with its sums and its rounding",
      'InvoiceID,LinkedAccountId,RecordType,CurrencyCode,CostBeforeTax,Credits,TaxAmount,TotalCost\n' +
        '1,123412340534,LinkedLineItem,USD,1.60,0,0.08,1.68\n1,123412340534,Rounding,USD,0,0,0,0.01\n1,,InvoiceTotal,USD,1.60,0,0.08,1.69\n',
      ['USD 0.0076913026', 'rounding 0.0076913026'],
    ],
    ['another total', 'amount,currency\n1.50,USD\n', ['USD -0.1823086974', 'unexplained -0.1823086974']],
    [
      'another currency beside it',
      'amount,currency\n1.68,USD\n10,EUR\n',
      ['EUR 10.00', 'currency only on the invoice 10.00', 'USD -0.0023086974', 'rounding -0.0023086974'],
    ],
  ])('%s', async (_, invoice, expected) => {
    const place = await workplace();
    await place.ingest(bill('cur-legacy-aws-real.csv.gz'));
    const report = await against(place, '2023-11', invoice);
    expect(told(report)).toEqual(expected);
    expect(report.explained).toBe(!expected.some((line) => line.startsWith('unexplained')));
  });
});

describe('a month that goes on after its invoice', () => {
  it('tells lines that came later, and knows no more than it can', async () => {
    const place = await workplace();
    place.at('2026-12-03T07:00:00Z');
    await place.ingest(await focusCsvFile(times(10, { cost: '5' })));
    place.at('2026-12-10T07:00:00Z');
    await place.ingest(await focusCsvFile([...times(10, { cost: '5' }), { cost: '7.5' }]));
    const invoice = 'invoice_date,amount,currency\n2026-12-04,50,USD\n';
    expect(told(await against(place, '2026-11', invoice))).toEqual(['USD -7.50', 'late lines -7.50']);
    const early = await against(place, '2026-11', 'invoice_date,amount,currency\n2026-12-02,50,USD\n');
    expect(told(early)).toEqual(['USD -7.50', 'unexplained -7.50']);
    expect(early.lateUnknown).toContain('before the first commit');
  });

  it.each([
    ['amount\n5\n', 'column "currency"'],
    ['amount,currency\n1.000,50,EUR\n', 'values'],
    ['amount,currency\n"1,5",EUR\n', '"1,5"'],
    ['amount,currency,charge_type\n1,EUR,Gift\n', '"Gift"'],
  ])('refuses %j by line', async (invoice, what) => {
    const place = await workplace();
    await place.ingest(bill('azure-ea-actual-real.csv'));
    await expect(against(place, '2023-09', invoice)).rejects.toMatchObject({
      code: 'INVOICE_INVALID',
      message: expect.stringContaining(what),
    });
  });
});
