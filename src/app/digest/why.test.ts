import { describe, expect, it } from 'vitest';
import { engines } from '../../../test/engine/engines.ts';
import { rows } from '../../../test/engine/rows.ts';
import { billingDate } from '../../core/calendar/billing-date.ts';
import { currency, money } from '../../core/money/money.ts';
import { whyMoved } from '../../sql/digest/why.ts';
import { causeOf } from './why.ts';

const USD = currency('USD');

describe.each(engines)('why a service moved, on $name', ({ open }) => {
  it('finds the usage type that changed most, and resources that came and went', async () => {
    const engine = await open({
      cost_lines: rows`
        ChargePeriodStart   | BillingDate | x_Service | SubAccountId | ChargeCategory | SkuMeter | ResourceId       | ResourceName | BilledCost | ConsumedQuantity
        2026-11-17 03:00:00 | 2026-11-17  | AmazonS3  | 1            | Usage          | Requests | arn:aws:s3:::a   |              | 20         | 200
        2026-11-17 04:00:00 | 2026-11-17  | AmazonS3  | 1            | Usage          | Requests | arn:aws:s3:::new | logs-eu      | 70         | 700
        2026-11-17 04:00:00 | 2026-11-17  | AmazonS3  | 1            | Usage          | Storage  | arn:aws:s3:::a   |              | 5          | 5
        2026-11-10 03:00:00 | 2026-11-10  | AmazonS3  | 1            | Usage          | Requests | arn:aws:s3:::a   |              | 20         | 200
        2026-11-10 03:00:00 | 2026-11-10  | AmazonS3  | 1            | Usage          | Storage  | arn:aws:s3:::old |              | 8          | 8
        2026-11-03 03:00:00 | 2026-11-03  | AmazonS3  | 1            | Usage          | Requests | arn:aws:s3:::a   |              | 40         | 400
        2026-11-16 03:00:00 | 2026-11-16  | AmazonS3  | 1            | Usage          | Requests | arn:aws:s3:::a   |              | 999        | 9
        2026-11-17 03:00:00 | 2026-11-17  | AmazonS3  | 2            | Usage          | Requests | arn:aws:s3:::b   |              | 999        | 9
        2026-11-17 03:00:00 | 2026-11-17  | AmazonS3  | 1            | Tax            | Tax      |                  |              | 999        | 9`,
    });
    const asked = {
      day: billingDate('2026-11-17'),
      weeks: 2,
      costMetric: 'BilledCost' as const,
      movers: [{ service: 'AmazonS3', account: '1' }],
    };
    // Requests: 90 now; 20 and 40 before, 30 on average. The old bucket cost 8 in two weeks, 4 on average.
    expect(await engine.rows(whyMoved(asked))).toEqual([
      ['AmazonS3', '1', 'Requests', 90, 30, 900, 300, 1, 70, 'logs-eu', 1, 4],
    ]);
  });
});

describe('a cause in words', () => {
  const cause = (change: string, ...row: (string | number | null)[]) =>
    causeOf(['S', '1', ...row], money(change, USD));

  it.each([
    [
      'one new resource',
      cause('60', 'Requests', 90, 30, 900, 300, 1, 70, 'arn:aws:s3:::logs-eu', 0, 0),
      'new: logs-eu',
    ],
    [
      'several',
      cause('60', 'Requests', 90, 30, 900, 300, 4, 70, 'vol/a', 0, 0),
      '4 new resources, dearest a',
    ],
    [
      'new ones that explain little',
      cause('60', 'Requests', 90, 30, 900, 300, 4, 20, 'a', 0, 0),
      'Requests 3.0×',
    ],
    ['gone', cause('-60', 'Box', 30, 90, 300, 900, 0, 0, null, 14, 55), '14 resources gone'],
    ['one gone', cause('-60', 'Box', 30, 90, 300, 900, 0, 0, null, 1, 55), '1 resource gone'],
    ['less of a usage type', cause('-60', 'Box', 30, 90, 300, 900, 0, 0, null, 0, 0), 'Box −67 %'],
    [
      'without the region of AWS',
      cause('15', 'EUC1-Requests-Tier1', 45, 15, 450, 150, 0, 0, null, 0, 0),
      'Requests-Tier1 3.0×',
    ],
    ['more of it', cause('15', 'Egress', 45, 30, 450, 300, 0, 0, null, 0, 0), 'Egress +50 %'],
    ['a price, not a quantity', cause('30', 'Spot', 60, 30, 0, 0, 0, 0, null, 0, 0), 'Spot 2.0×'],
    ['a usage type that is new', cause('30', 'GPU', 30, 0, 3, 0, 0, 0, null, 0, 0), 'new usage type GPU'],
    ['one that ended', cause('-30', 'GPU', 0, 30, 0, 3, 0, 0, null, 0, 0), 'no GPU any more'],
    ['one that moved the other way', cause('30', 'GPU', 0, 30, 0, 3, 0, 0, null, 0, 0), undefined],
    ['no usage type', cause('30', '', 60, 30, 2, 1, 0, 0, null, 0, 0), undefined],
    ['nothing in the lines', cause('30', 'GPU', 0, 0, 0, 0, 0, 0, null, 0, 0), undefined],
  ])('%s', (_, words, expected) => expect(words).toBe(expected));
});
