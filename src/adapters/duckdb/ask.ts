import { type DuckDBConnection, StatementType } from '@duckdb/node-api';
import { UserError } from '../../core/errors/user-error.ts';
import type { ColumnDef, Row } from '../../ports/engine.ts';
import { queryRefused } from '../query-refused.ts';
import { cell } from './cells.ts';
import { firstLine } from './failures.ts';
import { trinoType } from './types.ts';

/**
 * Answers a user's own SELECT. From the first such question on, the engine's doors are shut for good: it reads the
 * pinned files of the lake and nothing else, and its settings cannot be changed.
 */
export async function askOnly(
  connection: DuckDBConnection,
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
  files: readonly string[],
  text: string,
): Promise<{ columns: readonly ColumnDef[]; rows: Row[] }> {
  return inTurn(async () => {
    await shutDoors(connection, files);
    try {
      const statements = await connection.extractStatements(text);
      if (statements.count !== 1) throw queryRefused('Give exactly one SELECT');
      const prepared = await statements.prepare(0);
      if (prepared.statementType !== StatementType.SELECT) throw queryRefused('Only SELECT is answered here');
      const result = await prepared.runAndReadAll();
      const types = result.columnTypes().map((type) => trinoType(String(type)));
      return {
        columns: result.columnNames().map((name, i) => ({ name, type: types[i] ?? 'varchar' })),
        rows: result.getRows().map((row): Row => row.map(cell)),
      };
    } catch (error) {
      if (error instanceof UserError) throw error;
      throw queryRefused(firstLine(error instanceof Error ? error.message : String(error)), error);
    }
  });
}

async function shutDoors(connection: DuckDBConnection, files: readonly string[]): Promise<void> {
  const locked = await connection.runAndReadAll(`SELECT current_setting('lock_configuration')`);
  if (locked.getRows()[0]?.[0] === true) return;
  const list = files.map((file) => `'${file.replaceAll("'", "''")}'`).join(', ');
  await connection.run(`SET allowed_paths = [${list}]`);
  await connection.run('SET enable_external_access = false');
  await connection.run('SET lock_configuration = true');
}
