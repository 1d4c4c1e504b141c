import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, onTestFinished } from 'vitest';
import { stoppedClock } from '../../src/adapters/clock/clock.ts';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { outbox } from '../../src/adapters/mail/outbox.ts';
import { dailyRun } from '../../src/app/daily-run.ts';
import { importAccounts } from '../../src/app/import-files.ts';
import { ingest } from '../../src/app/ingest.ts';
import { addDays, billingDate } from '../../src/core/calendar/billing-date.ts';
import { daysOf, periodOf } from '../../src/core/calendar/billing-period.ts';
import type { Turn } from '../../src/lake/lease.ts';
import type { Engine } from '../../src/ports/engine.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import type { FollowingTables } from '../../src/ports/table-catalog.ts';
import { focusCsv } from './deliveries.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_PROGRESS = { step: () => undefined, end: () => undefined };

/** Where the lake is, unless on a disk, and what follows it. */
export interface DailyLakeOf {
  readonly store?: ObjectStore;
  readonly turn?: Turn;
  readonly tables?: FollowingTables;
}

/** A lake of its own for days of November 2026, with the commands that a test needs; each takes the moment it happens at. */
export async function dailyLake(engine: Engine, of: DailyLakeOf = {}) {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-daily-'));
  onTestFinished(() => rm(folder, { recursive: true }));
  let ids = 0;
  const store = of.store ?? diskStore(join(folder, 'lake'));
  const turn: Turn = of.turn ?? ((at, _, work) => work(at));
  const doors = (now: string) => ({
    engine,
    store,
    clock: stoppedClock(Date.parse(now)),
    pause: async () => undefined,
    random: { id: () => `r-${++ids}` },
    progress: NO_PROGRESS,
    log: SILENT,
    turn,
    tables: of.tables,
    settings: {
      costMetric: 'BilledCost',
      reportingCurrency: 'USD',
      requiredTagKeys: [],
      anomalyThreshold: 0.2,
      anomalyMinImpact: '10',
      publicUrl: undefined,
      mail: { from: 'spendlight@example.com', finops: [], exec: [], failure: [] },
    } as const,
    mailer: outbox(join(folder, 'outbox')),
    outbox: outbox(join(folder, 'outbox')),
    notify: undefined,
    scratch: join(folder, 'scratch'),
  });
  return {
    store,
    folder,
    async deliver(now: string, source: string, costs: Readonly<Record<string, readonly string[]>>) {
      const file = join(folder, `${++ids}.csv`);
      const rows = Object.entries(costs).flatMap(([day, amounts]) =>
        amounts.map((cost, i) => line(day, source, i, cost)),
      );
      await writeFile(file, focusCsv(rows));
      const request = { paths: [file], format: 'auto', allow: { shrink: true }, maxRejects: 0 };
      const { refused } = await turn(store, 'ingest', (held) =>
        ingest({ ...doors(now), store: held }, { ...request, source }),
      );
      expect(refused).toEqual([]);
    },
    async accounts(now: string, text: string) {
      await writeFile(join(folder, 'accounts.csv'), text);
      await turn(store, 'accounts import', (held) =>
        importAccounts({ ...doors(now), store: held }, join(folder, 'accounts.csv')),
      );
    },
    run: (now: string) =>
      dailyRun(
        { ...doors(now), scratch: () => mkdtemp(join(folder, 'scratch-')), run: `run-${++ids}` },
        { resend: false },
      ),
  };
}
export type DailyLake = Awaited<ReturnType<typeof dailyLake>>;

/** A charge of a day (`2026-11-16`, or `16` of November 2026) in the month that the day lies in. */
function line(day: string, source: string, account: number, cost: string) {
  const date = billingDate(day.length === 2 ? `2026-11-${day}` : day);
  const month = daysOf(periodOf(date));
  return {
    BillingPeriodStart: `${month.from}T00:00:00Z`,
    BillingPeriodEnd: `${month.until}T00:00:00Z`,
    ChargePeriodStart: `${date}T00:00:00Z`,
    ChargePeriodEnd: `${addDays(date, 1)}T00:00:00Z`,
    BillingAccountId: source,
    SubAccountId: `${source}-${account}`,
    BilledCost: cost,
    EffectiveCost: cost,
  };
}
