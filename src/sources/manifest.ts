import { readFile, stat } from 'node:fs/promises';
import { basename, dirname } from 'node:path';
import { type BillingPeriod, billingPeriod } from '../core/calendar/billing-period.ts';
import { UserError } from '../core/errors/user-error.ts';
import type { ManifestFacts } from './contract.ts';

/**
 * What is read of a manifest; everything else in it is ignored. AWS Data Exports write
 * `<prefix>/<export>/metadata/BILLING_PERIOD=YYYY-MM/[<time>-<execution id>/]<export>-Manifest.json`, last of all:
 *
 *   {
 *     "exportName":    "org-focus",                        // else reportName, name, else from the file's name
 *     "executionId":   "6b622448-…",                       // else assemblyId (legacy CUR)
 *     "executionTime": "2026-05-04T13:14:43Z",             // else executionCreatedTime, createdAt, completedAt, else
 *                                                          // the time in a folder of the data files, else the file's
 *     "billingPeriod": { "start": "2026-05-01T00:00:00Z" },// only where no BILLING_PERIOD= stands in the path
 *     "dataFiles":     ["s3://bucket/prefix/org-focus/data/BILLING_PERIOD=2026-05/org-focus-00001.snappy.parquet"],
 *                                                          // else reportKeys (legacy CUR: keys without s3://)
 *     "simulated":     true                                // ours: marks simulated data, absent in real exports
 *   }
 *
 * The URIs are found again beside the manifest, whatever folder the bucket was copied into.
 */
export interface ManifestText {
  readonly facts: ManifestFacts;
  readonly exportName: string;
  /** URIs or keys of the data files, as they stand in the manifest. */
  readonly dataFiles: readonly string[];
}

/** Whether a file's name is that of a manifest. Legacy CUR writes another for Redshift, which names no billing period. */
export const isManifest = (path: string): boolean => /(?<!redshift)manifest\.json$/i.test(path);

/** @throws UserError `MANIFEST_INVALID` if it is not one */
export async function readManifest(path: string): Promise<ManifestText> {
  const record = parsed(await readFile(path, 'utf8'), path);
  const dataFiles = fileList(record.dataFiles ?? record.reportKeys, path);
  const text = (...keys: readonly string[]): string | undefined =>
    keys
      .map((key) => record[key])
      .find((value): value is string => typeof value === 'string' && value !== '');
  return {
    exportName: text('exportName', 'reportName', 'name') ?? basename(path).replace(/-?manifest\.json$/i, ''),
    dataFiles,
    facts: {
      path,
      billingPeriod: periodOf(record.billingPeriod, [path, ...dataFiles], path),
      executionTime:
        isoTime(text('executionTime', 'executionCreatedTime', 'createdAt', 'completedAt')) ??
        timeInFolders(dataFiles) ??
        (await stat(path)).mtime.toISOString(),
      executionId: text('executionId', 'assemblyId'),
      simulated: record.simulated === true,
    },
  };
}

function parsed(text: string, path: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
      return value as Readonly<Record<string, unknown>>;
    }
  } catch (error) {
    throw invalid(path, 'is not JSON', error);
  }
  throw invalid(path, 'is not a JSON object');
}

function fileList(value: unknown, path: string): readonly string[] {
  if (!Array.isArray(value)) throw invalid(path, 'names no data files (dataFiles, or reportKeys)');
  return value.map((item: unknown) => {
    if (typeof item === 'string' && item !== '') return item;
    throw invalid(path, 'names a data file that is not text');
  });
}

function periodOf(given: unknown, paths: readonly string[], manifest: string): BillingPeriod {
  for (const path of paths) {
    const partition = /billing_period=(\d{4}-\d{2})/i.exec(path)?.[1];
    if (partition !== undefined) return billingPeriod(partition);
  }
  const start = typeof given === 'object' && given !== null && 'start' in given ? given.start : given;
  const month = typeof start === 'string' ? /^(\d{4})-?(\d{2})/.exec(start) : null;
  const range = /[/\\](\d{4})(\d{2})\d{2}-\d{8}[/\\]/.exec(
    paths.find((path) => /\d{8}-\d{8}/.test(path)) ?? '',
  );
  const [, year, number] = month ?? range ?? [];
  if (year === undefined || number === undefined) throw invalid(manifest, 'says no billing period');
  return billingPeriod(`${year}-${number}`);
}

/** `2024-04-02T13:14:43.337Z`, `20230103T125721Z` → ISO 8601 UTC; undefined for anything else. */
function isoTime(text: string | undefined): string | undefined {
  if (text === undefined) return undefined;
  const packed = /^(\d{4})(\d{2})(\d{2})T(\d{2})(\d{2})(\d{2})/.exec(text);
  const time = Date.parse(
    packed === null ? text : `${packed.slice(1, 4).join('-')}T${packed.slice(4).join(':')}Z`,
  );
  return Number.isNaN(time) ? undefined : new Date(time).toISOString();
}

/** Create-new deliveries put each execution into a folder that begins with its time. */
function timeInFolders(dataFiles: readonly string[]): string | undefined {
  const folder = basename(dirname(dataFiles[0] ?? ''));
  return isoTime(/^(\d{4}-\d{2}-\d{2}T[\d:.]+Z|\d{8}T\d{6}Z)/.exec(folder)?.[1]);
}

const invalid = (path: string, why: string, cause?: unknown): UserError =>
  new UserError(
    'MANIFEST_INVALID',
    {
      what: `The manifest ${why}`,
      place: { file: path },
      remedy: 'Copy the delivery again, with its metadata/ folder; or give the data files themselves.',
    },
    { cause },
  );
