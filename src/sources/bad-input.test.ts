import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileWith, focusCsv, opened } from '../../test/support/deliveries.ts';

const USUAL = focusCsv([{}, { BilledCost: '2' }, { BilledCost: '3' }]);
const many = (rows: number) =>
  focusCsv(Array.from({ length: rows }, (_, i) => ({ BilledCost: String(i), ResourceId: `i-${i}` })));

describe('a file that cannot be a bill is refused as a whole, with its name and what to do', () => {
  it.each([
    ['an empty file', 'a.csv', '', 'FILE_EMPTY'],
    ['a header alone', 'a.csv', `${USUAL.split('\n')[0]}\n`, 'FILE_EMPTY'],
    ['an empty gzip file', 'a.csv.gz', gzipSync(''), 'FILE_EMPTY'],
    ['columns of something else', 'a.csv', 'name,age\nAda,36\n', 'FORMAT_UNKNOWN'],
    [
      'two header names fused by a lost comma',
      'a.csv',
      USUAL.replace('BilledCost,EffectiveCost', 'BilledCostEffectiveCost'),
      'HEADER_INVALID',
    ],
    ['a column that comes twice', 'a.csv', USUAL.replace('EffectiveCost', 'billedcost'), 'HEADER_INVALID'],
    [
      'FOCUS without its billing period',
      'a.csv',
      USUAL.replace('BillingPeriodStart', 'Month'),
      'HEADER_INVALID',
    ],
    [
      'FOCUS without a required column',
      'a.csv',
      USUAL.replace('BillingCurrency', 'Currency'),
      'HEADER_INVALID',
    ],
    ['a CSV file cut in the middle of a row', 'a.csv', USUAL.slice(0, -40), 'FILE_TRUNCATED'],
    ['a CSV file cut within quotes', 'a.csv', `${USUAL}AWS,"012`, 'FILE_TRUNCATED'],
    ['a gzip file cut in the middle', 'a.csv.gz', gzipSync(many(5000)).subarray(0, -2000), 'FILE_TRUNCATED'],
    ['a gzip file without its last bytes', 'a.csv.gz', gzipSync(USUAL).subarray(0, -4), 'FILE_TRUNCATED'],
    ['a damaged gzip file', 'a.csv.gz', damaged(gzipSync(many(5000))), 'FILE_UNREADABLE'],
    ['a row with too many values', 'a.csv', `${USUAL.trimEnd()},9,9\n`, 'FILE_UNREADABLE'],
    ['NUL bytes', 'a.csv', USUAL.replace('AWS Lambda', 'AWS\u0000Lambda'), 'FILE_UNREADABLE'],
    ['Latin-1', 'a.csv', Buffer.from(USUAL.replace('AWS Lambda', 'Münze'), 'latin1'), 'FILE_UNREADABLE'],
    ['UTF-16', 'a.csv', Buffer.from(`\uFEFF${USUAL}`, 'utf16le'), 'FILE_UNREADABLE'],
    [
      'an HTML error page',
      'a.csv',
      '<!DOCTYPE html>\n<html><body>403, Forbidden</body></html>\n',
      'FILE_UNREADABLE',
    ],
    [
      "an XML error of S3's",
      'a.csv',
      '<?xml version="1.0"?><Error><Code>AccessDenied</Code></Error>',
      'FILE_UNREADABLE',
    ],
    ['a zstd file', 'a.csv', Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 1, 2, 3]), 'FILE_UNREADABLE'],
    [
      'some other binary',
      'a.csv',
      Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]),
      'FILE_UNREADABLE',
    ],
    ['a ZIP archive', 'a.csv', 'PK\u0003\u0004rest', 'FILE_UNREADABLE'],
    ['a Parquet file that is not one', 'a.parquet', USUAL, 'FILE_UNREADABLE'],
    ['a Parquet file cut in the middle', 'a.parquet', 'PAR1 and so on, and no end', 'FILE_TRUNCATED'],
  ])('%s', async (_, name, content, code) => {
    const file = await fileWith(name, content);
    await expect(opened([file])).rejects.toMatchObject({ code, place: { file } });
  });

  it('tells the line of a row that is too short', async () => {
    const file = await fileWith('a.csv', USUAL.replace('AWS,012345678901,', '012345678901,'));
    await expect(opened([file])).rejects.toMatchObject({ place: { line: 1 } });
    const later = await fileWith('b.csv', `${USUAL}AWS,012345678901\n`);
    await expect(opened([later])).rejects.toMatchObject({ place: { file: later, line: 5 } });
  });

  it('tells the line of a NUL byte', async () => {
    const file = await fileWith('a.csv', `${USUAL}${'AWS\u0000'}\n`);
    await expect(opened([file])).rejects.toMatchObject({ place: { file, line: 5 } });
  });
});

