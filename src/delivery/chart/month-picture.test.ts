import { describe, expect, it } from 'vitest';
import { november } from '../../../test/fixtures/digest/november.ts';
import { monthPicture, monthSvg } from './month-picture.ts';

describe('the picture', () => {
  const days = november.calendar.map(({ date, state }, i) => ({
    date,
    state,
    usage: i < 18 ? 8_000 : 0,
    onChargeDate: 0,
    runRate: i < 17 ? undefined : 500,
    plan: 8_100,
    ring: i === 16 ? ('open' as const) : undefined,
  }));

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
