import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { outbox } from '../../src/adapters/mail/outbox.ts';
import { dailyRun } from '../../src/app/daily-run.ts';
import type { RunDoors } from '../../src/app/daily-run-doors.ts';
import { importAccounts, importBudgets, importRates } from '../../src/app/import-files.ts';
import { ingest } from '../../src/app/ingest.ts';
import { keepPreferences } from '../../src/app/serve/preferences.ts';
import { snapshot } from '../../src/app/snapshot.ts';
import type { Engine } from '../../src/ports/engine.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import { focusCsv } from '../support/deliveries.ts';

const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_PROGRESS = { step: () => undefined, end: () => undefined };
const SETTINGS = {
  costMetric: 'BilledCost' as const,
  reportingCurrency: 'USD',
  requiredTagKeys: ['Environment'],
  anomalyThreshold: 0.2,
  anomalyMinImpact: '10',
  publicUrl: undefined,
  mail: {
    from: 'spendlight@example.com',
    finops: ['finops@example.com'],
    exec: ['board@example.com'],
    failure: [],
  },
};

/** A lake with an object of every kind that there is, small: days of few lines, mailed, restated, mailed again. */
export interface CompleteLake {
  readonly root: string;
  readonly store: ObjectStore;
  readonly engine: Engine;
  readonly settings: typeof SETTINGS;
  readonly scratch: string;
  end(): Promise<void>;
}

/** Lines of November up to `lastDay`; `first` is what the first of the month cost. A name begins like a formula. */
function bill(lastDay: number, first: string): string {
  const two = (day: number): string => String(day).padStart(2, '0');
  const rows = Array.from({ length: lastDay }, (_, i) => i + 1).flatMap((day) =>
    ['000000000017', '210987654321'].map((account, i) => ({
      BillingPeriodStart: '2026-11-01T00:00:00Z',
      BillingPeriodEnd: '2026-12-01T00:00:00Z',
      ChargePeriodStart: `2026-11-${two(day)}T00:00:00Z`,
      ChargePeriodEnd: `2026-11-${two(day + 1)}T00:00:00Z`,
      SubAccountId: account,
      ServiceName: i === 0 ? 'AWS Lambda' : '=Custom, "Service"',
      BillingCurrency: i === 0 ? 'USD' : 'EUR',
      BilledCost: day === 1 ? first : `${day}.25`,
    })),
  );
  return focusCsv([...rows, { ...rows[0], BilledCost: lastDay === 4 ? 'twelve' : '0.5' }]);
}

export async function completeLake(): Promise<CompleteLake> {
  const home = await mkdtemp(join(tmpdir(), 'spendlight-complete-'));
  const engine = await openDuckDb({ memoryLimit: '1GB' });
  const store = diskStore(join(home, 'lake'));
  const file = async (name: string, text: string): Promise<string> => {
    await writeFile(join(home, name), text);
    return join(home, name);
  };
  let now = Date.parse('2026-11-05T07:00:00Z');
  let ids = 0;
  const doors = (): RunDoors & { readonly settings: typeof SETTINGS } => ({
    engine,
    store,
    turn: (of, _, work) => work(of),
    clock: { now: () => now, monotonic: () => performance.now() },
    pause: async () => undefined,
    random: { id: () => `c-${++ids}` },
    progress: NO_PROGRESS,
    log: SILENT,
    settings: SETTINGS,
    mailer: outbox(join(home, 'outbox')),
    outbox: outbox(join(home, 'outbox')),
    notify: undefined,
    scratch: () => mkdtemp(join(home, 'scratch-')),
    run: `r-${++ids}`,
  });
  const bring = (path: string) =>
    ingest(
      { ...doors(), scratch: join(home, 'scratch') },
      { paths: [path], source: 'focus-main', format: 'auto', allow: { shrink: false }, maxRejects: 1 },
    );
  await importRates(doors(), await file('rates.csv', 'currency,valid_from,rate\nEUR,2026-01-01,1.1\n'));
  await importAccounts(
    doors(),
    await file('accounts.csv', 'account_id,account_name,ou_path\n210987654321,Shop,Commercial/Shop\n'),
  );
  await bring(await file('first.csv', bill(4, '1.25')));
  await importBudgets(
    doors(),
    await file('budgets.csv', 'scope_type,scope,period,amount,currency\ntotal,,2026-11,500,USD\n'),
  );
  await dailyRun(doors(), { resend: false });
  now = Date.parse('2026-11-06T07:00:00Z');
  await bring(await file('second.csv', bill(5, '1.75')));
  await dailyRun(doors(), { resend: false });
  await dailyRun(doors(), { resend: true });
  await snapshot(doors(), undefined);
  await keepPreferences(store, { theme: 'dark', density: 'dense', range: 'month' });
  await keepPreferences(store, { theme: 'light', density: 'dense', range: 'month' });
  return {
    root: join(home, 'lake'),
    store,
    engine,
    settings: SETTINGS,
    scratch: join(home, 'scratch'),
    async end() {
      await engine.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}
