import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, onTestFinished } from 'vitest';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import type { Engine } from '../../src/ports/engine.ts';
import type { OpenDelivery } from '../../src/sources/contract.ts';
import { openSource } from '../../src/sources/open.ts';
import { sql } from '../../src/sql/sql.ts';

/** A bill of test/fixtures/bills/. */
export const bill = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/bills/${name}`, import.meta.url));

/** An empty folder that is gone when the test is over. */
export async function freshFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-test-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** A file with this content in a fresh folder. */
export async function fileWith(name: string, content: string | Uint8Array): Promise<string> {
  const path = join(await freshFolder(), name);
  await writeFile(path, content);
  return path;
}

/** A delivery that was opened, with the relation `lines` over all its billing periods. */
export interface Opened {
  readonly engine: Engine;
  readonly delivery: OpenDelivery;
  /** Rows of a question over `lines`. */
  ask(text: string): Promise<readonly (readonly unknown[])[]>;
}

export const opened = (files: readonly string[], format = 'auto'): Promise<Opened> =>
  openedUntil((end) => onTestFinished(async () => void (await end())), files, format);

/** A bill that is opened once for all tests of a `describe`. */
export function openedOnce(files: readonly string[], format = 'auto'): () => Opened {
  const ends: (() => Promise<unknown>)[] = [];
  let place: Opened | undefined;
  beforeAll(async () => {
    place = await openedUntil((end) => ends.push(end), files, format);
  });
  afterAll(() => Promise.all(ends.map((end) => end())));
  return () => {
    if (place === undefined) throw new Error('the bill is opened before the tests run');
    return place;
  };
}

async function openedUntil(
  atEnd: (end: () => Promise<unknown>) => unknown,
  files: readonly string[],
  format: string,
): Promise<Opened> {
  const engine = await openDuckDb({ memoryLimit: '1GB', threads: 2 });
  atEnd(() => engine.close());
  const scratch = await mkdtemp(join(tmpdir(), 'spendlight-test-'));
  atEnd(() => rm(scratch, { recursive: true, force: true }));
  const found = { origin: 'files' as const, files, manifest: undefined, suggestedSource: undefined };
  const delivery = await openSource(engine, found, { format, scratch });
  const all = delivery.periods.map(({ period }) => delivery.lines(period, 'test'));
  await engine.keep(
    'lines',
    all.reduce((a, b) => sql`${a} UNION ALL ${b}`),
  );
  return { engine, delivery, ask: async (text) => (await engine.ask(text)).rows };
}

/** A CSV file of FOCUS whose rows say what they have to; `rows` add to that or replace it. */
export function focusCsv(rows: readonly Readonly<Record<string, string>>[]): string {
  const usual = {
    ProviderName: 'AWS',
    BillingAccountId: '012345678901',
    SubAccountId: '210987654321',
    BillingPeriodStart: '2026-05-01T00:00:00Z',
    BillingPeriodEnd: '2026-06-01T00:00:00Z',
    ChargePeriodStart: '2026-05-04T00:00:00Z',
    ChargePeriodEnd: '2026-05-05T00:00:00Z',
    ChargeCategory: 'Usage',
    ServiceName: 'AWS Lambda',
    BilledCost: '1',
    EffectiveCost: '1',
    BillingCurrency: 'USD',
  };
  const columns = [...new Set([...Object.keys(usual), ...rows.flatMap((row) => Object.keys(row))])];
  const cell = (text: string): string => (/[",\n\r]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
  const lines = rows.map((row) =>
    columns.map((column) => cell({ ...usual, ...row }[column] ?? '')).join(','),
  );
  return `${[columns.join(','), ...lines].join('\n')}\n`;
}
