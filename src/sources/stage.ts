import { open, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UserError } from '../core/errors/user-error.ts';
import type { Engine } from '../ports/engine.ts';
import { identifier, joined, name, type Sql, sql } from '../sql/sql.ts';
import type { FoundDelivery, OpenOptions } from './contract.ts';
import { isJsonLines, stageEvents } from './events/stage-events.ts';
import { type CsvHead, csvHead } from './reading/csv-head.ts';
import { FILE_COLUMN, RawTable } from './reading/raw-table.ts';
import { wholeText } from './reading/whole-text.ts';
import type { Staged } from './staged.ts';

let count = 0;

/** @throws UserError FILE_*, HEADER_INVALID */
export async function stage(engine: Engine, found: FoundDelivery, options: OpenOptions): Promise<Staged> {
  const files = await nonEmpty(found);
  const isParquet = files.map((file) => /\.(parquet|parq|pq)$/i.test(file));
  const relation = `source_${++count}`;
  if (isParquet.every((yes) => yes)) {
    // What lies elsewhere was never here to be looked at: the engine reads its columns first, and tells what is no Parquet.
    if (found.elsewhere === undefined) await Promise.all(files.map(checkParquet));
    return inPlace(engine, relation, files);
  }
  if (isParquet.some((yes) => yes)) throw mixed(files[isParquet.indexOf(true)] ?? '');
  const isLines = await Promise.all(files.map(isJsonLines));
  if (isLines.every((yes) => yes)) return stageEvents(engine, relation, files, options);
  if (isLines.some((yes) => yes)) throw mixed(files[isLines.indexOf(true)] ?? '');
  return fromText(engine, relation, files, options);
}

/** Overwriting exports leave empty surplus chunks behind: they are no data, and no error while others hold some. */
async function nonEmpty({ files, elsewhere }: FoundDelivery): Promise<readonly string[]> {
  const sizes = await Promise.all(
    files.map(async (file) => elsewhere?.get(file)?.bytes ?? (await stat(file)).size),
  );
  const kept = files.filter((_, i) => (sizes[i] ?? 0) > 0);
  if (kept.length === 0) throw empty(files[0]);
  return kept;
}

async function inPlace(engine: Engine, relation: string, files: readonly string[]): Promise<Staged> {
  const columns = await engine.scan(relation, { format: 'parquet', files });
  return {
    table: new RawTable(relation, columns, false),
    kind: 'parquet',
    relations: [relation],
    files,
    notes: [],
    written: [],
    heads: new Map(),
  };
}

async function fromText(
  engine: Engine,
  relation: string,
  files: readonly string[],
  { scratch, onProgress }: OpenOptions,
): Promise<Staged> {
  const heads = new Map<string, CsvHead>();
  for (const file of files) {
    const head = await csvHead(file);
    if (!head.isEmpty) heads.set(file, head);
  }
  if (heads.size === 0) throw empty(files[0]);
  const notes: string[] = [];
  const staged: string[] = [];
  let rows = 0;
  for (const [file, head] of heads) {
    const uri = join(scratch, `${relation}-${String(staged.length + 1).padStart(5, '0')}.parquet`);
    // Both read the whole file, side by side: the engine for the rows, the other to know that it is whole.
    const [copied, read] = await Promise.allSettled([
      copyText(engine, relation, file, head, uri),
      wholeText(file, head.compression),
    ]);
    // Of two complaints the one about the whole file is the cause: a cut file also has a last row that is too short.
    if (read.status === 'rejected') throw read.reason;
    if (copied.status === 'rejected') throw copied.reason;
    const [written, whole] = [copied.value, read.value];
    if (!whole.endsWithBreak)
      notes.push(`${file} does not end with a line break: if it was cut, its last value may be too short.`);
    staged.push(uri);
    rows += written;
    onProgress?.(rows);
  }
  const columns = await engine.scan(relation, { format: 'parquet', files: staged });
  return {
    table: new RawTable(relation, columns, true),
    kind: 'csv',
    relations: [relation],
    files: [...heads.keys()],
    notes,
    written: staged,
    heads,
  };
}

async function copyText(
  engine: Engine,
  relation: string,
  file: string,
  head: CsvHead,
  uri: string,
): Promise<number> {
  const { columns, delimiter, compression } = head;
  const text = `${relation}_text`;
  await engine.scan(text, { format: 'csv', files: [file], delimiter, compression, columns });
  try {
    const list = columns.map(
      (column): Sql => sql`nullif(${identifier(column)}, '') AS ${identifier(column)}`,
    );
    const select = sql`SELECT ${joined(list)}, ${file} AS ${name(FILE_COLUMN)} FROM ${name(text)}`;
    return (await engine.write(select, uri, { compression: 'snappy' })).rows;
  } finally {
    await engine.drop(text);
  }
}

/** Parquet begins and ends with the same four letters; the end is written last. */
async function checkParquet(file: string): Promise<void> {
  const handle = await open(file);
  try {
    const { size } = await handle.stat();
    const at = async (position: number): Promise<string> =>
      (await handle.read(Buffer.alloc(4), 0, 4, position)).buffer.toString('latin1');
    if ((await at(0)) !== 'PAR1') {
      throw new UserError('FILE_UNREADABLE', {
        what: 'This is not Parquet, whatever its name says',
        place: { file },
        remedy: 'Copy it again; or give it the ending that it deserves (.csv, .csv.gz).',
      });
    }
    if (size < 12 || (await at(size - 4)) !== 'PAR1') {
      throw new UserError('FILE_TRUNCATED', {
        what: 'The Parquet file ends too early',
        place: { file },
        remedy: 'Copy it again; nothing was loaded.',
      });
    }
  } finally {
    await handle.close();
  }
}

const empty = (file: string | undefined): UserError =>
  new UserError('FILE_EMPTY', {
    what: 'There is not one row in it',
    place: { file },
    remedy: 'An empty file never stands for an empty month: export the month again, then give that file.',
  });

const mixed = (file: string): UserError =>
  new UserError('FILE_UNREADABLE', {
    what: 'Files of several kinds lie in one delivery',
    place: { file },
    remedy: 'Give Parquet files, CSV files and JSON lines apart.',
  });
