import { describe, expect, it } from 'vitest';
import { fileWith, opened } from '../../../test/support/deliveries.ts';
import { mappingOf } from './mapping.ts';
import { shippedMappings } from './shipped.ts';

const OWN = `
name: acme
label: Acme hosting
recognise: [[Kosten, Tag]]
columns:
  ProviderName: { value: Acme }
  SubAccountId: Kunde
  BilledCost: Kosten
  BillingCurrency: { value: EUR }
  ChargePeriodStart: Tag
  ChargePeriodEnd: { from: Tag, plusDays: 1 }
  ChargeCategory: { from: Art, values: { N: Usage, S: Tax }, else: Adjustment }
  ServiceName: [Produkt, Dienst]
  Tags: Marken
`;
const BILL =
  'Kunde,Kosten,Tag,Art,Dienst,Marken\n007,1.5,2026-05-04,N,vServer,"{""team"":""a""}"\n007,0.285,2026-05-04,S,vServer,\n008,2,2026-05-05,X,,\n';

describe("a mapping file of one's own", () => {
  it('makes cost lines of a plain bill', async () => {
    const mapping = await fileWith('acme.yaml', OWN);
    const { delivery, ask } = await opened([await fileWith('bill.csv', BILL)], `mapping:${mapping}`);
    expect([delivery.format, delivery.label, delivery.rank]).toEqual(['acme', 'Acme hosting', 50]);
    expect(
      await ask(
        'SELECT SubAccountId, BilledCost, EffectiveCost, ChargeCategory, ServiceName, BillingPeriodStart, BillingPeriodEnd, ChargePeriodEnd, Tags FROM lines ORDER BY 1, 2',
      ),
    ).toEqual([
      [
        '007',
        '0.285000000000000',
        '0.285000000000000',
        'Tax',
        'vServer',
        '2026-05-01 00:00:00',
        '2026-06-01 00:00:00',
        '2026-05-05 00:00:00',
        null,
      ],
      [
        '007',
        '1.500000000000000',
        '1.500000000000000',
        'Usage',
        'vServer',
        '2026-05-01 00:00:00',
        '2026-06-01 00:00:00',
        '2026-05-05 00:00:00',
        '{"team":"a"}',
      ],
      [
        '008',
        '2.000000000000000',
        '2.000000000000000',
        'Adjustment',
        null,
        '2026-05-01 00:00:00',
        '2026-06-01 00:00:00',
        '2026-05-06 00:00:00',
        null,
      ],
    ]);
  });

  it("rejects rows under the bill's own column names", async () => {
    const mapping = await fileWith('acme.yaml', OWN);
    const { delivery } = await opened(
      [await fileWith('bill.csv', BILL.replace('2026-05-05', 'gestern'))],
      `mapping:${mapping}`,
    );
    expect(delivery.rejects).toMatchObject([{ line: 4, column: 'Tag', value: 'gestern' }]);
  });

  it('that names columns the bill does not have is refused by their names', async () => {
    const mapping = await fileWith('acme.yaml', OWN);
    const file = await fileWith('bill.csv', BILL.replace('Kosten', 'Preis'));
    await expect(opened([file], `mapping:${mapping}`)).rejects.toMatchObject({
      code: 'HEADER_INVALID',
      what: expect.stringContaining('Kosten'),
    });
  });

  it.each([
    ['no YAML', 'a: [', ''],
    ['a part that is missing', 'label: x', 'name'],
    ['a column that is none', OWN.replace('  Tags:', '  Team:'), 'Team'],
    ['a word that is none', OWN.replace('recognise', 'recognize'), 'recognise'],
  ])('%s is refused', (_, text, what) => {
    expect(() => mappingOf(text, 'a.yaml')).toThrow(
      expect.objectContaining({ code: 'MAPPING_INVALID', what: expect.stringContaining(what) }),
    );
  });

  it('that is not there is named', async () => {
    await expect(opened([await fileWith('bill.csv', BILL)], 'mapping:/nowhere.yaml')).rejects.toMatchObject({
      code: 'FILE_NOT_FOUND',
      place: { file: '/nowhere.yaml' },
    });
  });
});

it('ships one for legacy CUR and one for Azure EA', async () => {
  expect((await shippedMappings()).map(({ name, rank }) => [name, rank])).toEqual([
    ['azure-ea', 40],
    ['cur-legacy', 30],
  ]);
});
