import { mkdir, mkdtemp, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** A bill of the fixtures. */
export const bill = (name: string): string =>
  fileURLToPath(new URL(`../fixtures/bills/${name}`, import.meta.url));

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
export function focusCsv(charges: readonly Charge[]): string {
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
export async function folderWith(files: Readonly<Record<string, string>>): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'spendlight-bills-'));
  for (const [name, text] of Object.entries(files)) {
    await mkdir(dirname(join(folder, name)), { recursive: true });
    await writeFile(join(folder, name), text);
  }
  return folder;
}

/** A file with a FOCUS bill; all files named alike are one source. */
export async function focusFile(charges: readonly Charge[], name = 'bill.csv'): Promise<string> {
  return join(await folderWith({ [name]: focusCsv(charges) }), name);
}

/** A delivery of one file with its manifest, as AWS writes them. Gives the manifest's path. */
export async function focusManifest(
  charges: readonly Charge[],
  { month = '2026-11', executed = '2026-11-19T00:00:00Z', simulated = false } = {},
): Promise<string> {
  const data = `data/BILLING_PERIOD=${month}/org-00001.csv`;
  const manifest = `metadata/BILLING_PERIOD=${month}/org-Manifest.json`;
  const folder = await folderWith({
    [data]: focusCsv(charges),
    [manifest]: JSON.stringify({
      exportName: 'org',
      executionId: 'e',
      executionTime: executed,
      dataFiles: [`s3://bucket/${data}`],
      ...(simulated ? { simulated } : {}),
    }),
  });
  return join(folder, manifest);
}