function damaged(bytes: Buffer): Buffer {
  const middle = Math.floor(bytes.length / 2);
  bytes[middle] = (bytes[middle] ?? 0) ^ 0xff;
  return bytes;
}

describe('rows that cannot be loaded are rejected with line, column, value and reason', () => {
  it.each([
    ['a decimal comma', { BilledCost: '12,50' }, 'BilledCost', '12,50'],
    ['NaN', { BilledCost: 'NaN' }, 'BilledCost', 'NaN'],
    ['infinity', { EffectiveCost: 'inf' }, 'EffectiveCost', 'inf'],
    ['more than decimal(38,15) holds', { BilledCost: '1e30' }, 'BilledCost', '1e30'],
    ['hour 30', { ChargePeriodStart: '2026-05-01T30:00:00Z' }, 'ChargePeriodStart', '2026-05-01T30:00:00Z'],
    [
      'a month 13',
      { BillingPeriodStart: '2026-13-01T00:00:00Z' },
      'BillingPeriodStart',
      '2026-13-01T00:00:00Z',
    ],
    ['no currency', { BillingCurrency: '' }, 'BillingCurrency', ''],
    ['a quantity in words', { PricingQuantity: 'seven' }, 'PricingQuantity', 'seven'],
  ])('%s', async (_, cells, column, value) => {
    const file = await fileWith('a.csv', focusCsv([{}, cells, {}]));
    const { delivery, ask } = await opened([file]);
    expect(delivery.rejectedRows).toBe(1);
    expect(delivery.rejects).toMatchObject([{ file, line: 3, column, value }]);
    expect(delivery.rejects[0]?.row.ProviderName).toBe('AWS');
    expect(await ask('SELECT count(*), sum(BilledCost) FROM lines')).toEqual([[2, '2.000000000000000']]);
  });

  it('counts their amounts apart, so that the totals still tie', async () => {
    const { delivery } = await opened([
      await fileWith('a.csv', focusCsv([{}, { BilledCost: '7', ChargePeriodStart: 'soon' }])),
    ]);
    const billed = (await delivery.sourceTotals()).find(({ metric }) => metric === 'BilledCost');
    expect(billed).toMatchObject({
      rows: { read: 2, rejected: 1 },
      amount: { read: '8.000000000000000', rejected: '7.000000000000000' },
    });
  });

  it('finds the physical line, also after names with line breaks and in gzip', async () => {
    const text = focusCsv([
      { ResourceName: 'first\nsecond\nthird' },
      { BilledCost: 'oops', ResourceName: 'say "hi", twice' },
    ]);
    const { delivery } = await opened([await fileWith('a.csv.gz', gzipSync(text))]);
    expect(delivery.rejects).toMatchObject([{ line: 5, column: 'BilledCost', value: 'oops' }]);
    expect(delivery.rejects[0]?.row.ResourceName).toBe('say "hi", twice');
  });
});

