import { spawnSync } from 'node:child_process';
import { cp, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { openLake } from '../../src/lake/lake.ts';
import { type ServedLake, serveLake } from './served.ts';

const MAIN = fileURLToPath(new URL('../../dist/src/main.js', import.meta.url));
const THEN = '2026-11-19T08:00:00Z';
const NOW = '2026-11-21T08:00:00Z';

let folder: string;
/** A lake that stopped, and what has become of it since. */
let stopped: ServedLake;
let grown: ServedLake;

const run = (lake: string, now: string, ...args: readonly string[]) => {
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [MAIN, '--lake', lake, '--now', now, ...args],
    {
      encoding: 'utf8',
      env: { PATH: process.env.PATH, OUTBOX_DIR: join(folder, 'outbox'), LOG_LEVEL: 'ERROR' },
    },
  );
  return { status, stdout, stderr };
};

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'spendlight-as-of-'));
  const [lake, copy] = [join(folder, 'lake'), join(folder, 'stopped')];
  run(lake, THEN, 'demo', '--days', '40', '--accounts', '4', '--lines-per-day', '60');
  run(lake, THEN, 'run');
  await cp(lake, copy, { recursive: true });
  // Two days later: other OUs, another budget, and a run that judges and mails again.
  const accounts = JSON.parse(
    run(lake, NOW, '--json', 'query', 'SELECT DISTINCT account_id FROM accounts').stdout,
  );
  const map = accounts.map(({ account_id }: { account_id: string }) => `${account_id},Renamed,Elsewhere\n`);
  await writeFile(join(folder, 'accounts.csv'), `account_id,account_name,ou_path\n${map.join('')}`);
  await writeFile(
    join(folder, 'budgets.csv'),
    'scope_type,scope,period,amount,currency\ntotal,,2026-11,1.00,USD\n',
  );
  expect(run(lake, NOW, 'accounts', 'import', join(folder, 'accounts.csv')).status).toBe(0);
  expect(run(lake, NOW, 'budgets', 'import', join(folder, 'budgets.csv')).status).toBe(0);
  run(lake, NOW, 'run');
  stopped = await serveLake(copy, { now: THEN });
  grown = await serveLake(lake, { now: NOW });
}, 120_000);

afterAll(async () => {
  await stopped.end();
  await grown.end();
  await rm(folder, { recursive: true, force: true });
});

const asked = (path: string, asOf: string): string =>
  `/api/v1${path}${path.includes('?') ? '&' : '?'}asOf=${asOf}`;
const without = (value: unknown, ...keys: readonly string[]): unknown =>
  JSON.parse(JSON.stringify(value, (key, part) => (keys.includes(key) ? undefined : part)));

it.each([
  '/overview',
  '/overview?from=2026-11-03&to=2026-11-09&compare=previous',
  '/trend?by=ou',
  '/lights',
  '/movers',
  '/shares?by=ou',
  '/alerts',
  '/breakdown?limit=500',
  '/lines?limit=5',
  '/proof',
  '/choices',
  '/outbox',
])('%s as of a moment is what a lake says that stopped at that moment', async (path) => {
  const then = await stopped.json(`/api/v1${path}`);
  const now = await grown.json(`/api/v1${path}`);
  const asOf = await grown.json(asked(path, THEN));
  expect(without(asOf, 'asOf', 'next')).toEqual(without(then, 'asOf', 'next'));
  expect(without(now, 'about', 'next')).not.toEqual(without(then, 'about', 'next'));
});

it('tells the moment, and null for now', async () => {
  const about = async (path: string) => (await grown.json<{ about: { asOf: unknown } }>(path)).about.asOf;
  expect(await about('/api/v1/lights')).toBeNull();
  expect(await about(asked('/lights', '2026-11-21'))).toBeNull();
  expect(await about(asked('/lights', THEN))).toBe('2026-11-19T08:00:00.000Z');
});

