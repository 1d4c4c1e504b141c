// What an operator does, on a lake on S3 and on the same lake on a disk: the same answers, and the same lake afterwards.
import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { ListObjectVersionsCommand } from '@aws-sdk/client-s3';
import { beforeAll, expect, inject, it } from 'vitest';
import { NOVEMBER } from '../support/november.ts';
import { type Desk, desk, type Ended } from '../support/program.ts';
import { clientOf } from './support/buckets.ts';
import { good, type LakeDesk, lakeDesk } from './support/lake-desk.ts';

const [YESTERDAY, TODAY] = ['2026-11-18T07:05:00Z', '2026-11-19T07:05:00Z'];

/** A lake on S3 and one on a disk, to which the same is done. */
interface Twins {
  readonly s3: LakeDesk;
  /** Runs a command on both, which have to answer the same. Gives the answer on S3. */
  both(now: string, ...args: readonly string[]): Promise<Ended>;
  clear(): Promise<void>;
}

async function twins(): Promise<Twins> {
  const [s3, onDisk] = await Promise.all([lakeDesk(), desk()]);
  await Promise.all([s3.own, onDisk].map(laidOut));
  const lake = s3.env.SPENDLIGHT_LAKE ?? '';
  return {
    s3,
    clear: async () => void (await Promise.all([s3, onDisk].map((at) => at.clear()))),
    async both(now, ...args) {
      const [there, here] = await Promise.all([
        s3.own.run(['--now', now, ...args], s3.env),
        onDisk.run(['--lake', 'lake', '--now', now, ...args]),
      ]);
      expect(there.code, `${args.join(' ')}: ${there.stderr}${there.stdout}`).toBe(here.code);
      expect(alike(there.stdout, lake)).toBe(alike(here.stdout, join(onDisk.folder, 'lake')));
      return there;
    },
  };
}

async function laidOut({ folder }: Desk): Promise<void> {
  const invoice = { 'invoice.csv': 'amount,currency\n500,USD\n' };
  for (const [name, text] of Object.entries({ ...NOVEMBER, ...invoice })) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
}

/** Without what chance gave: ids of loads and runs, and the hashes of what names them; sizes and widths follow from these. */
const alike = (text: string, lake: string): string =>
  text
    .replaceAll(lake, 'LAKE')
    .replaceAll(/\b(?:r-)?[0-9a-f]{8}(?:[0-9a-f]{4,}|(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})?\b/g, 'ID')
    .replaceAll(/\b(\d+ objects, )?\d+(\.\d+)? (MB|KB|bytes)\b/g, 'SIZE')
    .replaceAll(/[ ─-]+/g, ' ');

// One lake, which goes on from test to test: a process for each command takes its time.
let s3: LakeDesk;
let both: Twins['both'];
beforeAll(async () => {
  const pair = await twins();
  ({ s3, both } = pair);
  const delivery = (day: string) => ['ingest', `exports/${day}.csv`, '--source', 'aws'];
  good(await both(YESTERDAY, ...delivery('2026-11-18'), '--accounts', 'accounts.csv'));
  good(await both(YESTERDAY, 'run'));
  good(await both(TODAY, ...delivery('2026-11-19')));
  good(await both(TODAY, 'run'));
  return pair.clear;
});

it('answers what a lake on a disk answers', async () => {
  const verified = good(await both(TODAY, 'verify'));
  const head = /^head ([0-9a-f]{64})$/m.exec(verified.stdout)?.[1] ?? '';
  expect(head).not.toBe('');
  for (const command of [
    ['verify', '--deep'],
    ['gaps'],
    ['archive', 'list'],
    ['archive', 'get', '2026-11-01'],
    ['archive', 'replay', '2026-11-01'],
    ['restatements', '--day', '2026-11-01'],
    ['explain', 'mtd'],
    ['explain', 'day', '2026-11-17', '--lines'],
    ['reconcile', '--against', 'invoice.csv', '--period', '2026-11'],
    ['periods'],
    ['calendar', '--from', '2026-11-01', '--to', '2026-11-19'],
    ['--as-of', '2026-11-18T12:00:00Z', 'breakdown', '--from', '2026-11-01', '--to', '2026-11-18'],
  ])
    await both(TODAY, ...command);
});

