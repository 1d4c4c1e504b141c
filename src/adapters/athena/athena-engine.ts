import { abreast } from '../../core/abreast/abreast.ts';
import { invariant } from '../../core/errors/invariant.ts';
import { UserError } from '../../core/errors/user-error.ts';
import type { Random } from '../../ports/clock.ts';
import type { Cell, ColumnDef, Engine, ScanOf, WriteOptions, Written } from '../../ports/engine.ts';
import type { ObjectInfo, ObjectStore } from '../../ports/object-store.ts';
import type { Partition, TableCatalog } from '../../ports/table-catalog.ts';
import { identifier, joined, type Sql, sql } from '../../sql/sql.ts';
import type { LakeAsker } from '../trino/lake-asker.ts';
import { asAthenaReads } from './glue-types.ts';
import type { TemporaryTables } from './temporary-tables.ts';
import { unloadText, writable } from './unload.ts';

export interface AthenaEngineOf {
  readonly asker: LakeAsker;
  /** Reads the footers of files, and writes what is small: no lines of costs. */
  readonly embedded: () => Promise<Engine>;
  readonly lake: ObjectStore;
  /** Where Athena writes first: what lies there goes by itself. */
  readonly work: ObjectStore;
  readonly tables: TemporaryTables;
  /** The tables of the lake: a folder is registered before it is read. */
  readonly catalog: TableCatalog;
  /** The partition that a file of the lake lies in; undefined for files of no table. */
  readonly partitionOf: (uri: string) => (Partition & { readonly table: string }) | undefined;
  readonly random: Random;
}

/** What lies in the folder of one UNLOAD. */
interface Unloaded {
  readonly columns: readonly ColumnDef[];
  readonly folder: string;
  readonly objects: readonly ObjectInfo[];
}

/** Files that S3 copies at one time. */
const COPIED_ABREAST = 16;
/** Values that are more text than this are a table instead of a part of every statement that names them. */
const VALUES_TEXT_MAX = 30_000;

/**
 * The engine whose work is done by Athena: lines go from S3 to S3. What it keeps and what comes from outside are tables
 * with names of their own, dropped when it is closed.
 */
export function athenaEngine(of: AthenaEngineOf): Engine {
  const { asker, lake, work, tables, catalog, random } = of;
  const own = new Map<string, string>();
  const registered = new Set<string>();
  let here: Promise<Engine> | undefined;
  let relations = 0;

  const embedded = (): Promise<Engine> => {
    here ??= of.embedded().then((engine) => engine.session());
    return here;
  };
  /** Gives `use` a name in the embedded engine for as long as it takes. */
  const aside = async <T>(use: (engine: Engine, name: string) => Promise<T>): Promise<T> => {
    const engine = await embedded();
    const name = `athena_${++relations}`;
    return use(engine, name).finally(() => engine.drop(name));
  };
  const forget = async (name: string): Promise<void> => {
    const table = own.get(name.toLowerCase());
    own.delete(name.toLowerCase());
    if (table !== undefined) await tables.drop(table);
  };
  const overFolder = async (
    name: string,
    folder: string,
    columns: readonly ColumnDef[],
    places?: ScanOf['places'],
  ): Promise<void> => {
    const table = await tables.make(`${rootOf(work)}${folder}`, columns);
    await forget(name);
    own.set(name.toLowerCase(), table);
    await asker.view(name, sql`SELECT ${listOf(columns, places)} FROM ${identifier(table)}`);
  };
  const unloaded = async (select: Sql, options: WriteOptions): Promise<Unloaded> => {
    const { columns } = await asker.table(sql`SELECT * FROM (${select}) AS l LIMIT 0`);
    const folder = `${random.id()}/`;
    await asker.carryOut(writable(select, columns, options.sorted), (whole) =>
      unloadText(whole, `${rootOf(work)}${folder}`, options),
    );
    const objects = await work.list(folder);
    return { columns, folder, objects: objects.filter(({ bytes }) => bytes > 0) };
  };
  const register = async (uris: readonly string[]): Promise<void> => {
    for (const uri of uris) {
      const partition = of.partitionOf(uri);
      if (partition === undefined || registered.has(partition.location)) continue;
      await catalog.add(partition.table, [partition]);
      registered.add(partition.location);
    }
  };
  /** Taken over file by file, by S3 itself. */
  const inManyFiles = async (uri: string, { objects }: Unloaded): Promise<Written> => {
    const root = rootOf(lake);
    invariant(uri.startsWith(root), `${uri} is not in the lake`);
    const counts = await aside((engine, name) =>
      rowsByFile(
        engine,
        name,
        objects.map(({ key }) => work.uri(key)),
      ),
    );
    const files = await abreast(objects, COPIED_ABREAST, async ({ key, bytes, etag }, i) => {
      const target = i === 0 ? uri : uri.replace(/\.parquet$/, `-${String(i).padStart(5, '0')}.parquet`);
      const isNew = await lake.adopt(target.slice(root.length), '', { uri: work.uri(key), bytes, etag });
      invariant(isNew, `${target} was there already`);
      return { uri: target, rows: counts.get(work.uri(key)) ?? 0 };
    });
    return { files, rows: files.reduce((sum, { rows }) => sum + rows, 0) };
  };
  /** Put into one file by the embedded engine, as it would have written it. */
  const inOneFile = (uri: string, { columns, objects }: Unloaded, options: WriteOptions): Promise<Written> =>
    aside(async (engine, name) => {
      const uris = objects.map(({ key }) => work.uri(key));
      if (uris.length === 0) await engine.values(name, columns, []);
      else await engine.files(name, uris, columns);
      return engine.write(sql`SELECT ${listOf(columns)} FROM ${identifier(name)}`, uri, options);
    });
  /** What is made here becomes a table there. */
  const handOver = (
    name: string,
    columns: readonly ColumnDef[],
    fill: (engine: Engine, name: string) => Promise<void>,
  ): Promise<void> =>
    aside(async (engine, here) => {
      await fill(engine, here);
      const folder = `${random.id()}/`;
      const select = sql`SELECT ${listOf(columns)} FROM ${identifier(here)}`;
      await engine.write(select, work.uri(`${folder}part-00000.parquet`), { compression: 'snappy' });
      await overFolder(name, folder, columns);
    });

  return {
    ...asker,
    async files(name, uris, columns) {
      await forget(name);
      await register(uris);
      await asker.files(name, uris, columns);
    },
    async view(name, select) {
      await forget(name);
      await asker.view(name, select);
    },
    async values(name, columns, rows) {
      if (sizeOf(rows) > VALUES_TEXT_MAX)
        return handOver(name, columns, (engine, here) => engine.values(here, columns, rows));
      await forget(name);
      await asker.values(name, columns, rows);
    },
    async numbers(name, columns) {
      const types = await aside(async (engine, here) => {
        await engine.numbers(here, columns);
        return (await engine.table(sql`SELECT * FROM ${identifier(here)} LIMIT 0`)).columns;
      });
      await handOver(name, types, (engine, here) => engine.numbers(here, columns));
    },
    async keep(name, select) {
      const { columns, folder } = await unloaded(select, { compression: 'snappy' });
      await overFolder(name, folder, columns);
    },
    async scan(name, { format, files, places }) {
      if (format !== 'parquet') throw notParquet(files[0]);
      const folder = await folderOf(work, files);
      const columns = await aside((engine, here) => engine.scan(here, { format, files }));
      await overFolder(name, folder, columns, places);
      return columns.map(asAthenaReads);
    },
    async write(select, uri, options = {}) {
      const made = await unloaded(select, options);
      return options.sorted === undefined ? inOneFile(uri, made, options) : inManyFiles(uri, made);
    },
    writeCsv: (_, uri) => Promise.reject(notWritten(uri)),
    async drop(name) {
      await forget(name);
      await asker.drop(name);
    },
    session: async () => athenaEngine({ ...of, asker: await asker.session() }),
    async close() {
      for (const name of [...own.keys()]) await forget(name);
      await (await here)?.close();
      await asker.close();
    },
  };
}

