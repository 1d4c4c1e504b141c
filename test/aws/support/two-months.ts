import { join } from 'node:path';
import { expect, inject } from 'vitest';
import { type Desk, desk, type Ended } from '../../support/program.ts';
import { writeSimulatedExport } from '../../support/simulated-export.ts';
import { freshBucket } from './buckets.ts';
import { copyFiles, good, type LakeDesk, lakeOn, NOW, uploadFolder } from './lake-desk.ts';

/** Sixty days of four accounts, as a CUR 2.0 export on S3 and as what a lake on a disk makes of it. */
export interface TwoMonths {
  /** Where the lake on a disk lies (`lake/`), with `export/`, `accounts.csv`, `budgets.csv` and `outbox/`. */
  readonly at: Desk;
  /** The bucket of the export, which lies below `aws/`. */
  readonly exports: string;
  /** What the lake on a disk says. */
  readonly breakdown: string;
  readonly totals: unknown;
  /** Runs the program with the lake on a disk. */
  onDisk(...args: readonly string[]): Promise<Ended>;
  /** A lake on S3 with the account map of these months beside it. */
  emptyLake(of?: Parameters<typeof lakeOn>[0]): Promise<LakeDesk>;
}

export const RANGE = ['--from', '2026-09-01', '--to', '2026-11-30'];

/** What was brought in, but for the ids that chance gave. */
export const totalsOf = ({ stdout }: Ended): unknown =>
  JSON.parse(stdout).periods.map(({ load: _, ...period }: { readonly load: string }) => period);

export async function twoMonths(): Promise<TwoMonths> {
  const at = await desk();
  await writeSimulatedExport(at.folder, { days: 60, accounts: 4, linesPerDay: 40, now: NOW, table: 'cur2' });
  const exports = await freshBucket(inject('emulator'), { versioned: false });
  await uploadFolder(join(at.folder, 'export'), exports, 'aws');
  const onDisk = (...args: readonly string[]) => at.run(['--lake', 'lake', '--now', NOW, ...args]);
  const totals = totalsOf(good(await onDisk('--json', 'ingest', 'export', '--accounts', 'accounts.csv')));
  good(await onDisk('run'));
  const breakdown = good(await onDisk('breakdown', ...RANGE)).stdout;
  expect(breakdown.split('\n').length).toBeGreaterThan(200);
  const emptyLake: TwoMonths['emptyLake'] = async (of = {}) => {
    const lake = await lakeOn(of);
    await copyFiles(at, lake.own, 'accounts.csv');
    return lake;
  };
  return { at, exports, breakdown, totals, onDisk, emptyLake };
}
