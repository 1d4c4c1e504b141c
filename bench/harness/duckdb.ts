import { type DuckDBConnection, DuckDBInstance } from '@duckdb/node-api';

/** Settings of the bare engine, named as DuckDB names them. */
export interface BareOptions {
  readonly memory: string;
  readonly scratch: string;
}

/** DuckDB with nothing of ours: what the baselines run on. Two threads, as ours. */
export async function bareDuckDb<T>(
  { memory, scratch }: BareOptions,
  work: (connection: DuckDBConnection) => Promise<T>,
): Promise<T> {
  const instance = await DuckDBInstance.create(':memory:', {
    memory_limit: memory,
    temp_directory: scratch,
    threads: '2',
    preserve_insertion_order: 'false',
    autoload_known_extensions: 'false',
  });
  try {
    const connection = await instance.connect();
    await connection.run(`SET TimeZone = 'UTC'`);
    return await work(connection);
  } finally {
    instance.closeSync();
  }
}

/** `'text'` as SQL. */
export const quoted = (text: string): string => `'${text.replaceAll("'", "''")}'`;
/** `['a', 'b']` as SQL. */
export const listed = (texts: readonly string[]): string => `[${texts.map(quoted).join(', ')}]`;