/** `places`: the file of a row Athena knows, its number in the file it does not. */
const listOf = (columns: readonly ColumnDef[], places?: ScanOf['places']): Sql =>
  joined([
    ...columns.map(({ name }) => sql`${identifier(name)} AS ${identifier(name)}`),
    ...(places === undefined
      ? []
      : [sql`"$path" AS ${identifier(places.file)}`, sql`CAST(NULL AS bigint) AS ${identifier(places.row)}`]),
  ]);

async function rowsByFile(
  engine: Engine,
  name: string,
  files: readonly string[],
): Promise<ReadonlyMap<string, number>> {
  if (files.length === 0) return new Map();
  // Of a file without rows nothing is counted, and nothing has to be.
  await engine.scan(name, { format: 'parquet', files, places: { file: 'f', row: 'n' } });
  const counted = await engine.rows(sql`SELECT f, count(*) FROM ${identifier(name)} GROUP BY f ORDER BY f`);
  return new Map(counted.map(([file, rows]) => [String(file), Number(rows)]));
}

/** What every address of a store begins with. */
const rootOf = ({ location }: ObjectStore): string => `${location}/`;

/** The folder in `work` that holds these files and no others: a table reads all that lies in its folder. */
async function folderOf(work: ObjectStore, files: readonly string[]): Promise<string> {
  const [first = ''] = files;
  if (!first.startsWith(rootOf(work))) throw notOnS3(first);
  const folder = first.slice(rootOf(work).length, first.lastIndexOf('/') + 1);
  const there = (await work.list(folder)).map(({ key }) => work.uri(key));
  invariant(
    JSON.stringify(there.sort()) === JSON.stringify([...files].sort()),
    `${folder} holds other files than those that are to be read`,
  );
  return folder;
}

const sizeOf = (rows: readonly (readonly Cell[])[]): number =>
  rows.reduce((sum, row) => sum + row.reduce((so: number, cell) => so + String(cell).length + 4, 2), 0);

const notParquet = (file: string | undefined): UserError =>
  new UserError('ENGINE_UNFIT', {
    what: 'Athena reads Parquet; text is read by the rules of its own kind, here',
    place: { file },
    remedy: 'Bring it in with --engine duckdb or auto, or have the export made as Parquet.',
  });

const notOnS3 = (file: string): UserError =>
  new UserError('ENGINE_UNFIT', {
    what: 'Athena reads what lies on S3, and nothing on this machine',
    place: { file },
    remedy: 'Give its address (s3://…), or use --engine duckdb or auto.',
  });

const notWritten = (file: string): UserError =>
  new UserError('ENGINE_UNFIT', {
    what: 'Athena writes Parquet, and the CSV of Spendlight is written here',
    place: { file },
    remedy: 'Use --engine duckdb or auto.',
  });
