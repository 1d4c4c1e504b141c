import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { completenessCalendar } from '../../src/app/completeness-calendar.ts';
import { periodLedger, reopenedBills } from '../../src/app/period-ledger.ts';
import { lakeStatus } from '../../src/app/status.ts';
import { billingDate, days } from '../../src/core/calendar/billing-date.ts';
import { openLake } from '../../src/lake/lake.ts';
import { pinLake } from '../../src/lake/pin.ts';
import { focusCsv } from '../support/deliveries.ts';
import { type Workplace, workplace } from './workplace.ts';

/** A day of October of an account, as one line. */
const october = (day: number, account: string, cost: string, invoice = ''): Record<string, string> => ({
  BillingPeriodStart: '2026-10-01T00:00:00Z',
  BillingPeriodEnd: '2026-11-01T00:00:00Z',
  ChargePeriodStart: `2026-10-${String(day).padStart(2, '0')}T00:00:00Z`,
  ChargePeriodEnd: `2026-10-${String(day + 1).padStart(2, '0')}T00:00:00Z`,
  SubAccountId: account,
  BilledCost: cost,
  EffectiveCost: cost,
  InvoiceId: invoice,
});

async function delivered(place: Workplace, at: string, rows: readonly Record<string, string>[]) {
  const file = join(place.scratch, `october-${at.slice(0, 10)}.csv`);
  await writeFile(file, focusCsv(rows));
  place.at(at);
  const { refused } = await place.ingestAs({ source: 'aws', deliveredAt: new Date(at).toISOString() }, file);
  expect(refused).toEqual([]);
}

const known = Array.from({ length: 20 }, (_, i) => october(i + 1, '1', '10'));

async function asked(place: Workplace, now: string) {
  const lake = await openLake(place.store);
  const state = await lake.head();
  await pinLake(place.engine, lake, state);
  const period = days(billingDate('2026-10-01'), billingDate('2026-10-22'));
  const calendar = await completenessCalendar(place.engine, lake, state, period, Date.parse(now));
  const { periods } = await periodLedger(lake, state, Date.parse(now));
  return { calendar, periods, reopened: await reopenedBills(lake, state, Date.parse(now)) };
}

it('days become final one by one, as deliveries leave them alone, and a month with its invoice', async () => {
  const place = await workplace();
  await delivered(place, '2026-10-21T20:00:00Z', known);
  const twice = known.map((row, i) => (i === 2 ? { ...row, BilledCost: '11' } : row));
  await delivered(place, '2026-10-28T20:00:00Z', [...twice, october(21, '1', '10'), october(21, '2', '1')]);
  const { calendar, periods } = await asked(place, '2026-11-06T07:00:00Z');
  // Days 1 to 20 came on 21 October and the third changed on the 28th; the 21st came on the 28th. On 6 November 15 days
  // have passed since the one date and not since the other.
  expect(calendar.rows.map(({ account, cells, settling }) => [account, cells, settling])).toEqual([
    ['1', '+++++++++++++++++++++l', 'ffsfffffffffffffffffsm'],
    ['2', '....................+l', '....................sm'],
  ]);
  expect(calendar.days[0]).toEqual({
    date: '2026-10-01',
    state: 'final',
    since: '2026-11-05',
    why: 'final since 2026-11-05: unchanged for 15 days',
  });
  expect(calendar.days[2]).toMatchObject({ state: 'settled', since: undefined });
  expect(calendar.rows[0]?.stretches).toEqual([
    {
      from: '2026-10-22',
      to: '2026-10-22',
      state: 'late',
      reason: 'source-late',
      why: 'aws is late: its usage ends 2026-10-22 00:00',
      mend: 'spendlight ingest <the newest delivery of aws for 2026-10>',
    },
  ]);
  expect(periods).toMatchObject([
    { period: '2026-10', state: 'closing', totals: [{ currency: 'USD', billed: '212.00' }] },
  ]);
});

it('a month is invoiced with its invoice ids, reopened by a change, and keeps both for ever', async () => {
  const place = await workplace();
  const invoiced = known.map((row) => ({ ...row, InvoiceId: 'INV-1' }));
  await delivered(place, '2026-10-25T20:00:00Z', known);
  await delivered(place, '2026-11-04T20:00:00Z', invoiced);
  const november = await asked(place, '2026-11-10T07:00:00Z');
  expect(november.periods).toMatchObject([
    { state: 'invoiced', assumed: false, bills: [{ since: '2026-11-04T20:00:00.000Z', invoicedLines: 20 }] },
  ]);
  expect(november.calendar.days[5]).toMatchObject({
    state: 'final',
    since: '2026-11-06',
    why: 'final since 2026-11-06: invoiced, and five days after the end of its month',
  });
  await delivered(place, '2026-11-18T20:00:00Z', [...invoiced, october(20, '1', '-3', 'INV-2')]);
  const reopened = await asked(place, '2026-11-19T07:00:00Z');
  expect(reopened.periods).toMatchObject([
    {
      state: 'reopened',
      bills: [
        {
          billingAccount: '012345678901',
          why: 'a delivery of 2026-11-18 changed its total after it was invoiced',
          deliveries: [{ current: false }, { current: false }, { current: true }],
          reopenings: [
            {
              lakeVersion: 3,
              before: [{ currency: 'USD', billed: '200.00', effective: '200.00' }],
              after: [{ currency: 'USD', billed: '197.00', effective: '197.00' }],
            },
          ],
        },
      ],
    },
  ]);
  expect(november.reopened).toEqual([]);
  expect(reopened.reopened).toEqual([
    {
      period: '2026-10',
      source: 'aws',
      why: 'a delivery of 2026-11-18 changed its total after it was invoiced',
    },
  ]);
  const clock = { now: () => Date.parse('2026-11-19T07:00:00Z'), monotonic: () => 0 };
  expect((await lakeStatus({ ...place, clock })).troubles).toContainEqual({
    severity: 'wrong',
    code: 'PERIOD_REOPENED',
    what: '2026-10 of aws: a delivery of 2026-11-18 changed its total after it was invoiced',
    remedy: 'See what changed: spendlight restatements --from 2026-10-01',
  });
  const december = await asked(place, '2026-12-20T07:00:00Z');
  expect(december.periods).toMatchObject([{ state: 'invoiced', bills: [{ reopenings: { length: 1 } }] }]);
});
