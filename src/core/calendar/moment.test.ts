import { describe, expect, it } from 'vitest';
import { lastMoment, moment } from './moment.ts';

const iso = (time: number): string => new Date(time).toISOString();

describe('a moment', () => {
  it.each([
    ['2026-11-19', '2026-11-19T00:00:00.000Z', '2026-11-19T23:59:59.999Z'],
    ['2024-02-29', '2024-02-29T00:00:00.000Z', '2024-02-29T23:59:59.999Z'],
    ['2026-11-19T07:00Z', '2026-11-19T07:00:00.000Z', '2026-11-19T07:00:00.000Z'],
    ['2026-11-19T07:00:01.25Z', '2026-11-19T07:00:01.250Z', '2026-11-19T07:00:01.250Z'],
  ])('%s is %s, as an end %s', (text, first, last) => {
    expect([iso(moment(text)), iso(lastMoment(text))]).toEqual([first, last]);
  });

  it.each([
    '',
    '412',
    'yesterday',
    '2026-02-30',
    '2026-11-19T07:00',
    '2026-11-19T07:00:00+01:00',
    '19.11.2026',
  ])('refuses %j', (text) => {
    for (const read of [moment, lastMoment])
      expect(() => read(text)).toThrow(expect.objectContaining({ code: 'DATE_INVALID' }));
  });
});