it('makes catalog, lines and rollups again from raw/, state/ and ledger/', async () => {
  const run = (...args: readonly string[]) => s3.own.run(['--now', TODAY, ...args], s3.env);
  const before = good(await run('breakdown', '--from', '2026-11-01', '--to', '2026-11-18')).stdout;
  const lost = [];
  for (const prefix of ['catalog/', 'cost-lines/', 'daily-costs/', 'verdicts/', 'arrivals/', 'restatements/'])
    lost.push(...(await s3.store.list(prefix)));
  for (const { key } of lost) await s3.store.discard(key);
  expect(await run('status')).toMatchObject({ code: 2, stderr: expect.stringContaining('LAKE_DAMAGED') });
  good(await run('rebuild'));
  expect(good(await run('breakdown', '--from', '2026-11-01', '--to', '2026-11-18')).stdout).toBe(before);
  good(await run('verify', '--deep'));
  expect(good(await run('rebuild')).stdout).toContain(' 0 objects made again, 0 lost');
});

it('makes days again, thins out, and removes what nobody has named for a week; the bucket keeps it as versions', async () => {
  good(await both(TODAY, 'backfill', '--date', '2026-11-05', '--no-resend'));
  good(await both(TODAY, 'backfill', '--from', '2026-11-01', '--to', '2026-11-03'));
  const again = ['--source', 'aws', '--delivered-at'];
  const [ten, evening, weekLater] = ['2026-11-19T10:00:00Z', '2026-11-19T20:00:00Z', '2026-11-27T08:00:00Z'];
  good(await both(ten, 'ingest', 'exports/wrong.csv', ...again, ten, '--allow-shrink'));
  const wrong = (await s3.store.list('cost-lines/')).map(({ key }) => key);
  good(await both(evening, 'ingest', 'exports/2026-11-19.csv', ...again, evening));
  const left = 'cost-lines/billing_period=2026-11/source=aws/load=killed/part-00000.parquet';
  await s3.store.put(left, new TextEncoder().encode('PAR1 half a file'));
  const run = (now: string, ...args: readonly string[]) => s3.own.run(['--now', now, ...args], s3.env);
  expect(good(await run(evening, 'prune')).stdout).toContain('1 file no version names (since 2026-11-19)');
  expect(await s3.store.head(left)).toBeDefined();

  await writeFile(join(s3.own.folder, 'later.csv'), NOVEMBER['accounts-wrong.csv'] ?? '');
  good(await run(weekLater, 'accounts', 'import', 'later.csv'));
  const breakdown = ['breakdown', '--from', '2026-11-01', '--to', '2026-11-18'];
  const before = good(await run(weekLater, ...breakdown)).stdout;
  good(await run(weekLater, 'prune'));
  const there = (await s3.store.list('')).map(({ key }) => key);
  expect(there).not.toContain(left);
  const gone = wrong.filter((key) => !there.includes(key));
  expect(gone.length).toBeGreaterThan(0);
  for (const key of [left, ...gone]) {
    const { shows, contents } = await historyOf(s3, key);
    expect([key, shows, contents > 0]).toEqual([key, 'a marker', true]);
  }
  expect(good(await run(weekLater, ...breakdown)).stdout).toBe(before);
  expect(good(await run(weekLater, 'verify', '--deep')).stdout).toContain('were removed by rule');
  expect(await run(weekLater, '--as-of', '2026-11-19T12:00:00Z', ...breakdown)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining('VERSION_THINNED'),
  });
});

/** What the bucket shows of a key, and how many contents of it lie behind that. */
async function historyOf({ bucket }: LakeDesk, key: string) {
  const client = clientOf(inject('emulator'));
  const which = { Bucket: bucket, Prefix: `finops/${key}` };
  const { DeleteMarkers = [], Versions = [] } = await client.send(new ListObjectVersionsCommand(which));
  client.destroy();
  return {
    shows: DeleteMarkers.some(({ IsLatest }) => IsLatest) ? 'a marker' : key,
    contents: Versions.length,
  };
}
