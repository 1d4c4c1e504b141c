import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { type Desk, desk } from '../support/program.ts';

const SAMPLES = fileURLToPath(new URL('../../sample-data', import.meta.url));
const COMMON = ['--lake', 'lake', '--now', '2026-11-21T07:00:00Z'];
const ask = (select: string): string[] => ['query', select, '--format', 'csv'];

/** As sample-data/README.md says. */
const OUTPUTS = {
  'cost_events.csv': ask('SELECT * FROM cost_events ORDER BY event_time, event_id'),
  'events_daily_summary.csv': ask(
    'SELECT * FROM events_daily_summary ORDER BY billing_date, account_id, service, region',
  ),
  'events_monthly_summary.csv': ask(
    'SELECT * FROM events_monthly_summary ORDER BY month, account_id, service, region',
  ),
  'breakdown.csv': ['breakdown', '--from', '2026-10-12', '--to', '2026-11-20'],
};

let at: Desk;

beforeAll(async () => {
  at = await desk();
  const ingested = await at.run([...COMMON, 'ingest', join(SAMPLES, 'input')]);
  expect(ingested.code, ingested.stderr).toBe(0);
  const ran = await at.run([...COMMON, 'run']);
  expect(ran.code, ran.stderr + ran.stdout).toBe(0);
});

afterAll(() => at.clear());

it('has a golden file for everything that is made of the input, and no other', async () =>
  expect(await readdir(join(SAMPLES, 'output'))).toEqual(Object.keys(OUTPUTS).sort()));

it.each(Object.entries(OUTPUTS))('makes %s of the input, byte by byte', async (file, args) => {
  const { code, stdout, stderr } = await at.run([...COMMON, ...args]);
  expect(code, stderr).toBe(0);
  expect(stdout).toBe(await readFile(join(SAMPLES, 'output', file), 'utf8'));
});
