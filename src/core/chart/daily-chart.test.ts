import { describe, expect, it } from 'vitest';
import { billingDate } from '../calendar/billing-date.ts';
import { axisLabel, axisOf, type ChartDay, marksOf, niceStep, shortLabel } from './daily-chart.ts';

const day = (change: Partial<ChartDay>): ChartDay => ({
  date: billingDate('2026-11-01'),
  state: 'complete',
  usage: 0,
  onChargeDate: 0,
  runRate: undefined,
  plan: undefined,
  ring: undefined,
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
    const axis = axisOf({ days });
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

it.each([
  [0, '0'],
  [2000, '2k'],
  [-21300, '−21.3k'],
  [1500000, '1.5M'],
  [0.5, '0.5'],
])('labels %d in little room as %s', (value, text) => expect(shortLabel(value)).toBe(text));

describe('the marks of a day', () => {
  const marks = (change: Partial<ChartDay>, ...others: ChartDay[]) =>
    marksOf({ days: [day(change), ...others] })[0];

  it.each<[string, Partial<ChartDay>, object]>([
    [
      'stands charges on usage',
      { usage: 6, onChargeDate: 4, ring: 'open' },
      { bar: { from: 0, to: 6 }, charges: { from: 6, to: 10 }, ring: { at: 10, kind: 'open' } },
    ],
    [
      'hangs credits below zero',
      { usage: 6, onChargeDate: -4, ring: 'closed' },
      { bar: { from: 0, to: 6 }, charges: { from: 0, to: -4 }, ring: { at: 6, kind: 'closed' } },
    ],
    [
      'adds what is expected to what has arrived',
      { state: 'arriving', usage: 3, onChargeDate: 1, runRate: 2 },
      { bar: { from: 0, to: 4 }, charges: undefined, expected: { from: 4, to: 6 } },
    ],
    [
      'expects a day ahead from zero',
      { state: 'ahead', runRate: 2 },
      { bar: undefined, expected: { from: 0, to: 2 } },
    ],
    ['expects nothing more of a complete day', { usage: 3, runRate: 2 }, { expected: undefined }],
  ])('%s', (_, change, expected) => expect(marks(change)).toMatchObject(expected));

  it('draws a day that has not arrived as high as days like it', () => {
    expect(marks({ state: 'missing' }, day({ usage: 100 }))?.bar).toEqual({ from: 0, to: 90 });
    expect(marks({ state: 'missing', runRate: 50 }, day({ usage: 100 }))?.bar).toEqual({ from: 0, to: 50 });
  });
});
