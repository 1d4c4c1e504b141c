// The lake as a reader of Athena finds it: tables and views of Glue over the files on S3, and nothing else.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { stoppedClock } from '../../src/adapters/clock/clock.ts';
import { gaps } from '../../src/app/gaps.ts';
import { importAccounts, importBudgets } from '../../src/app/import-files.ts';
import { ingest } from '../../src/app/ingest.ts';
import { judge } from '../../src/app/verdicts.ts';
import { openLake } from '../../src/lake/lake.ts';
import { pinLake } from '../../src/lake/pin.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import { bill } from '../integration/bills.ts';
import { question } from '../support/athena-questions.ts';
import { dailyLake } from '../support/daily-lake.ts';
import { focusCsv } from '../support/deliveries.ts';
import { event, lines } from '../support/events.ts';
import { writeSimulatedExport } from '../support/simulated-export.ts';
import { comparable } from './support/comparing.ts';
import { glueLake } from './support/glue-lake.ts';

/** Files of the fixtures: FOCUS of several clouds, CUR 2.0 of a real account. */
const BILLS = ['focus10-multicloud-real.csv.gz', 'cur2-aws-real-reshaped.snappy.parquet'];
const NOW = '2026-11-19T07:00:00Z';

/** The questions of docs/athena.md. */
const QUARTER = question('marketing-third-quarter');
const ROWS_BY_DAY = question('rows-by-day');
const REBUILT_DAY = question('one-day-rebuilt');

/** Brings a bill, or what is like one, into the folder; gives its paths. Beside them lie accounts.csv and budgets.csv. */
const LAKES: Readonly<Record<string, (folder: string) => Promise<readonly string[]>>> = {
  async simulated(folder) {
    await writeSimulatedExport(folder, { days: 12, accounts: 4, linesPerDay: 15, now: NOW });
    return [join(folder, 'export')];
  },
  async real(folder) {
    await writeFile(
      join(folder, 'events.json'),
      lines(
        event('e-1', { event_time: '2026-11-18T10:05:00.123Z' }),
        event('e-2', { tags: { owner: 'n/a' }, unblended_cost: '0.000000000000001' }),
        event('e-3', { account_id: '999999999999' }),
      ),
    );
    // Has one of the accounts of the events: these count there no more, and those of the other account do.
    await writeFile(
      join(folder, 'bill.csv'),
      focusCsv([
        {
          ...{ SubAccountId: '012345678901', BilledCost: '3.5', EffectiveCost: '3.25' },
          ...{ BillingPeriodStart: '2026-11-01T00:00:00Z', BillingPeriodEnd: '2026-12-01T00:00:00Z' },
          ...{ ChargePeriodStart: '2026-11-18T00:00:00Z', ChargePeriodEnd: '2026-11-19T00:00:00Z' },
        },
      ]),
    );
    await writeFile(
      join(folder, 'accounts.csv'),
      'account_id,account_name,ou_path,tag:Team\n012345678901,Logs,Commercial/Web/Shop,"Ünïcode ""quoted"""\n',
    );
    await writeFile(
      join(folder, 'budgets.csv'),
      'scope_type,scope,period,amount,currency\ntotal,,2026-11,12.50,USD\n',
    );
    return [...BILLS.map(bill), join(folder, 'events.json'), join(folder, 'bill.csv')];
  },
};
const PUBLIC = ['accounts', 'budgets', 'daily_costs', 'restatements', 'cost_lines', 'cost_events'];

