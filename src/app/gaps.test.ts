import { rm } from 'node:fs/promises';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type RunHome, type RunPlace, runHome } from '../../test/support/run-place.ts';
import { billingDate } from '../core/calendar/billing-date.ts';
import { ouBreakdownKey } from '../lake/keys.ts';
import { backfill } from './backfill.ts';
import { requestOf } from './backfill-event.ts';
import { dailyRun } from './daily-run.ts';
import { gaps } from './gaps.ts';

let home: RunHome;
beforeAll(async () => {
  home = await runHome();
  await home.lakeOf('bill', () => ({}));
});
afterAll(() => home.close());

const found = async (at: RunPlace) => {
  const { gaps: all } = await gaps(at.doors(), {});
  return all.map(({ kind, from, to, command }) => [kind, from, to, command]);
};

it('finds days without an archive, names what mends them, and finds nothing once it was done', async () => {
  const at = await home.place();
  expect(await found(at)).toEqual([['no archive', '2026-11-17', '2026-11-18', 'spendlight run']]);
  await dailyRun(at.doors(), { resend: false });
  expect(await found(at)).toEqual([]);
  const day = billingDate('2026-11-17');
  await rm(at.store.uri(ouBreakdownKey(day)));
  expect(await found(at)).toEqual([
    ['no archive', day, day, 'spendlight backfill --from 2026-11-17 --to 2026-11-17'],
  ]);
  await backfill(at.doors(), requestOf(day, day, { single: false, resend: undefined }));
  expect(await found(at)).toEqual([]);
});

it('finds the run whose digest did not go out', async () => {
  const at = await home.place();
  const noMail = at.doors({
    mailer: { ...at.doors().mailer, send: () => Promise.reject(new Error('no mail today')) },
  });
  await expect(dailyRun(noMail, { resend: false })).rejects.toThrow('no mail today');
  expect(await found(at)).toEqual([
    ['no mail', '2026-11-19', '2026-11-19', 'spendlight run --date 2026-11-19'],
  ]);
});

it('finds a month without a delivery, and not its days one by one', async () => {
  await home.lakeOf('holes', (day) => ({ ChargePeriodStart: `2026-11-${day}T00:00:00Z` }));
  const before = (day: string) => ({
    BillingPeriodStart: '2026-09-01T00:00:00Z',
    BillingPeriodEnd: '2026-10-01T00:00:00Z',
    ChargePeriodStart: `2026-09-${day}T00:00:00Z`,
    ChargePeriodEnd: `2026-09-${day}T23:00:00Z`,
  });
  await home.lakeOf('holes', before);
  const at = await home.place('holes');
  await dailyRun(at.doors(), { resend: false });
  expect(await found(at)).toEqual([
    ['no delivery', '2026-10-01', '2026-10-31', 'spendlight ingest <the delivery of 2026-10> --source holes'],
  ]);
});
