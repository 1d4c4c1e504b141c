// The history of figures as a person asks for it, by the built program.
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { focusCsv } from '../support/deliveries.ts';
import { type Desk, desk } from '../support/program.ts';

let at: Desk;
const on = (now: string, ...args: readonly string[]) => at.run(['--lake', 'lake', '--now', now, ...args]);
const NOW = '2026-11-20T07:00:00Z';

beforeAll(async () => {
  at = await desk();
  const bills = [{ 17: '412.10' }, { 17: '431.77', 18: '5' }];
  for (const [i, bill] of bills.entries()) {
    const rows = Object.entries(bill).map(([day, cost]) => ({
      BillingPeriodStart: '2026-11-01T00:00:00Z',
      BillingPeriodEnd: '2026-12-01T00:00:00Z',
      ChargePeriodStart: `2026-11-${day}T00:00:00Z`,
      ChargePeriodEnd: `2026-11-${Number(day) + 1}T00:00:00Z`,
      SubAccountId: '000000000017',
      BilledCost: cost,
      EffectiveCost: cost,
    }));
    await writeFile(join(at.folder, 'bill.csv'), focusCsv(rows));
    const done = await on(`2026-11-${18 + i}T06:00:00Z`, 'ingest', 'bill.csv', '--source', 'org');
    expect(done.code, done.stderr).toBe(0);
  }
}, 60_000);
afterAll(() => at.clear());

it('lists what changed, and what a day was before', async () => {
  const { code, stdout } = await on(NOW, 'restatements');
  expect(code).toBe(0);
  expect(stdout).toMatch(
    /^1 commit changed days that were known: up 19\.67, down 0\.00, together \+19\.67 USD/,
  );
  expect(stdout).toMatch(
    /2 {2}2026-11-17 {2}Unmapped {2}AWSLambda {2}000000000017 {2}412\.10 {2}431\.77 {2}\+19\.67/,
  );
  const day = await on(NOW, 'restatements', '--day', '2026-11-17');
  expect(day.stdout).toMatch(/^2026-11-17 is 431\.77 USD now, as of lake version 2\.\n/);
  expect(day.stdout).toMatch(
    /2026-11-19 06:00 {2}v2 {2}412\.10 → 431\.77 {2}because org delivered the month again/,
  );
});

it('answers a script, by what it asks to be added up, and as it was known then', async () => {
  const { stdout } = await on(NOW, '--json', 'restatements', '--by', 'account', '--since', 'v1');
  expect(JSON.parse(stdout)).toMatchObject({
    total: { commits: 1, rows: 1, change: '19.67' },
    groups: [{ key: '000000000017', change: '19.67' }],
    rows: [],
  });
  const then = await on(NOW, '--as-of', '1', 'restatements');
  expect(then.stdout).toMatch(/^Nothing that was known has changed, as of lake version 1\./);
  const asked = await on(
    NOW,
    '--json',
    'query',
    "SELECT Before, After, Cause FROM restatements WHERE Metric = 'DailyCost'",
  );
  expect(JSON.parse(asked.stdout)).toEqual([
    { Before: '412.100000000000000', After: '431.770000000000000', Cause: 'delivery' },
  ]);
});

it('refuses what makes no sense', async () => {
  expect(await on(NOW, 'restatements', '--ou', 'Platform')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('--ou, --service and --account tell the history of one day'),
  });
  expect(await on(NOW, 'restatements', '--from', '2026-11-18', '--to', '2026-11-17')).toMatchObject({
    code: 2,
    stderr: expect.stringContaining('PERIOD_INVALID'),
  });
});
