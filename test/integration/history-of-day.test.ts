import { expect, it } from 'vitest';
import { historyOfDay, restatements } from '../../src/app/restatements.ts';
import { billingDate } from '../../src/core/calendar/billing-date.ts';
import { openLake } from '../../src/lake/lake.ts';
import { pinLake } from '../../src/lake/pin.ts';
import { type Charge, focusManifest } from './bills.ts';
import { type Workplace, workplace } from './workplace.ts';

const on = (day: string, cost: string, service = 'AmazonEC2'): Charge => ({
  day: `2026-11-${day}`,
  cost,
  service,
});
const DELIVERIES: readonly (readonly Charge[])[] = [
  [on('03', '10'), on('03', '1', 'AmazonS3')],
  [on('03', '12.5'), on('03', '1', 'AmazonS3'), on('04', '7')],
  [on('03', '12.5'), on('03', '0.999', 'AmazonS3'), on('04', '8'), on('05', '1')],
];

/** A lake to which DELIVERIES came, one a day from 5 November. */
async function delivered(): Promise<Workplace> {
  const place = await workplace();
  for (const [i, charges] of DELIVERIES.entries()) {
    place.at(`2026-11-0${5 + i}T06:30:00Z`);
    await place.ingest(await focusManifest(charges, { executed: `2026-11-0${5 + i}T00:00:00Z` }));
  }
  return place;
}

async function asking({ engine, store }: Workplace) {
  const lake = await openLake(store);
  const state = await lake.head();
  await pinLake(engine, lake, state);
  return { engine, lake, state };
}

it('tells commits newest first with their sums, and rows largest first', async () => {
  const found = await restatements(await asking(await delivered()), { limit: 10 });
  expect(found).toMatchObject({ lakeVersion: 3, currency: 'USD', rows: { length: 3 }, groups: [] });
  expect(found.total).toEqual({ commits: 2, rows: 3, up: '3.50', down: '-0.001', change: '3.499' });
  expect(
    found.commits.map(({ lakeVersion, committedAt, firstDay, lastDay, days, change }) => [
      lakeVersion,
      committedAt,
      firstDay,
      lastDay,
      days,
      change,
    ]),
  ).toEqual([
    [3, '2026-11-07T06:30:00Z', '2026-11-03', '2026-11-04', 2, '0.999'],
    [2, '2026-11-06T06:30:00Z', '2026-11-03', '2026-11-03', 1, '2.50'],
  ]);
  expect(found.rows.map(({ day, service, before, after }) => `${day} ${service} ${before} ${after}`)).toEqual(
    [
      '2026-11-04 AmazonEC2 7.00 8.00',
      '2026-11-03 (changes below 0.005) 1.00 0.999',
      '2026-11-03 AmazonEC2 10.00 12.50',
    ],
  );
});

it.each([
  ['from a version', { since: { version: 2 } }, [3]],
  ['from a moment', { since: { moment: '2026-11-06T06:30:00.000Z' } }, [3, 2]],
  ['from after it', { since: { moment: '2026-11-06T06:30:00.001Z' } }, [3]],
  ['of some days', { from: billingDate('2026-11-04') }, [3]],
  ['of days before', { to: billingDate('2026-11-02') }, []],
])('tells %s alone', async (_, of, versions) => {
  const found = await restatements(await asking(await delivered()), { ...of, limit: 10 });
  expect(found.commits.map(({ lakeVersion }) => lakeVersion)).toEqual(versions);
});

it('adds up by what was asked for', async () => {
  const found = await restatements(await asking(await delivered()), { by: 'day', limit: 1 });
  expect([found.rows, found.groups]).toEqual([
    [],
    [{ key: '2026-11-03', commits: 2, rows: 2, up: '2.50', down: '-0.001', change: '2.499' }],
  ]);
});

it('tells what a day was after each commit, and why', async () => {
  const history = await historyOfDay(await asking(await delivered()), billingDate('2026-11-03'));
  expect(history.now).toBe('13.499');
  expect(
    history.steps.map(({ lakeVersion, cause, before, after, largest }) => [
      lakeVersion,
      cause,
      before,
      after,
      largest.length,
    ]),
  ).toEqual([
    [1, 'arrival', '0.00', '11.00', 0],
    [2, 'delivery', '11.00', '13.50', 1],
    [3, 'delivery', '13.50', '13.499', 1],
  ]);
  expect(history.steps[1]).toMatchObject({
    committedAt: '2026-11-06T06:30:00Z',
    source: 'org',
    largest: [
      { ou: 'Unmapped', service: 'AmazonEC2', account: '111111111111', before: '10.00', after: '12.50' },
    ],
  });
});

it('tells it of one service; the end is exact, and a day that nobody knew has no history', async () => {
  const place = await asking(await delivered());
  const one = await historyOfDay(place, billingDate('2026-11-03'), { service: 'AmazonEC2' });
  expect(one.steps.map(({ before, after }) => `${before} ${after}`)).toEqual(['0.00 10.00', '10.00 12.50']);
  expect(await historyOfDay(place, billingDate('2026-10-03'))).toMatchObject({ now: '0.00', steps: [] });
});
