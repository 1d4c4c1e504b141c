import { UserError } from '../core/errors/user-error.ts';
import { rejectsKey } from '../lake/keys.ts';
import { enterKept } from '../lake/ledger.ts';
import { sha256Of } from '../lake/sha256.ts';
import type { Clock } from '../ports/clock.ts';
import type { Engine } from '../ports/engine.ts';
import type { ObjectStore } from '../ports/object-store.ts';
import type { FoundDelivery, OpenDelivery, Reject } from '../sources/contract.ts';
import { csvHead } from '../sources/reading/csv-head.ts';
import { sql } from '../sql/sql.ts';
import type { RejectsReport } from './ingest-report.ts';

/** Columns that a reject file has beside those of its source: why, and where the row belongs. */
const REASONS = [
  'x_RejectReason',
  'x_RejectColumn',
  'x_RejectValue',
  'x_RejectFile',
  'x_RejectLine',
  'x_RejectDelivery',
  'x_RejectSource',
] as const;

/** The delivery that mended rows came with, and its source. */
export interface MendedRows {
  readonly deliveryId: string;
  readonly source: string;
}

/** More rows were rejected than the user allows: nothing was loaded, and the rows lie in a file. */
export class TooManyRejects extends UserError {
  readonly rejects: RejectsReport;

  constructor(label: string, first: Reject, rejects: RejectsReport) {
    const { rows, file } = rejects;
    super('REJECTS', {
      what: `${rows} ${rows === 1 ? 'row' : 'rows'} of ${label} cannot be loaded; the first: ${first.reason}`,
      place: {
        file: first.file,
        line: first.line === 0 ? undefined : first.line,
        column: first.column,
        value: first.value,
      },
      remedy: `Nothing was loaded. The rows lie in ${file}, each with its reason: correct the export, or load the rest with --max-rejects ${rows}, mend that file and ingest it.`,
    });
    this.rejects = rejects;
  }
}

/**
 * Writes the rejected rows of delivery `deliveryId` in the shape of their source, to be mended and ingested again as part
 * of delivery `belongsTo`. A file that is there stays: somebody may be mending it. Gives the path for people.
 */
export async function writeRejects(
  { store, clock }: { readonly store: ObjectStore; readonly clock: Clock },
  source: string,
  { deliveryId, belongsTo }: { readonly deliveryId: string; readonly belongsTo: string },
  rejects: readonly Reject[],
): Promise<string> {
  const columns = [...new Set(rejects.flatMap(({ row }) => Object.keys(row)))].filter(
    (column) => !(REASONS as readonly string[]).includes(column),
  );
  const lines = rejects.map((reject) => [
    ...columns.map((column) => reject.row[column] ?? null),
    reject.reason,
    reject.column,
    reject.value,
    reject.file,
    reject.line === 0 ? null : String(reject.line),
    belongsTo,
    source,
  ]);
  const key = rejectsKey(source, deliveryId);
  const text = [[...columns, ...REASONS], ...lines]
    .map((cells) => `${cells.map(csvCell).join(',')}\n`)
    .join('');
  const bytes = new TextEncoder().encode(text);
  if (await store.putIfAbsent(key, bytes)) await enterKept(store, clock, [{ key, sha256: sha256Of(bytes) }]);
  return store.uri(key);
}

/** Whose mended rows these files are; undefined if they are no reject file. @throws UserError `USAGE` for rows of several deliveries */
export async function mendedRows(
  engine: Engine,
  { files }: FoundDelivery,
  { unknownColumns }: OpenDelivery,
): Promise<MendedRows | undefined> {
  const needed = ['x_RejectDelivery', 'x_RejectSource'];
  if (!needed.every((column) => unknownColumns.includes(column))) return undefined;
  const [file] = files;
  if (file === undefined) return undefined;
  const { columns, delimiter, compression } = await csvHead(file);
  await engine.scan('mended_rows', { format: 'csv', files, columns, delimiter, compression });
  const [row, ...others] = await engine.rows(sql`
    SELECT DISTINCT x_RejectDelivery, x_RejectSource FROM mended_rows
    WHERE x_RejectDelivery IS NOT NULL AND x_RejectSource IS NOT NULL
    ORDER BY x_RejectDelivery, x_RejectSource`);
  await engine.drop('mended_rows');
  if (row === undefined || others.length > 0) {
    throw new UserError('USAGE', {
      what: 'These rejected rows belong to several deliveries, or to none that is named',
      place: { file },
      remedy:
        'Give one reject file at a time, with its columns x_RejectDelivery and x_RejectSource as they were.',
    });
  }
  return { deliveryId: String(row[0]), source: String(row[1]) };
}

/** Null is nothing at all, the empty text is quoted: readers tell them apart. */
const csvCell = (text: string | null): string =>
  text === null ? '' : /[",\r\n]/.test(text) || text === '' ? `"${text.replaceAll('"', '""')}"` : text;
