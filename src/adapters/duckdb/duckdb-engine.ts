import { mkdir } from 'node:fs/promises';
import { dirname } from 'node:path';
import { type DuckDBConnection, DuckDBInstance, version } from '@duckdb/node-api';
import type { Cell, ColumnDef, Engine, Row, ScanOf, WriteOptions } from '../../ports/engine.ts';
import type { Query } from '../../sql/query.ts';
import { identifier, joined, name as plain, type Sql, sql } from '../../sql/sql.ts';
import { askOnly } from './ask.ts';
import { cell } from './cells.ts';
import { failure } from './failures.ts';
import { appendNumbers } from './numbers.ts';
import { PRELUDE } from './prelude.ts';
import { isRemote, type Remote, type RemoteOf, remote } from './remote.ts';
import { reader, statistics } from './scan.ts';
import { sortedCopy } from './sorted-copy.ts';
import { castOf, nothing, trinoType } from './types.ts';

/** Settings of the embedded engine. */
export interface DuckDbOptions {
  /** For example `2GB`; sorts beyond it spill to `tempDirectory`. */
  readonly memoryLimit?: string;
  readonly threads?: number;
  /** Folder for spilled data; made when needed. */
  readonly tempDirectory?: string;
  /** For lakes and files on S3; without it `s3://` addresses are refused. */
  readonly remote?: RemoteOf;
}

const VALUES_AT_ONCE = 2_000;

/** The embedded engine: one in-memory DuckDB whose relations are views over Parquet files and small tables. */
export async function openDuckDb(options: DuckDbOptions = {}): Promise<Engine> {
  // DuckDB makes the last folder of the path when it first spills, not those above it.
  if (options.tempDirectory !== undefined) await mkdir(options.tempDirectory, { recursive: true });
  const instance = await DuckDBInstance.create(':memory:', {
    ...(options.memoryLimit === undefined ? {} : { memory_limit: options.memoryLimit }),
    ...(options.threads === undefined ? {} : { threads: String(options.threads) }),
    ...(options.tempDirectory === undefined ? {} : { temp_directory: options.tempDirectory }),
    autoinstall_known_extensions: 'false',
    autoload_known_extensions: 'false',
    preserve_insertion_order: 'false',
  });
  const connection = await instance.connect();
  await connection.run(PRELUDE);
  return engineOver({
    connection,
    connect: () => instance.connect(),
    shut: () => instance.closeSync(),
    version: version(),
    remote: remote(options.remote, version(), () => instance.connect()),
    isSession: false,
  });
}

/** A connection and what it is: the engine's own, or a session, whose relations are temporary and hide the engine's. */
interface Connected {
  readonly connection: DuckDBConnection;
  readonly connect: () => Promise<DuckDBConnection>;
  readonly shut: () => void;
  readonly version: string;
  readonly remote: Remote;
  readonly isSession: boolean;
}

