// Runs by the program as a person calls it: turns, a run that was killed, days made again, what is missing, what is told.
import { existsSync } from 'node:fs';
import { readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { beforeEach, expect, it } from 'vitest';
import { stoppedClock, systemPause, systemRandom } from '../../src/adapters/clock/clock.ts';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { thisProcess } from '../../src/adapters/process/this-process.ts';
import { turnBy } from '../../src/lake/lease.ts';
import { focusCsv } from '../support/deliveries.ts';
import { type Desk, desk } from '../support/program.ts';

const NOW = '2026-11-19T07:05:00Z';
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const BILL = focusCsv(
  ['17', '18'].map((day) => ({
    BillingPeriodStart: '2026-11-01T00:00:00Z',
    BillingPeriodEnd: '2026-12-01T00:00:00Z',
    ChargePeriodStart: `2026-11-${day}T00:00:00Z`,
    ChargePeriodEnd: `2026-11-${Number(day) + 1}T00:00:00Z`,
    BilledCost: `${day}.5`,
  })),
);

let at: Desk;
const run = (...args: readonly string[]) => at.run(['--lake', 'lake', '--now', NOW, ...args]);
const outbox = (): Promise<string[]> => readdir(join(at.folder, 'outbox')).catch(() => []);
const DIGEST = '2026-11-19_daily_finops.eml';

beforeEach(async () => {
  at = await desk();
  await writeFile(join(at.folder, 'bill.csv'), BILL);
  expect(await run('ingest', 'bill.csv')).toMatchObject({ code: 0 });
  return () => at.clear();
});

it('finds what is missing, makes it, and makes it again', async () => {
  const missing = await run('gaps');
  expect(missing).toMatchObject({ code: 1, stdout: expect.stringContaining('do  spendlight run') });
  expect(await run('run')).toMatchObject({ code: 0 });
  expect(await run('gaps')).toMatchObject({ code: 0, stdout: expect.stringContaining('Nothing is missing') });
  await writeFile(join(at.folder, 'rerun.json'), '{"rerun_date":"2026-11-18"}');
  for (let times = 0; times < 2; times++) {
    const again = await run('--json', 'backfill', '--event', 'rerun.json');
    expect(again.code, again.stderr).toBe(0);
    expect(JSON.parse(again.stdout)).toMatchObject({
      status: 'fine',
      date: '2026-11-18',
      csv: expect.stringMatching(/day=18.ou_breakdown\.csv$/),
      parquet: expect.stringMatching(/day=18.ou_breakdown\.parquet$/),
      partition: null,
      ingestion: null,
      message_id: expect.stringContaining('@'),
    });
  }
  const mails = await outbox();
  expect(mails).toEqual([DIGEST, expect.stringMatching(/^event-\w+_rerun-of-2026-11-18_finops\.eml$/)]);
  expect(await run('backfill', '--from', '2026-11-01', '--to', '2026-11-30')).toMatchObject({ code: 0 });
  expect(await outbox()).toEqual(mails);
  expect(await run('verify')).toMatchObject({ code: 0 });
});

it('goes on at once where a killed run stopped', async () => {
  const record = join(at.folder, 'lake', 'ledger', 'runs');
  const begun = (async () => {
    for (let tries = 0; tries < 2_000 && !existsSync(record); tries++) await wait(5);
  })();
  await at.runKilled(['--lake', 'lake', '--now', NOW, 'run'], { ms: 30_000, killed: begun });
  expect(await run('status', '--json')).toMatchObject({ stdout: expect.stringContaining('RUN_BROKE_OFF') });
  const next = await run('--wait', '5', 'run');
  expect(next, next.stderr).toMatchObject({ code: 0, stdout: expect.stringContaining('It went on where') });
  expect(await outbox()).toEqual([DIGEST]);
  expect(await readdir(join(at.folder, 'lake', 'state', 'lease'))).toEqual([]);
});

it('says who writes to the lake, to whoever does not want to wait', async () => {
  const clock = stoppedClock(Date.parse(NOW));
  const tools = { clock, pause: systemPause, random: systemRandom, log: SILENT, process: thisProcess() };
  await turnBy({ ...tools, waitMs: 0 })(diskStore(join(at.folder, 'lake')), 'prune', async () => {
    const refused = await run('--wait', '0', 'ingest', 'bill.csv');
    expect(refused).toMatchObject({ code: 1, stderr: expect.stringContaining('(LAKE_BUSY)') });
    expect(refused.stderr).toContain(`spendlight prune (host ${thisProcess().host}, process ${process.pid})`);
    expect(await run('status')).toMatchObject({ stdout: expect.stringMatching(/Writing +spendlight prune/) });
  });
  expect(await run('--wait', '0', 'ingest', 'bill.csv')).toMatchObject({ code: 0 });
});

it('tells what is wrong once a day, and says how it ended', async () => {
  await run('run');
  await rm(join(at.folder, 'outbox'), { recursive: true });
  const tomorrow = ['--lake', 'lake', '--now', '2026-11-20T09:00:00Z', 'status', '--check'];
  for (let times = 0; times < 2; times++) {
    expect(await at.run(tomorrow)).toMatchObject({ code: 1, stdout: expect.stringContaining('RUN_MISSING') });
    expect(await outbox()).toEqual(['2026-11-20_failure_run-missing.eml']);
  }
});
