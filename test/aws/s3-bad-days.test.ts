// A lake on S3 on bad days: calls that fail by chance, processes that are killed. Afterwards it is the lake that it would have been.
import { createHash } from 'node:crypto';
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { beforeAll, expect, it } from 'vitest';
import type { Ended } from '../support/program.ts';
import type { Fault } from './support/fault-proxy.ts';
import { copyFiles, good, type LakeDesk, lakeOn, NOW } from './support/lake-desk.ts';
import { RANGE, type TwoMonths, totalsOf, twoMonths } from './support/two-months.ts';

let month: TwoMonths;
beforeAll(async () => {
  month = await twoMonths();
  return () => month.at.clear();
});
/** A lake on S3 with the account map of these months beside it. */
async function emptyLake(of: Parameters<typeof lakeOn>[0] = {}): Promise<LakeDesk> {
  const lake = await lakeOn(of);
  await copyFiles(month.at, lake.own, 'accounts.csv');
  return lake;
}

it('is the same lake after a bad day: one call in eight fails in some way', async () => {
  const { run, proxy, own } = await emptyLake();
  const faults: readonly Fault[] = [
    { kind: 'answer', status: 503, code: 'SlowDown' },
    { kind: 'lost' },
    { kind: 'answer', status: 500, code: 'InternalError' },
    { kind: 'cut' },
    { kind: 'answer', status: 409, code: 'ConditionalRequestConflict' },
  ];
  let calls = 0;
  let harmed = 0;
  // By chance and not in turn: a turn could meet the same call again and again.
  const isHarmed = () => createHash('sha256').update(`call ${++calls}`).digest().readUInt8() < 32;
  proxy.harm = ({ headers }) => {
    if (!isHarmed()) return undefined;
    const fault = faults[harmed++ % faults.length];
    // S3 knows undecided races only where there is a condition.
    const isRace = headers['if-none-match'] !== undefined || headers['if-match'] !== undefined;
    return fault?.kind === 'answer' && fault.status === 409 && !isRace ? faults[0] : fault;
  };
  const ingested = good(
    await run('--json', 'ingest', `s3://${month.exports}/aws`, '--accounts', 'accounts.csv'),
  );
  expect(totalsOf(ingested)).toEqual(month.totals);
  good(await run('run'));
  good(await run('run'));
  expect(good(await run('breakdown', ...RANGE)).stdout).toBe(month.breakdown);
  expect(await readdir(join(own.folder, 'outbox'))).toHaveLength(1);
  good(await run('verify', '--deep'));
  expect(harmed).toBeGreaterThanOrEqual(200);
});

it('is the same lake after processes that were killed here and there between two calls', async () => {
  const { run, proxy, own, env } = await emptyLake();
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
