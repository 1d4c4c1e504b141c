import { describe, expect, it } from 'vitest';
import { november } from '../../../test/fixtures/digest/november.ts';
import { billingDate } from '../../core/calendar/billing-date.ts';
import { axisLabel, axisOf, type ChartDay, niceStep } from './month-chart.ts';
import { monthPicture, monthSvg } from './month-picture.ts';

const day = (change: Partial<ChartDay>): ChartDay => ({
  date: billingDate('2026-11-01'),
  state: 'complete',
  usage: 0,
  onChargeDate: 0,
  runRate: undefined,
  plan: undefined,
  spike: false,
  ...change,
});

describe('the axis', () => {
  it.each([
    [
      'holds the highest bar with its charges',
      [day({ usage: 6_320, onChargeDate: 9_404 })],
      [0, 5_000, 10_000, 15_000],
    ],
    ['holds a plan above all bars', [day({ usage: 10, plan: 100 })], [0, 25, 50, 75, 100]],
    [
      'holds run-rate on top of what has arrived',
      [day({ state: 'arriving', usage: 4, runRate: 5 })],
      [0, 2, 4, 6, 8],
    ],
    [
      'goes as far below zero as credits do',
      [day({ usage: 100, onChargeDate: -60 })],
      [-50, -25, 0, 25, 50, 75, 100],
    ],
    ['has a line even for nothing', [day({})], [0, 1]],
    ['has a line even for no days', [], [0, 1]],
  ])('%s', (_, days, lines) => {
    const axis = axisOf(days);
    expect(axis.lines).toEqual(lines);
    expect(axis.min <= (lines[0] ?? 0) && axis.max >= (lines.at(-1) ?? 0)).toBe(true);
  });

  it.each([
    [15_000, 16_000, '15,000'],
    [2_500_000, 10_000_000, '2.5 M'],
    [0.5, 2, '0.5'],
    [0.0002, 0.001, '0.0002'],
    [-5_000, 16_000, '−5,000'],
    [2e9, 9e9, '2 bn'],
  ])('labels %d up to %d as %s', (value, top, label) => expect(axisLabel(value, top)).toBe(label));

  it.each([
    [3_931, 4_000],
    [4_000, 4_000],
    [0.00013, 0.00015],
    [0, 1],
    [Number.NaN, 1],
  ])('steps of at least %d are %d', (value, step) =>
    expect(niceStep(value, [1, 1.5, 2, 4, 5])).toBeCloseTo(step, 9),
  );
});

describe('the picture', () => {
  const days = november.calendar.map(({ date, state }, i) =>
    day({
      date,
      state,
      usage: i < 18 ? 8_000 : 0,
      runRate: i < 17 ? undefined : 500,
      plan: 8_100,
      spike: i === 16,
    }),
  );

  it('is twice as large as shown, with a transparent ground', async () => {
    const png = Buffer.from(await monthPicture({ days }));
    expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1120, 368]);
    expect(png[25]).toBe(6); // RGB with alpha
    expect(png.length).toBeLessThan(40_000);
  });

  it('draws labels with the font that comes with us, and a ring for a spike', async () => {
    const svg = await monthSvg({ days });
    expect(svg).toContain('font-family:Inter');
    expect(svg).toContain('8,000</text>');
    expect(svg.match(/stroke="#e4574c"/g)).toHaveLength(1);
  });

  it('survives a month without any cost, and one below zero', async () => {
    for (const usage of [0, -5])
      expect(
        (
          await monthPicture({
            days: days.map((one) => ({ ...one, usage, plan: undefined, runRate: undefined })),
          })
        ).length,
      ).toBeGreaterThan(100);
  });
});
