import { expect, it } from 'vitest';
import type { Trend } from '../../../../src/api/schemas/blocks.ts';
import { dailyModel, type TrendDay } from './daily-model.ts';
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
  const { past, month, monthName, axis } = dailyModel(
    trend(day('2026-10-31', '8400.00'), day('2026-11-01', '1000.00'), day('2026-11-02', null)),
  );
  expect([past.length, month.length, monthName]).toEqual([1, 2, 'November 2026']);
  expect([axis.min, axis.step]).toEqual([0, 2000]);
  expect(axis.max).toBeGreaterThan(8400);
});

it('reaches below zero only as far as a credit needs', () => {
  const { axis } = dailyModel(trend(day('2026-11-01', '-21300.00'), day('2026-11-02', '600.00')));
  expect([axis.lines[0], axis.step]).toEqual([-20000, 5000]);
  expect(axis.min).toBeCloseTo(-21513);
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
