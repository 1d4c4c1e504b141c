import {
  BIGINT,
  DOUBLE,
  type DuckDBConnection,
  DuckDBDataChunk,
  type DuckDBType,
  INTEGER,
} from '@duckdb/node-api';
import { invariant } from '../../core/errors/invariant.ts';
import type { NumberColumn } from '../../ports/engine.ts';
import { identifier } from '../../sql/sql.ts';

/** Rows of a data chunk: DuckDB's vector size. */
const CHUNK_ROWS = 2_048;

/** Appends typed arrays to the table `name`, chunk by chunk and column by column: no value is looked at in JavaScript. */
export async function appendNumbers(
  connection: DuckDBConnection,
  name: string,
  columns: readonly NumberColumn[],
): Promise<void> {
  const rows = columns[0]?.values.length ?? 0;
  invariant(
    columns.every(({ values }) => values.length === rows),
    `the columns of ${name} have one length`,
  );
  const types = columns.map(({ values }): DuckDBType => {
    if (values instanceof Int32Array) return INTEGER;
    return values instanceof BigInt64Array ? BIGINT : DOUBLE;
  });
  const list = columns.map((column, i) => `${identifier(column.name).text} ${types[i]}`).join(', ');
  await connection.run(`CREATE OR REPLACE TABLE ${identifier(name).text} (${list})`);
  const appender = await connection.createAppender(name);
  for (let at = 0; at < rows; at += CHUNK_ROWS) {
    const chunk = DuckDBDataChunk.create(types, Math.min(CHUNK_ROWS, rows - at));
    for (const [i, { values }] of columns.entries()) {
      const vector = chunk.getColumnVector(i) as unknown as Settable;
      vector.items.set(values.subarray(at, at + chunk.rowCount) as never);
      vector.flush();
    }
    appender.appendDataChunk(chunk);
  }
  appender.closeSync();
}

/** What the three number vectors of the package have in common. */
interface Settable {
  readonly items: { set(values: never): void };
  flush(): void;
}