it.each(Object.keys(LAKES))(
  'every public table of a %s lake answers as the embedded engine does, to the last digit',
  async (kind) => {
    const at = await glueLake();
    const folder = await mkdtemp(join(tmpdir(), 'spendlight-glue-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const clock = stoppedClock(Date.parse(NOW));
    let ids = 0;
    const doors = {
      ...{ engine: at.engine, clock, random: { id: () => `i-${++ids}` }, scratch: folder },
      progress: { step: () => undefined, end: () => undefined },
      log: { info: () => undefined, warn: () => undefined, error: () => undefined },
      settings: {
        costMetric: 'BilledCost',
        reportingCurrency: 'USD',
        anomalyThreshold: 0.2,
        anomalyMinImpact: '10',
        requiredTagKeys: ['Environment', 'Owner', 'Project', 'CostCenter'],
      } as const,
    };
    const asked = { format: 'auto', allow: { shrink: false }, maxRejects: 0 };
    for (const path of (await LAKES[kind]?.(folder)) ?? []) {
      const report = await at.turn(at.store, 'ingest', (store) =>
        ingest({ ...doors, store }, { ...asked, paths: [path] }),
      );
      expect(report.refused).toEqual([]);
    }
    await at.turn(at.store, 'import', async (store) => {
      await importAccounts({ ...doors, store }, join(folder, 'accounts.csv'), 2);
      await importBudgets({ ...doors, store }, join(folder, 'budgets.csv'));
    });
    await at.turn(at.store, 'run', async (store) => {
      const lake = await openLake(store);
      const state = await lake.head();
      await pinLake(at.engine, lake, state);
      await judge(at.engine, lake, state, doors.settings, clock, doors.random);
    });
    expect(at.troubles).toEqual([]);
    const { exclusions } = await (await openLake(at.store)).head();
    if (kind === 'real') expect(exclusions.map(({ subAccountId }) => subAccountId)).toEqual(['012345678901']);
    // A simulated organisation has no events unless it is asked for them.
    for (const table of PUBLIC.filter((name) => kind === 'real' || name !== 'cost_events')) {
      const { trino, duckdb } = await at.both(`SELECT * FROM ${table}`);
      expect(duckdb.length, table).toBeGreaterThan(0);
      expect(trino, table).toEqual(duckdb);
    }
  },
);

it('a commit that changes two sources is seen in one step, whatever its writer is at', async () => {
  const at = await glueLake();
  const seen: string[] = [];
  const look = async (): Promise<void> => {
    const rows = await at.trino(
      'SELECT x_SourceId, x_OU, sum(BilledCost) FROM daily_costs GROUP BY x_SourceId, x_OU ORDER BY x_SourceId, x_OU',
    );
    seen.push(rows.map((row) => row.join(' ')).join(', '));
  };
  const first = await dailyLake(at.engine, at);
  await first.deliver('2026-11-18T03:00:00Z', 'aws', { 16: ['10', '1'] });
  await first.deliver('2026-11-18T03:10:00Z', 'gcp', { 16: ['0.000000000000001'] });
  // From here on somebody asks after each write.
  const watched = watching(at.store, look);
  const lake = await dailyLake(at.engine, { ...at, store: watched });
  await lake.accounts(
    '2026-11-18T04:00:00Z',
    'account_id,account_name,ou_path\naws-0,One,Web\naws-1,Two,Web\ngcp-0,Three,Data\n',
  );
  const before = 'aws Unmapped 11.000000000000000, gcp Unmapped 0.000000000000001';
  const after = 'aws Web 11.000000000000000, gcp Data 0.000000000000001';
  expect(new Set(seen)).toEqual(new Set([before, after]));
  expect(seen.indexOf(after)).toBe(seen.lastIndexOf(before) + 1);
  expect(seen.lastIndexOf(before)).toBeGreaterThan(2);
});

/** A store after each of whose writes somebody looks. */
function watching(store: ObjectStore, look: () => Promise<void>): ObjectStore {
  const after =
    <A extends readonly unknown[], R>(write: (...of: A) => Promise<R>) =>
    async (...of: A): Promise<R> => {
      const done = await write(...of);
      await look();
      return done;
    };
  return {
    ...store,
    put: after(store.put),
    putIfAbsent: after(store.putIfAbsent),
    putIfMatch: after(store.putIfMatch),
    seal: after(store.seal),
  };
}

describe('an auditor', () => {
  it('asks what requirement A4 names, as it is written', async () => {
    const at = await glueLake();
    const lake = await dailyLake(at.engine, at);
    await lake.accounts(
      '2025-10-01T01:00:00Z',
      'account_id,account_name,ou_path\naws-0,Shop,Marketing\naws-1,Core,Platform\n',
    );
    await lake.deliver('2025-10-02T03:00:00Z', 'aws', {
      '2025-06-30': ['100', '100'],
      '2025-07-01': ['0.1', '5'],
      '2025-07-02': ['0.2', '5'],
      '2025-09-10': ['1.000000000000001', '7'],
      '2025-10-01': ['100', '100'],
    });
    await lake.run('2025-10-02T07:00:00Z');
    await at.turn(at.store, 'look', async () => undefined);
    expect(await at.trino(QUARTER)).toEqual([
      [2025, 7, 1, 'AWSLambda', '0.100000000000000'],
      [2025, 7, 2, 'AWSLambda', '0.200000000000000'],
      [2025, 9, 10, 'AWSLambda', '1.000000000000001'],
    ]);
    expect(await at.trino(ROWS_BY_DAY)).toEqual([
      [2025, 6, 30, 2],
      [2025, 7, 1, 2],
      [2025, 7, 2, 2],
      [2025, 9, 10, 2],
      [2025, 10, 1, 2],
    ]);
    const rebuilt = await at.trino(REBUILT_DAY);
    expect(rebuilt.map(comparable)).toEqual([
      '["2025-09-10","Marketing","AWSLambda","aws-0","1.000000000000001"]',
      '["2025-09-10","Platform","AWSLambda","aws-1","7.000000000000000"]',
    ]);
    // The CSV's table has the mailed text, and leaves out what may lie in the archive tier: 90 days before the run.
    expect(await at.trino(`SELECT day, DailyCost FROM ou_breakdown_csv WHERE month = 9`)).toEqual([
      [10, '1.000000000000001'],
      [10, '7.00'],
    ]);
    expect(await at.trino('SELECT count(*) FROM ou_breakdown_csv WHERE month = 6')).toEqual([[0]]);

    // A day that is not registered is not there, and the gap check says so.
    await at.catalog.drop('ou_breakdown', [['2025', '9', '10']]);
    expect(await at.trino(REBUILT_DAY)).toEqual([]);
    const clock = stoppedClock(Date.parse('2025-10-02T08:00:00Z'));
    const { gaps: found } = await gaps({ engine: at.engine, store: at.store, clock, tables: at.tables }, {});
    expect(found.filter(({ kind }) => kind === 'no partition').map(({ from, to }) => [from, to])).toEqual([
      ['2025-09-10', '2025-09-10'],
    ]);
    await lake.run('2025-10-02T09:00:00Z');
    expect(await at.trino(REBUILT_DAY)).toEqual(rebuilt);
  });
});