describe('odd input that is right', () => {
  it.each([
    ['a header with a BOM', `\uFEFF${USUAL}`],
    ['Windows line ends', USUAL.replaceAll('\n', '\r\n')],
    ['blank lines', USUAL.replaceAll('\n', '\n\n')],
    ['semicolons', USUAL.replaceAll(',', ';')],
    ['tabs', USUAL.replaceAll(',', '\t')],
    ['no last line break', USUAL.trimEnd()],
    [
      'column names in another case',
      USUAL.replace('BilledCost', 'billedcost').replace('ChargeCategory', 'CHARGECATEGORY'),
    ],
  ])('%s', async (_, text) => {
    const { ask } = await opened([await fileWith('a.csv', text)]);
    expect(await ask('SELECT count(*), sum(BilledCost), min(ServiceName) FROM lines')).toEqual([
      [3, '6.000000000000000', 'AWS Lambda'],
    ]);
  });

  it('says that a file without a last line break may have been cut', async () => {
    const { delivery } = await opened([await fileWith('a.csv', USUAL.trimEnd())]);
    expect(delivery.notes).toEqual([expect.stringContaining('does not end with a line break')]);
  });

  it('keeps commas, quotes, line breaks, 漢字, formula-looking names and the quoted word NULL as they are', async () => {
    const names = ['a,b', 'say "hi"', 'one\ntwo', '漢字 Łódź', '=cmd()|calc', '"NULL"'];
    const text = focusCsv(names.map((ResourceName) => ({ ResourceName }))).replace('"""NULL"""', '"NULL"');
    const { ask } = await opened([await fileWith('a.csv', text)]);
    expect((await ask('SELECT ResourceName FROM lines ORDER BY 1')).flat()).toEqual([
      '=cmd()|calc',
      'NULL',
      'a,b',
      'one\ntwo',
      'say "hi"',
      '漢字 Łódź',
    ]);
  });

  it('takes negative and zero costs, exponents, 15 and 22 decimals; what 15 cannot hold is recorded', async () => {
    const costs = ['-5', '0.6E-16', '1.5E-7', '0.123456789012345', '0.1234567890123456789012'];
    const { delivery, ask } = await opened([
      await fileWith('a.csv', focusCsv(costs.map((BilledCost) => ({ BilledCost })))),
    ]);
    expect((await ask('SELECT BilledCost FROM lines ORDER BY 1')).flat()).toEqual([
      '-5.000000000000000',
      '0.000000000000000',
      '0.000000150000000',
      '0.123456789012345',
      '0.123456789012346',
    ]);
    const billed = (await delivery.sourceTotals()).find(({ metric }) => metric === 'BilledCost');
    expect(billed?.residue).toBe('-0.0000000000000002610988000');
  });

  it('keeps leading zeros of account ids', async () => {
    const { ask } = await opened([await fileWith('a.csv', focusCsv([{ SubAccountId: '000000000042' }]))]);
    expect(await ask('SELECT SubAccountId, BillingAccountId FROM lines')).toEqual([
      ['000000000042', '012345678901'],
    ]);
  });

  it('takes the billing period from its own column, never from the charge date', async () => {
    const { delivery } = await opened([
      await fileWith(
        'a.csv',
        focusCsv([{ ChargePeriodStart: '2026-04-30T23:00:00Z', ChargePeriodEnd: '2026-05-01T00:00:00Z' }]),
      ),
    ]);
    expect(delivery.periods).toEqual([{ period: '2026-05', rows: 1 }]);
  });

  it('reads a newer name where the older one is gone', async () => {
    const text = focusCsv([{ ProviderName: 'Contoso' }]).replace('ProviderName', 'ServiceProviderName');
    const { delivery, ask } = await opened([await fileWith('a.csv', text)]);
    expect(delivery.format).toBe('focus-1.3');
    expect(await ask('SELECT ProviderName FROM lines')).toEqual([['Contoso']]);
  });

  it('marks BilledCost that stands for an EffectiveCost which is not there', async () => {
    const text = focusCsv([{ BilledCost: '4' }]).replace('EffectiveCost', 'x_Other');
    const { ask } = await opened([await fileWith('a.csv', text)]);
    expect(await ask('SELECT EffectiveCost, x_EffectiveCostSource FROM lines')).toEqual([
      ['4.000000000000000', 'billed'],
    ]);
  });

  it('reads chunks of one delivery together, and leaves empty surplus chunks out', async () => {
    const files = [
      await fileWith('a-00001.csv', USUAL),
      await fileWith('a-00002.csv', focusCsv([{ BilledCost: '10' }])),
      await fileWith('a-00003.csv', ''),
    ];
    const { ask } = await opened(files);
    expect(await ask('SELECT count(*), sum(BilledCost) FROM lines')).toEqual([[4, '16.000000000000000']]);
  });
});
