import { expect, it } from 'vitest';
import type { Trend } from '../../../../src/api/schemas/blocks.ts';
import { dailyModel, type TrendDay, tickText } from './daily-model.ts';
import { dayAt, placesOf } from './daily-places.ts';

const day = (date: string, total: string | null): TrendDay => ({
  date,
  state: total === null ? 'ahead' : 'settled',
  total,
  onChargeDate: total === null ? null : '0.00',
  budget: null,
  runRate: null,
  before: null,
  beforeDate: null,
  spikes: 0,
  openSpikes: 0,
});
const trend = (...days: TrendDay[]): Trend => ({
  about: {
    currency: 'USD',
    metric: 'BilledCost',
    period: { from: '2026-11-01', to: '2026-11-02' },
    comparedWith: null,
    lakeVersion: 1,
    committedAt: '2026-11-21T07:00:00.000Z',
    asOf: null,
    simulated: true,
    filters: { ou: null, account: null, service: null, region: null, tag: null },
  },
  days,
  series: [],
  total: '0.00',
});

it('parts the month asked for from the months before, on one axis from zero', () => {
  const { past, month, monthName, scale } = dailyModel(
    trend(day('2026-10-31', '8400.00'), day('2026-11-01', '1000.00'), day('2026-11-02', null)),
  );
  expect([past.length, month.length, monthName]).toEqual([1, 2, 'November 2026']);
  expect([scale.low, scale.step]).toEqual([0, 2000]);
  expect(scale.high).toBeGreaterThan(8400);
});

it('reaches below zero only as far as a credit needs', () => {
  const { scale } = dailyModel(trend(day('2026-11-01', '-21300.00'), day('2026-11-02', '600.00')));
  expect([scale.low, scale.step]).toEqual([-25000, 5000]);
});

it('finds the day below the pointer, and none beside the chart', () => {
  const model = dailyModel(
    trend(day('2026-10-31', '1.00'), day('2026-11-01', '1.00'), day('2026-11-02', null)),
  );
  const places = placesOf(1376, model);
  const { month, past } = places;
  expect(dayAt(model, places, past.x + 1, past.y + 5)?.date).toBe('2026-10-31');
  expect(dayAt(model, places, month.x + places.pitch + 1, month.y + 5)?.date).toBe('2026-11-02');
  expect(dayAt(model, places, month.x + month.width + 1, month.y + 5)).toBeUndefined();
});

it.each([
  [0, '0'],
  [2000, '2k'],
  [-21300, '−21.3k'],
  [1500000, '1.5M'],
  [0.5, '0.5'],
])('writes the tick %d as %s', (value, text) => expect(tickText(value)).toBe(text));