function engineOver({ connection, connect, shut, version, remote, isSession }: Connected): Engine {
  const kinds = new Map<string, 'VIEW' | 'TABLE'>();
  const lakeFiles = new Set<string>();
  const inTurn = turns();
  let sortedCopies = 0;

  const run = (statement: string) =>
    inTurn(async () => {
      await remote.ready();
      return connection.runAndReadAll(statement).catch((error) => Promise.reject(failure(error, statement)));
    });
  const folderOf = async (uri: string): Promise<void> => {
    remote.expect([uri]);
    if (!isRemote(uri)) await mkdir(dirname(uri), { recursive: true });
  };
  const read = async (question: Query | Sql) => {
    const result = await run(textOf(question));
    const types = result.columnTypes().map((type) => trinoType(String(type)));
    const columns = result.columnNames().map((name, i): ColumnDef => ({ name, type: types[i] ?? 'varchar' }));
    return { columns, rows: result.getRows().map((row): Row => row.map(cell)) };
  };
  const define = async (name: string, kind: 'VIEW' | 'TABLE', body: string) => {
    const before = kinds.get(name.toLowerCase());
    if (before !== undefined && before !== kind)
      await run(`DROP ${before} IF EXISTS ${identifier(name).text}`);
    kinds.set(name.toLowerCase(), kind);
    await run(`CREATE OR REPLACE ${isSession ? 'TEMP ' : ''}${kind} ${identifier(name).text} AS ${body}`);
  };

  return {
    kind: 'duckdb',
    version: `DuckDB ${version}`,
    rows: async (question) => (await read(question)).rows,
    table: read,
    async ask(text) {
      await remote.ready();
      return askOnly(connection, inTurn, [...lakeFiles], text);
    },
    async *batches(question) {
      await remote.ready();
      if (isSession) {
        yield* sessionBatches(connection, inTurn, textOf(question));
        return;
      }
      const own = await connect();
      try {
        const statement = textOf(question);
        const result = await own
          .stream(statement)
          .catch((error) => Promise.reject(failure(error, statement)));
        for await (const rows of result.yieldRows()) yield rows.map((row): Row => row.map(cell));
      } finally {
        own.closeSync();
      }
    },
    async files(name, uris, columns) {
      for (const uri of uris) lakeFiles.add(uri);
      remote.expect(uris);
      const list = joined(columns.map((column) => identifier(column.name))).text;
      const from = reader({ format: 'parquet', files: uris }).replace(
        'union_by_name = true',
        'union_by_name = false',
      );
      await define(name, 'VIEW', uris.length === 0 ? nothing(columns) : `SELECT ${list} FROM ${from}`);
    },
    view: (name, select) => define(name, 'VIEW', select.text),
    keep: (name, select) => define(name, 'TABLE', select.text),
    async values(name, columns, rows) {
      await define(name, 'TABLE', nothing(columns));
      for (let at = 0; at < rows.length; at += VALUES_AT_ONCE) {
        await run(
          `INSERT INTO ${identifier(name).text} ${valuesOf(columns, rows.slice(at, at + VALUES_AT_ONCE))}`,
        );
      }
    },
    async scan(name, files: ScanOf) {
      remote.expect(files.files);
      const places = files.places === undefined ? '' : placesOf(files.places);
      await define(name, 'VIEW', `SELECT *${places} FROM ${reader(files)}`);
      const { columns } = await read({ text: `SELECT * FROM ${identifier(name).text} LIMIT 0` } as Sql);
      if (files.format !== 'parquet') return columns;
      const told = (await run(statistics(files.files))).getRows();
      const known = new Map(
        told.map(([column, neverEmpty, neverNull]) => [String(column), { neverEmpty, neverNull }]),
      );
      return columns.map((column) => {
        const { neverEmpty, neverNull } = known.get(column.name) ?? {};
        return { ...column, neverEmpty: neverEmpty === true, neverNull: neverNull === true };
      });
    },
    async write(select, uri, options: WriteOptions = {}) {
      await folderOf(uri);
      const copyOf = parquetCopy(uri, options);
      const inOneFile = (rows: number) => ({ rows, files: [{ uri, rows }] });
      if (options.sorted === undefined) {
        const result = await run(copyOf(select).text);
        return inOneFile(Number(result.getRows()[0]?.[0] ?? 0));
      }
      const { columns } = await read(sql`SELECT * FROM (${select}) AS l LIMIT 0`);
      const copy = {
        run: async (statement: Sql) => (await read(statement)).rows,
        columns,
        tables: `sorted_${++sortedCopies}`,
        copyOf,
      };
      return inOneFile(await sortedCopy(copy, select, options.sorted));
    },
    async numbers(name, columns) {
      const before = kinds.get(name.toLowerCase());
      if (before === 'VIEW') await run(`DROP VIEW IF EXISTS ${identifier(name).text}`);
      kinds.set(name.toLowerCase(), 'TABLE');
      await inTurn(() => appendNumbers(connection, name, columns));
    },
    async writeCsv(select, uri, options = {}) {
      await folderOf(uri);
      const result = await run(
        `COPY (${select.text}) TO ${sql`${uri}`.text} (FORMAT csv, HEADER true, COMPRESSION ${options.compression ?? 'none'})`,
      );
      return { rows: Number(result.getRows()[0]?.[0] ?? 0) };
    },
    async drop(name) {
      const kind = kinds.get(name.toLowerCase());
      kinds.delete(name.toLowerCase());
      if (kind !== undefined) await run(`DROP ${kind} IF EXISTS ${identifier(name).text}`);
    },
    async session() {
      return engineOver({
        connection: await connect(),
        connect,
        shut: () => undefined,
        version,
        remote,
        isSession: true,
      });
    },
    cost: () => undefined,
    async close() {
      await inTurn(async () => connection.closeSync());
      shut();
    },
  };
}

/** A session's relations are its connection's alone, so it streams on that one; its next question waits until the end. */
async function* sessionBatches(
  connection: DuckDBConnection,
  inTurn: <T>(work: () => Promise<T>) => Promise<T>,
  statement: string,
): AsyncGenerator<Row[]> {
  let release = (): void => undefined;
  const over = new Promise<void>((resolve) => {
    release = resolve;
  });
  const begun = new Promise<void>((resolve) => {
    void inTurn(() => {
      resolve();
      return over;
    });
  });
  try {
    await begun;
    const result = await connection
      .stream(statement)
      .catch((error) => Promise.reject(failure(error, statement)));
    for await (const rows of result.yieldRows()) yield rows.map((row): Row => row.map(cell));
  } finally {
    release();
  }
}

const placesOf = ({ file, row }: { readonly file: string; readonly row: string }): string =>
  `, filename AS ${identifier(file).text}, file_row_number AS ${identifier(row).text}`;

function parquetCopy(
  uri: string,
  { compression = 'zstd', rowGroupRows }: WriteOptions,
): (select: Sql) => Sql {
  const size = rowGroupRows === undefined ? sql`` : sql`, ROW_GROUP_SIZE ${rowGroupRows}`;
  return (select) =>
    sql`COPY (${select}) TO ${uri} (FORMAT parquet, COMPRESSION ${plain(compression)}${size})`;
}

const textOf = (question: Query | Sql): string => ('sql' in question ? question.sql.text : question.text);

function valuesOf(columns: readonly ColumnDef[], rows: readonly (readonly Cell[])[]): string {
  const names = columns.map((_, i) => `c${i}`);
  const cells = rows.map((row) => `(${row.map((value) => textual(value).text).join(', ')})`);
  const cast = columns.map((column, i) => castOf({ text: `CAST(c${i} AS VARCHAR)` } as Sql, column).text);
  return `SELECT ${cast.join(', ')} FROM (VALUES ${cells.join(', ')}) AS given(${names.join(', ')})`;
}

const textual = (value: Cell): Sql => sql`${value === null ? null : String(value)}`;

/** Runs what it is given one after another: a connection answers one question at a time. */
function turns(): <T>(work: () => Promise<T>) => Promise<T> {
  let last: Promise<unknown> = Promise.resolve();
  return (work) => {
    const mine = last.then(work, work);
    last = mine.catch(() => undefined);
    return mine;
  };
}
