import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { openDuckDb } from '../../src/adapters/duckdb/duckdb-engine.ts';
import type { Engine } from '../../src/ports/engine.ts';
import { identifier, joined, name, sql } from '../../src/sql/sql.ts';

/** A bill of the fixtures. */
export const bill = (file: string): string =>
  fileURLToPath(new URL(`../fixtures/bills/${file}`, import.meta.url));

/** A line of a made-up FOCUS bill; everything has a default. */
export interface Charge {
  readonly account?: string;
  readonly cost?: string;
  readonly day?: string;
  readonly category?: string;
  readonly service?: string;
  /** Billing month; the one of the day if absent. */
  readonly month?: string;
  readonly currency?: string;
}

const HEADER =
  'BilledCost,EffectiveCost,ListCost,ContractedCost,BillingCurrency,BillingAccountId,SubAccountId,BillingPeriodStart,' +
  'BillingPeriodEnd,ChargePeriodStart,ChargePeriodEnd,ChargeCategory,ProviderName,ServiceName,ServiceCategory,RegionId,' +
  'PublisherName,InvoiceIssuerName,ChargeDescription,ChargeFrequency,PricingQuantity,PricingUnit,ResourceId,SkuId,Tags';

/** The text of a FOCUS 1.0 bill with these charges. */
function focusCsv(charges: readonly Charge[]): string {
  const lines = charges.map(
    ({
      account = '111111111111',
      cost = '1',
      day = '2026-11-03',
      category = 'Usage',
      service = 'AmazonEC2',
      month = day.slice(0, 7),
      currency = 'USD',
    }) => {
      const next = new Date(Date.parse(`${day}T00:00:00Z`) + 86_400_000).toISOString().slice(0, 10);
      const after = new Date(Date.parse(`${month}-28T00:00:00Z`) + 5 * 86_400_000).toISOString().slice(0, 7);
      return (
        `${cost},${cost},${cost},${cost},${currency},999999999999,${account},${month}-01T00:00:00Z,${after}-01T00:00:00Z,` +
        `${day}T00:00:00Z,${next}T00:00:00Z,${category},AWS,${service},Compute,eu-west-1,AWS,AWS,x,Usage-Based,1,Hours,i-1,sku,`
      );
    },
  );
  return `${[HEADER, ...lines].join('\n')}\n`;
}

/** `count` equal charges. */
export const times = (count: number, charge: Charge = {}): Charge[] =>
  Array.from({ length: count }, () => charge);

/** A fresh folder with these files (paths relative to it). Gives its path. */
async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-bills-'));
  for (const [file, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, file)), { recursive: true });
    await writeFile(join(folder, file), text);
  }
  return folder;
}

/** A CSV file with a FOCUS bill; all files named alike are one source. */
export async function focusCsvFile(charges: readonly Charge[], file = 'bill.csv'): Promise<string> {
  return join(await folderWith({ [file]: focusCsv(charges) }), file);
}

/** The same as Parquet, which is read with less ado. */
export async function focusFile(charges: readonly Charge[], file = 'bill.parquet'): Promise<string> {
  const path = join(await folderWith({}), file);
  await writeParquet(charges, path);
  return path;
}

/** A delivery of one file with its manifest, as AWS writes them. Gives the manifest's path. */
export async function focusManifest(
  charges: readonly Charge[],
  { month = '2026-11', executed = '2026-11-19T00:00:00Z', simulated = false } = {},
): Promise<string> {
  const data = `data/BILLING_PERIOD=${month}/org-00001.parquet`;
  const manifest = `metadata/BILLING_PERIOD=${month}/org-Manifest.json`;
  const folder = await folderWith({
    [manifest]: JSON.stringify({
      exportName: 'org',
      executionId: 'e',
      executionTime: executed,
      dataFiles: [`s3://bucket/${data}`],
      ...(simulated ? { simulated } : {}),
    }),
  });
  await writeParquet(charges, join(folder, data));
  return join(folder, manifest);
}

/** Costs and quantities as decimals and doubles, times as timestamps, as clouds write them. */
async function writeParquet(charges: readonly Charge[], path: string): Promise<void> {
  const text = await focusCsvFile(charges);
  writer ??= openDuckDb();
  const engine = await writer;
  const columns = HEADER.split(',');
  const relation = `bill_${++written}`;
  await engine.scan(relation, { format: 'csv', files: [text], columns, delimiter: ',', compression: 'none' });
  const typed = columns.map(
    (column) => sql`CAST(${identifier(column)} AS ${TYPES(column)}) AS ${identifier(column)}`,
  );
  await engine.write(sql`SELECT ${joined(typed)} FROM ${name(relation)}`, path, { compression: 'snappy' });
}

let writer: Promise<Engine> | undefined;
let written = 0;

const TYPES = (column: string) => {
  if (/Cost$/.test(column)) return sql`decimal(38,15)`;
  if (/Quantity$/.test(column)) return sql`double`;
  return /(Start|End)$/.test(column) ? sql`timestamp` : sql`varchar`;
};
