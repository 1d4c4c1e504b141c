import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileWith, opened } from '../../../test/support/deliveries.ts';
import { event, lines } from '../../../test/support/events.ts';

const events = async (...all: readonly string[]) => opened([await fileWith('events.jsonl', lines(...all))]);

describe('an event becomes a cost line', () => {
  it('with what it says, exactly, and nothing that only a bill knows', async () => {
    const { ask, delivery } = await events(event('e1'));
    expect([delivery.format, delivery.suggestedSource, delivery.scope, delivery.simulated]).toEqual([
      'events',
      'events',
      'part',
      false,
    ]);
    expect(
      await ask(`SELECT x_EventId, CAST(x_EventTime AS varchar), BillingAccountId, SubAccountId, x_ServiceCode, RegionId, SkuMeter,
        ResourceId, ConsumedQuantity, BilledCost, EffectiveCost, ListCost, BillingCurrency, ChargeCategory,
        CAST(BillingPeriodStart AS varchar), CAST(ChargePeriodStart AS varchar), CAST(ChargePeriodEnd AS varchar),
        element_at(Tags, 'Owner') FROM lines`),
    ).toEqual([
      [
        ...[
          'e1',
          '2026-11-20 10:05:00',
          null,
          '012345678901',
          'AmazonS3',
          'eu-central-1',
          'EUC1-Requests-Tier1',
        ],
        ...['arn:aws:s3:::logs', 1000, '0.250000000000000', '0.250000000000000', null, 'USD', 'Usage'],
        ...['2026-11-01 00:00:00', '2026-11-20 09:00:00', '2026-11-20 10:00:00', 'ada'],
      ],
    ]);
  });

  it.each([
    ['text', '"0.123456789012345"', '0.123456789012345'],
    [
      'a number that no double holds',
      '12345678901234567.123456789012345',
      '12345678901234567.123456789012345',
    ],
    ['a number with an exponent', '1.5e-7', '0.000000150000000'],
    ['a credit', '-3', '-3.000000000000000'],
  ])('its cost read from the very digits: %s', async (_, written, expected) => {
    const text = event('e1', { unblended_cost: 'COST' }).replace('"COST"', written);
    const { ask } = await events(text);
    expect(await ask('SELECT BilledCost FROM lines')).toEqual([[expected]]);
  });

  it('in the month of its usage in UTC, whatever zone it is told in', async () => {
    const { delivery } = await events(
      event('e1', { usage_start: '2026-11-30T23:30:00-03:30', usage_end: '2026-12-01T04:00:00Z' }),
      event('e2'),
      event('e3'),
    );
    expect(delivery.periods).toEqual([
      { period: '2026-11', rows: 2 },
      { period: '2026-12', rows: 1 },
    ]);
  });

  it('from gzip, with a byte order mark, empty lines and either line break', async () => {
    const text = `\uFEFF${event('e1')}\r\n\r\n  \n${event('e2')}\n${event('e3')}`;
    const { ask, delivery } = await opened([await fileWith('events.jsonl.gz', gzipSync(text))]);
    expect(await ask('SELECT x_EventId FROM lines ORDER BY 1')).toEqual([['e1'], ['e2'], ['e3']]);
    expect(delivery.notes).toEqual([expect.stringContaining('does not end with a line break')]);
  });
});

describe('an event that cannot be loaded is told with its line', () => {
  it.each([
    ['no JSON', '{"event_id": "e2", ', 'x_Unread', /is not a JSON object/],
    ['a list', '["e2"]', 'x_Unread', /is not a JSON object/],
    ['no id', event('e2', { event_id: undefined }), 'event_id', /event_id is missing/],
    ['an empty account', event('e2', { account_id: '' }), 'account_id', /account_id is missing/],
    ['no cost', event('e2', { unblended_cost: null }), 'unblended_cost', /unblended_cost is missing/],
    [
      'a cost in words',
      event('e2', { unblended_cost: '12,50' }),
      'unblended_cost',
      /"12,50" is not an amount/,
    ],
    [
      'a cost that is a list',
      event('e2', { unblended_cost: [1] }),
      'unblended_cost',
      /is not an amount|is missing/,
    ],
    [
      'two costs',
      event('e2').replace('{', '{"unblended_cost": 1,'),
      'unblended_cost',
      /"several values" is not an amount/,
    ],
    ['no currency', event('e2', { currency: undefined }), 'currency', /currency is missing/],
    ['a time that is none', event('e2', { event_time: 'noon' }), 'event_time', /not a UTC date/],
    [
      'a usage that ends before it begins',
      event('e2', { usage_end: '2026-11-20T08:00:00Z' }),
      'usage_end',
      /before usage_start/,
    ],
  ])('%s', async (_, bad, column, reason) => {
    const { delivery, ask } = await events(event('e1'), bad, event('e3'));
    expect(delivery.rejects).toMatchObject([{ line: 2, column, reason: expect.stringMatching(reason) }]);
    expect(await ask('SELECT x_EventId FROM lines ORDER BY 1')).toEqual([['e1'], ['e3']]);
  });

  it('and other JSON lines are no events at all', async () => {
    await expect(
      opened([await fileWith('a.jsonl', '{"name":"Ada"}\n{"name":"Bob"}\n')]),
    ).rejects.toMatchObject({
      code: 'FORMAT_UNKNOWN',
    });
  });
});

describe('an event_id counts once', () => {
  it('in one delivery, and the totals say what was dropped', async () => {
    const { delivery, ask } = await events(
      event('e1'),
      event('e2'),
      event('e1'),
      event('e1', { unblended_cost: '9' }),
    );
    expect(await ask('SELECT x_EventId, BilledCost FROM lines ORDER BY 1')).toEqual([
      ['e1', '0.250000000000000'],
      ['e2', '0.250000000000000'],
    ]);
    expect(delivery.notes).toEqual([
      '2 events came again: an event_id counts once.',
      '1 event of these with another cost: the first that came stays.',
    ]);
    const [billed] = (await delivery.sourceTotals()).filter(({ metric }) => metric === 'BilledCost');
    expect(billed).toMatchObject({
      rows: { read: 4, rejected: 0, dropped: 2 },
      amount: { read: '9.750000000000000', dropped: '9.250000000000000' },
    });
  });

  it('and one that cannot be loaded does not stand in the way of one that can', async () => {
    const { delivery, ask } = await events(event('e1', { currency: '' }), event('e1'));
    expect(delivery.rejectedRows).toBe(1);
    expect(await ask('SELECT x_EventId FROM lines')).toEqual([['e1']]);
  });
});

it('marks simulated events, and refuses some that are and some that are not', async () => {
  const simulated = (id: string) => event(id, { simulated: true });
  expect((await events(simulated('e1'), simulated('e2'))).delivery.simulated).toBe(true);
  await expect(events(simulated('e1'), event('e2'))).rejects.toMatchObject({ code: 'SIMULATED_AND_REAL' });
});
