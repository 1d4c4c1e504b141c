import type { Engine } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import { cur2Sql, linesSql } from './lines-sql.ts';
import type { Delivery } from './schedule.ts';

/** How an export is written. */
export interface ExportOf {
  readonly table: 'focus' | 'cur2';
  readonly format: 'parquet' | 'csv' | 'csv.gz';
}

/** A delivery that was written: its manifest comes last, so that a manifest is never before its files. */
export interface WrittenDelivery {
  readonly delivery: Delivery;
  readonly lines: number;
  /** Key of the manifest in the store it was written to. */
  readonly manifest: string;
}

const NAMES = { focus: 'org-focus', cur2: 'org-cur2' } as const;
const ENDINGS = { parquet: 'snappy.parquet', csv: 'csv', 'csv.gz': 'csv.gz' } as const;

/**
 * Writes one delivery of the loaded plan (`loadPlan`) as AWS Data Exports does in create-new mode: data and manifest in
 * folders of the execution, `data/BILLING_PERIOD=…/` and `metadata/BILLING_PERIOD=…/`. The time in the folder's name has
 * no colons, which some disks refuse.
 */
export async function writeDelivery(
  engine: Engine,
  store: ObjectStore,
  delivery: Delivery,
  { table, format }: ExportOf,
): Promise<WrittenDelivery> {
  const name = NAMES[table];
  const folder = `BILLING_PERIOD=${delivery.period}/${delivery.executionTime.replaceAll(/[-:]/g, '')}-${delivery.executionId}`;
  const data = `${name}/data/${folder}/${name}-00001.${ENDINGS[format]}`;
  const select = (table === 'focus' ? linesSql : cur2Sql)({
    ...delivery,
    as: format === 'parquet' ? 'parquet' : 'csv',
  });
  const { rows } =
    format === 'parquet'
      ? await engine.write(select, store.uri(data), { compression: 'snappy' })
      : await engine.writeCsv(select, store.uri(data), format === 'csv.gz' ? { compression: 'gzip' } : {});
  const manifest = `${name}/metadata/${folder}/${name}-Manifest.json`;
  await store.put(
    manifest,
    new TextEncoder().encode(`${JSON.stringify(manifestOf(delivery, table, format, data), null, 2)}\n`),
  );
  return { delivery, lines: rows, manifest };
}

const manifestOf = (
  { period, executionTime, executionId }: Delivery,
  table: ExportOf['table'],
  format: ExportOf['format'],
  data: string,
) => ({
  exportName: NAMES[table],
  exportArn: `arn:aws:bcm-data-exports:us-east-1:100000000017:export/${NAMES[table]}`,
  tableName: table === 'focus' ? 'FOCUS_1_2_AWS' : 'COST_AND_USAGE_REPORT',
  executionId,
  executionTime,
  billingPeriod: { start: `${period}-01T00:00:00Z` },
  format: format === 'parquet' ? 'PARQUET' : 'TEXT_OR_CSV',
  compression: format === 'parquet' ? 'PARQUET' : format === 'csv.gz' ? 'GZIP' : 'NONE',
  dataFiles: [`s3://simulated-exports/${data}`],
  simulated: true,
});
