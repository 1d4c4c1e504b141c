// A lake on S3 on bad days: calls that fail by chance, processes that are killed. Afterwards it is the lake that it would have been.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Ended } from '../support/program.ts';
import type { Fault } from './support/fault-proxy.ts';
import { good, type LakeDesk, NOW } from './support/lake-desk.ts';
import { RANGE, type TwoMonths, totalsOf, twoMonths } from './support/two-months.ts';

let month: TwoMonths;
beforeAll(async () => {
  month = await twoMonths();
  return () => month.at.clear();
});

/** What S3 and a network do on a bad day. */
const FAULTS: Readonly<Record<string, Fault>> = {
  throttled: { kind: 'answer', status: 503, code: 'SlowDown' },
  'answer lost': { kind: 'lost' },
  'internal error': { kind: 'answer', status: 500, code: 'InternalError' },
  'connection cut': { kind: 'cut' },
  'race undecided': { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' },
};
const NAMES = Object.keys(FAULTS);

/** Lets one call in eight fail, by chance and not in turn: a turn could meet the same call again and again. Gives the count. */
function campaign({ proxy }: LakeDesk): Map<string, number> {
  const counts = new Map<string, number>();
  let [calls, harmed] = [0, 0];
  proxy.harm = ({ headers }) => {
    if (createHash('sha256').update(`call ${++calls}`).digest().readUInt8() >= 32) return undefined;
    const drawn = NAMES[harmed++ % NAMES.length] ?? '';
    // S3 knows undecided races only where there is a condition.
    const isRace = headers['if-none-match'] !== undefined || headers['if-match'] !== undefined;
    const name = drawn === 'race undecided' && !isRace ? 'throttled' : drawn;
    counts.set(name, (counts.get(name) ?? 0) + 1);
    return FAULTS[name];
  };
  return counts;
}

it('is the same lake after a bad day: one call in eight fails in some way, two hundred times and more', async () => {
  const lake = await month.emptyLake();
  const { run, own, proxy } = lake;
  const counts = campaign(lake);
  const ingest = ['--json', 'ingest', `s3://${month.exports}/aws`, '--accounts', 'accounts.csv'];
  expect(totalsOf(good(await run(...ingest)))).toEqual(month.totals);
  good(await run('run'));
  good(await run('run'));
  good(await run('backfill', '--from', '2026-11-10', '--to', '2026-11-12'));
  const [lost] = await lake.store.list('cost-lines/');
  await lake.store.discard(lost?.key ?? '');
  good(await run('rebuild', '--only', lost?.key ?? ''));
  expect(good(await run(...ingest)).stdout).toContain('"unchanged"');
  expect(good(await run('breakdown', ...RANGE)).stdout).toBe(month.breakdown);
  expect(await readdir(join(own.folder, 'outbox'))).toHaveLength(1);
  good(await run('verify', '--deep'));
  const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
  const told = [...counts].map(([name, count]) => `${count} ${name}`).join(', ');
  process.stdout.write(
    `Faults on S3: ${total} in ${proxy.seen.length} calls (${told}); nothing lost, nothing doubled\n`,
  );
  expect(total).toBeGreaterThanOrEqual(200);
  expect([...counts.keys()].sort()).toEqual([...NAMES].sort());
});

it('is the same lake after processes that were killed here and there between two calls', async () => {
  const { run, proxy, own, env } = await month.emptyLake();
  const args = (...command: readonly string[]) => ['--now', NOW, ...command];
  const killedAfter = async (calls: number, command: readonly string[]): Promise<Ended> => {
    let left = calls;
    let pull = (): void => undefined;
    const killed = new Promise<void>((resolve) => {
      pull = resolve;
    });
    proxy.hold = async () => {
      if (--left === 0) pull();
    };
    const ended = await own.runKilled(args(...command), { ms: 100_000, killed, env });
    proxy.hold = () => Promise.resolve();
    return ended;
  };
  const ingest = ['--json', 'ingest', `s3://${month.exports}/aws`, '--accounts', 'accounts.csv'];
  const kills = async (command: readonly string[], at: readonly number[]): Promise<number> => {
    let killed = 0;
    for (const calls of at) killed += (await killedAfter(calls, command)).code === null ? 1 : 0;
    return killed;
  };
  expect(await kills(ingest, [7, 23, 41, 64, 90, 120])).toBeGreaterThanOrEqual(4);
  good(await run(...ingest));
  expect(await kills(['run'], [15, 60, 130, 220])).toBeGreaterThanOrEqual(2);
  good(await run('run'));
  expect(good(await run('breakdown', ...RANGE)).stdout).toBe(month.breakdown);
  expect(await readdir(join(own.folder, 'outbox'))).toHaveLength(1);
  good(await run('verify'));
});
