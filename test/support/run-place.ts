import { cp, mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stoppedClock } from '../../src/adapters/clock/clock.ts';
import { diskStore } from '../../src/adapters/disk/disk-store.ts';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import { outbox as folderOutbox } from '../../src/adapters/mail/outbox.ts';
import type { RunDoors } from '../../src/app/daily-run-doors.ts';
import { ingest } from '../../src/app/ingest.ts';
import { billingDate } from '../../src/core/calendar/billing-date.ts';
import { ouBreakdownCsvKey } from '../../src/lake/keys.ts';
import type { Engine } from '../../src/ports/engine.ts';
import type { Mailer, Message, Outcome } from '../../src/ports/mailer.ts';
import type { ObjectStore } from '../../src/ports/object-store.ts';
import { focusCsv } from './deliveries.ts';

export const NOW = Date.parse('2026-11-19T07:00:00Z');
/** Days of November 2026 with lines, of two accounts each. */
export const DAYS = ['17', '18'];
const SILENT = { info: () => undefined, warn: () => undefined, error: () => undefined };
const NO_PROGRESS = { step: () => undefined, end: () => undefined };

/** Where runs are tried: small lakes, copied for each test, with one engine for all. */
export interface RunHome {
  readonly folder: string;
  readonly engine: Engine;
  /** Brings a delivery into the lake `name`: lines of two accounts on each of DAYS, with the columns that `line` says. */
  lakeOf(name: string, line: (day: string) => Record<string, string>): Promise<void>;
  /** A copy of the lake `name`, with an outbox of its own. */
  place(name?: string): Promise<RunPlace>;
  close(): Promise<void>;
}

export interface RunPlace {
  readonly store: ObjectStore;
  doors(changed?: Partial<RunDoors>): RunDoors;
  /** Names of the files in the outbox. */
  outbox(): Promise<readonly string[]>;
  /** The archived CSV of each of DAYS. */
  archive(): Promise<readonly (string | undefined)[]>;
}

export async function runHome(): Promise<RunHome> {
  const home = await mkdtemp(join(tmpdir(), 'spendlight-run-'));
  const engine = await openDuckDb({ memoryLimit: '1GB' });
  let ids = 0;
  return {
    folder: home,
    engine,
    async lakeOf(name, line) {
      const file = join(home, `${name}-${++ids}.csv`);
      const rows = DAYS.flatMap((day) =>
        ['000000000017', '210987654321'].map((account) => ({
          BillingPeriodStart: '2026-11-01T00:00:00Z',
          BillingPeriodEnd: '2026-12-01T00:00:00Z',
          ChargePeriodStart: `2026-11-${day}T00:00:00Z`,
          ChargePeriodEnd: `2026-11-${Number(day) + 1}T00:00:00Z`,
          SubAccountId: account,
          ...line(day),
        })),
      );
      await diskStore(home).put(`${name}-${ids}.csv`, new TextEncoder().encode(focusCsv(rows)));
      await ingest(
        {
          engine,
          store: diskStore(join(home, name)),
          clock: stoppedClock(NOW),
          random: { id: () => `i-${++ids}` },
          progress: NO_PROGRESS,
          log: SILENT,
          settings: { costMetric: 'BilledCost', reportingCurrency: 'USD', requiredTagKeys: [] },
          scratch: join(home, 'scratch'),
        },
        { paths: [file], source: name, format: 'auto', allow: { shrink: false }, maxRejects: 0 },
      );
    },
    async place(name = 'bill') {
      const folder = await mkdtemp(join(home, 'place-'));
      await cp(join(home, name), join(folder, 'lake'), { recursive: true });
      const store = diskStore(join(folder, 'lake'));
      const doors = (changed: Partial<RunDoors> = {}): RunDoors => ({
        engine,
        store,
        turn: (of, _, work) => work(of),
        clock: stoppedClock(NOW),
        pause: async () => undefined,
        random: { id: () => `r-${++ids}` },
        progress: NO_PROGRESS,
        log: SILENT,
        settings: {
          anomalyThreshold: 0.2,
          anomalyMinImpact: '10',
          requiredTagKeys: [],
          publicUrl: undefined,
          mail: {
            from: 'spendlight@example.com',
            finops: ['a@example.com', 'b@example.com'],
            exec: [],
            failure: ['c@example.com'],
          },
        },
        mailer: folderOutbox(join(folder, 'outbox')),
        outbox: folderOutbox(join(folder, 'outbox')),
        notify: undefined,
        scratch: () => mkdtemp(join(home, 'scratch-')),
        run: `run-${++ids}`,
        ...changed,
      });
      return {
        store,
        doors,
        outbox: () => readdir(join(folder, 'outbox')).catch(() => []),
        archive: () => Promise.all(DAYS.map((day) => archivedCsv(store, `2026-11-${day}`))),
      };
    },
    async close() {
      await engine.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

/** The archived CSV of a day as text. */
export async function archivedCsv(store: ObjectStore, day: string): Promise<string | undefined> {
  const bytes = await store.get(ouBreakdownCsvKey(billingDate(day)));
  return bytes === undefined ? undefined : new TextDecoder().decode(bytes);
}

/** A mail server of the test's, which answers each recipient as told. */
export function server(answers: Readonly<Record<string, Outcome>> = {}) {
  const taken: string[] = [];
  const mailer: Mailer = {
    kind: 'smtp',
    canLookup: false,
    lookup: async () => false,
    async send({ key, to }: Message) {
      taken.push(key);
      const outcomes = Object.fromEntries(
        to.map((one) => [one, { outcome: answers[one] ?? ('sent' as const), answer: 'as told' }]),
      );
      return { outcomes, toNobody: false };
    },
  };
  return { taken, mailer };
}

/** A store whose process dies before its last write but `left`: from then on nothing it is asked for happens. */
export function mortal(store: ObjectStore, power: { left: number }): ObjectStore {
  const alive =
    <A extends readonly unknown[], R>(call: (...args: A) => Promise<R>, isWrite: boolean) =>
    (...args: A): Promise<R> => {
      if (isWrite) power.left--;
      return power.left <= 0 ? Promise.reject(new Error('killed')) : call(...args);
    };
  return {
    ...store,
    get: alive(store.get, false),
    head: alive(store.head, false),
    list: alive(store.list, false),
    put: alive(store.put, true),
    putIfAbsent: alive(store.putIfAbsent, true),
    putIfMatch: alive(store.putIfMatch, true),
    seal: alive(store.seal, true),
    adopt: alive(store.adopt, true),
    discard: alive(store.discard, true),
  };
}

/** A mailer of that process. */
export const mortalMailer = (mailer: Mailer, power: { left: number }): Mailer => ({
  ...mailer,
  async send(message) {
    power.left--;
    if (power.left <= 0) throw new Error('killed');
    return mailer.send(message);
  },
});
