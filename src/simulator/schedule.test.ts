import { describe, expect, it } from 'vitest';
import { billingDate } from '../core/calendar/billing-date.ts';
import { arrivingDay, newestSlot, scheduleOf } from './schedule.ts';

const at = (time: string): number => Date.parse(time);

describe('newestSlot', () => {
  it.each([
    ['2026-11-19T07:00:00Z', undefined, '2026-11-19T05:12:00Z'],
    ['2026-11-19T05:11:59Z', undefined, '2026-11-18T05:12:00Z'],
    ['2026-11-19T14:00:00Z', undefined, '2026-11-19T05:12:00Z'],
    ['2026-11-19T14:00:00Z', 3, '2026-11-19T13:12:00Z'],
    ['2026-11-19T00:00:00Z', 3, '2026-11-18T21:12:00Z'],
  ] as const)('at %s, %s a day: %s', (now, perDay, slot) => expect(newestSlot(at(now), perDay)).toBe(slot));
});

it('knows the day before as still arriving at five in the morning', () => {
  expect(arrivingDay('2026-11-19T05:12:00Z')).toBe('2026-11-18');
  expect(arrivingDay('2026-11-19T13:12:00Z')).toBe('2026-11-19');
});

const schedule = (newest: string, perDay?: 1 | 3) =>
  scheduleOf({ seed: 1, from: billingDate('2026-08-01'), newest, perDay }).map(
    ({ period, executionTime, invoiced }) =>
      `${period} ${executionTime.slice(0, 13)}${invoiced ? ' invoiced' : ''}`,
  );

describe('scheduleOf', () => {
  it('gives closed months their invoiced delivery, the two newest a handful, in the order of time', () => {
    expect(schedule('2026-11-19T05:12:00Z')).toEqual([
      '2026-08 2026-09-09T05 invoiced',
      '2026-09 2026-10-09T05 invoiced',
      '2026-10 2026-11-02T05',
      '2026-10 2026-11-04T05',
      '2026-10 2026-11-09T05 invoiced',
      '2026-11 2026-11-15T05',
      '2026-11 2026-11-18T05',
      '2026-11 2026-11-19T05',
    ]);
  });

  it('does not promise what has not happened: early in a month the one before is not invoiced', () => {
    expect(schedule('2026-11-03T05:12:00Z').slice(-4)).toEqual([
      '2026-10 2026-11-02T05',
      '2026-11 2026-11-02T05',
      '2026-10 2026-11-03T05',
      '2026-11 2026-11-03T05',
    ]);
  });

  it('delivers three times a day where asked to, each knowing twelve hours less than its time', () => {
    const found = scheduleOf({
      seed: 1,
      from: billingDate('2026-11-01'),
      newest: '2026-11-03T13:12:00Z',
      perDay: 3,
    });
    expect(found.map(({ cutDay, cutHour }) => [cutDay - 20_758, cutHour])).toEqual([
      [0, 1],
      [0, 9],
      [0, 17],
      [1, 1],
      [1, 9],
      [1, 17],
      [2, 1],
    ]);
    expect(new Set(found.map(({ executionId }) => executionId)).size).toBe(found.length);
    expect(found[0]?.executionId).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-8[0-9a-f]{3}-[0-9a-f]{12}$/);
  });
});