it('tells runs, days and the ledger as they stood', async () => {
  const own = ['location', 'uptimeSeconds', 'memoryBytes'];
  expect(without(await grown.json(asked('/status', THEN)), ...own)).toEqual(
    without(await stopped.json('/api/v1/status'), ...own),
  );
});

it('gives a CSV of that moment, row by row what was known', async () => {
  const csv = async (server: ServedLake, path: string) => (await server.get(path)).text();
  const path = '/exports/breakdown.csv?from=2026-11-10&to=2026-11-16';
  const then = await csv(stopped, `/api/v1${path}`);
  expect(await csv(grown, asked(path, THEN))).toBe(then);
  expect(await csv(grown, `/api/v1${path}`)).not.toBe(then);
});

it('lets the browser keep what never changes, and has an ETag of its own', async () => {
  const now = await grown.get('/api/v1/lights');
  const then = await grown.get(asked('/lights', THEN));
  expect([now.headers.get('Cache-Control'), then.headers.get('Cache-Control')]).toEqual([
    'private, no-cache',
    'private, max-age=3600',
  ]);
  const etag = then.headers.get('ETag') ?? '';
  expect(etag).not.toBe(now.headers.get('ETag'));
  expect((await grown.get(asked('/lights', THEN), { 'If-None-Match': etag })).status).toBe(304);
});

it('asks many moments at once without mixing them up', async () => {
  const { version } = await (await openLake(diskStore(grown.lake))).head();
  const versions = [version, version - 1, version - 2, version - 1, version - 3, version];
  const answers = await Promise.all(
    versions.map((asOf) => grown.json<{ about: { lakeVersion: number } }>(asked('/lights', String(asOf)))),
  );
  expect(answers.map(({ about }) => about.lakeVersion)).toEqual(versions);
});

const DAYS = ['--from', '2026-11-01', '--to', '2026-11-17'];
it.each([
  [['status']],
  [['breakdown', ...DAYS]],
  [
    [
      'query',
      'SELECT x_OU, x_CostClass, count(*), sum(BilledCost) FROM cost_lines GROUP BY 1, 2 ORDER BY 1, 2',
    ],
  ],
  [['restatements', '--limit', '5']],
  [['periods']],
  [['calendar']],
  [['archive', 'list', '--day', '2026-11-17']],
  [['archive', 'replay', '2026-11-17']],
])('spendlight %j as of a moment prints what it prints on a lake that stopped at that moment', (command) => {
  const own = (text: string): string => text.replaceAll(/"location": "[^"]*"/g, '');
  const then = run(stopped.lake, THEN, '--json', ...command);
  const asOf = run(grown.lake, NOW, '--json', '--as-of', THEN, ...command);
  expect([asOf.status, own(asOf.stdout)]).toEqual([then.status, own(then.stdout)]);
  expect(asOf.stdout).not.toBe('');
});

it('gives an archived CSV by its version, and names what there is not', async () => {
  const get = (...args: readonly string[]) => run(grown.lake, NOW, 'archive', 'get', '2026-11-17', ...args);
  const csv = await diskStore(grown.lake).get('ou-breakdowns-csv/year=2026/month=11/day=17/ou_breakdown.csv');
  expect(get('--version', '1').stdout).toBe(new TextDecoder().decode(csv));
  expect(get('--version', '9')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('VERSION_UNKNOWN'),
  });
  expect(get('--what', 'parquet')).toMatchObject({
    status: 2,
    stderr: expect.stringContaining('--out FILE'),
  });
});

it.each([
  ['2020-01-01', 404, 'AS_OF_BEFORE_LAKE'],
  ['2026-11-22', 400, 'AS_OF_IN_FUTURE'],
  ['9999', 404, 'VERSION_UNKNOWN'],
  ['yesterday', 400, 'DATE_INVALID'],
])('refuses %s: %i %s', async (asOf, status, code) => {
  const response = await grown.get(asked('/overview', asOf));
  expect([response.status, ((await response.json()) as { code: string }).code]).toEqual([status, code]);
});
