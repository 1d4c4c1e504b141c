import { join } from 'node:path';
import { UserError } from '../../core/errors/user-error.ts';
import type { Engine } from '../../ports/engine.ts';
import { name, sql } from '../../sql/sql.ts';
import type { OpenOptions } from '../contract.ts';
import { beginning } from '../reading/csv-head.ts';
import { FILE_COLUMN, LINE_COLUMN, RawTable } from '../reading/raw-table.ts';
import { wholeText } from '../reading/whole-text.ts';
import type { Staged } from '../staged.ts';
import { eventFields, parsedLines } from './event-fields.ts';

/** Whether the text begins as JSON lines do, with an object. @throws UserError FILE_TRUNCATED, FILE_UNREADABLE for damaged gzip */
export async function isJsonLines(path: string): Promise<boolean> {
  const { bytes } = await beginning(path);
  return /^\uFEFF?\s*\{/.test(bytes.subarray(0, 4_096).toString('utf8'));
}

/** JSON lines, each file once into Parquet: the fields of an event as text, with the line that they come from. */
export async function stageEvents(
  engine: Engine,
  relation: string,
  files: readonly string[],
  { scratch, onProgress }: OpenOptions,
): Promise<Staged> {
  const notes: string[] = [];
  const written: string[] = [];
  const text = `${relation}_text`;
  let rows = 0;
  for (const file of files) {
    const { compression } = await beginning(file);
    const uri = join(scratch, `${relation}-${String(written.length + 1).padStart(5, '0')}.parquet`);
    const { endsWithBreak } = await wholeText(file, compression);
    if (!endsWithBreak)
      notes.push(`${file} does not end with a line break: if it was cut, its last event may be missing.`);
    await engine.scan(text, { format: 'lines', files: [file], compression });
    const select = sql`SELECT ${eventFields()}, ${file} AS ${name(FILE_COLUMN)} FROM ${parsedLines(name(text))}`;
    try {
      rows += (await engine.write(select, uri, { compression: 'snappy' })).rows;
    } finally {
      await engine.drop(text);
    }
    written.push(uri);
    onProgress?.(rows);
  }
  const columns = await engine.scan(relation, { format: 'parquet', files: written });
  await refuseOtherLines(engine, relation, files[0]);
  return {
    table: new RawTable(relation, columns, true),
    kind: 'lines',
    relations: [relation],
    files,
    notes,
    written,
    heads: new Map(),
  };
}

/** JSON lines without one event in them are something else. @throws UserError FORMAT_UNKNOWN */
async function refuseOtherLines(engine: Engine, relation: string, file: string | undefined): Promise<void> {
  const said = sql`coalesce(event_id, unblended_cost, usage_start)`;
  const [row] = await engine.rows(
    sql`SELECT count(${said}), min(${name(LINE_COLUMN)}) FROM ${name(relation)}`,
  );
  if (Number(row?.[0]) > 0) return;
  await engine.drop(relation);
  throw new UserError('FORMAT_UNKNOWN', {
    what: 'These JSON lines are no cost events: none has event_id, unblended_cost or usage_start',
    place: { file, value: String(row?.[1]).slice(0, 80) },
    remedy: 'Give cost events as docs/events.md describes them, one JSON object a line; or CSV or Parquet.',
  });
}
