import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { stoppedClock } from '../../src/adapters/clock/clock.ts';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { billingDate } from '../../src/core/calendar/billing-date.ts';
import { billingPeriod } from '../../src/core/calendar/billing-period.ts';
import { known } from '../../src/core/errors/invariant.ts';
import type { LakeIdentity, LakeState, Load } from '../../src/lake/catalog-types.ts';
import { type Budget, type Rate, writeInput } from '../../src/lake/inputs.ts';
import { createLake, type Lake } from '../../src/lake/lake.ts';

/** What a small lake knows besides the relations that a test fills by hand. */
export interface SmallLakeOf {
  readonly identity?: Partial<LakeIdentity>;
  readonly budgets?: readonly Budget[];
  readonly rates?: readonly Rate[];
  /** One load per source: how far its usage reaches, `YYYY-MM-DD HH:MM:SS`. */
  readonly watermarks?: Readonly<Record<string, string>>;
}

/** A real lake in a folder of its own, with loads that name no files. Removed when the test ends. */
export async function smallLake(
  of: SmallLakeOf,
): Promise<{ readonly lake: Lake; readonly state: LakeState }> {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-small-lake-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  const clock = stoppedClock(Date.parse('2026-11-19T06:00:00Z'));
  const lake = await createLake(diskStore(folder), {
    normaliser: 1,
    simulated: false,
    costMetric: 'BilledCost',
    reportingCurrency: 'USD',
    ouLevel: 1,
    createdAt: '2026-11-19T06:00:00.000Z',
    ...of.identity,
  });
  const imported = { importedAt: '2026-11-19T06:00:00.000Z', file: 'given.csv', sha256: '' };
  const budgets = await writeInput(lake, 'budgets', 0, { ...imported, rows: of.budgets ?? [] });
  const rates = await writeInput(lake, 'rates', 0, { ...imported, rows: of.rates ?? [] });
  const decided = await lake.commit(
    await lake.head(),
    {
      kind: 'inputs',
      inputs: { budgets: budgets.version, rates: rates.version },
      objects: { budgets: budgets.object, rates: rates.object },
      rollups: [],
    },
    clock,
  );
  const added = Object.entries(of.watermarks ?? {}).map(([source, watermark]) => load(source, watermark));
  const change = { kind: 'loads' as const, added, removed: [], exclusions: [] };
  const state = await lake.commit(known(decided, 'a commit'), change, clock);
  return { lake, state: known(state, 'a commit') };
}

const load = (source: string, watermark: string): Load => ({
  id: `load-${source}`,
  source,
  billingPeriod: billingPeriod(watermark.slice(0, 7)),
  scope: 'month',
  delivery: {
    id: `delivery-${source}`,
    deliveredAt: '2026-11-19T05:12:00Z',
    ageFrom: 'manifest',
    content: 'a90b'.padEnd(64, '0'),
    receivedAt: '2026-11-19T06:00:00Z',
    raw: [],
  },
  format: 'focus-1.2',
  rank: 1,
  simulated: false,
  firstDate: billingDate('2026-09-01'),
  lastDate: billingDate(watermark.slice(0, 10)),
  watermark,
  lines: [],
  rollup: { identity: `rollup-${source}`, files: [] },
  totals: [],
  accounts: [],
});
