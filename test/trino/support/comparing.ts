import { join } from 'node:path';
import { lakeAsker } from '../../../src/adapters/trino/lake-asker.ts';
import { type TrinoOf, trinoRunner } from '../../../src/adapters/trino/trino-runner.ts';
import { known } from '../../../src/core/errors/invariant.ts';
import { LAKE_TABLES } from '../../../src/lake/tables.ts';
import type { Asker, Cell, ColumnDef, Engine, Row } from '../../../src/ports/engine.ts';
import type { Query } from '../../../src/sql/query.ts';
import { identifier, type Sql, sql } from '../../../src/sql/sql.ts';

/** Runs one statement. */
const statement = (of: TrinoOf, text: string) => trinoRunner(of).run(text);

/** A running Trino, and the folder whose files it can read as `local:///…`. */
export interface Peer extends TrinoOf {
  readonly data: string;
}

/** What was compared, and what could not be. */
export interface Compared {
  /** Names or beginnings of the texts whose answers were equal. */
  readonly equal: string[];
  readonly different: string[];
  /** Relations that only DuckDB has, and why. */
  readonly apart: string[];
}

let schemas = 0;
/**
 * The engine itself; everything that it is asked, Trino is asked, too, over the same files, and the answers have to be
 * equal. What DuckDB reads from outside or keeps is written as Parquet for Trino to read. The lake must lie in the peer's
 * folder; its tables are made in a schema of its own when the first of its files is asked for.
 */
export async function comparing(
  engine: Engine,
  { schema: _, ...server }: Peer,
): Promise<{ engine: Engine; compared: Compared }> {
  const compared: Compared = { equal: [], different: [], apart: [] };
  const schema = `lake_${process.pid}_${++schemas}`;
  const peer = { ...server, schema };
  await statement(peer, `CREATE SCHEMA ${peer.catalog}.${schema}`);
  let lake: string | undefined;
  const registered = new Set<string>();
  const keyOf = (uri: string): string => uri.slice(known(lake, 'the lake').length + 1);
  const rootOf = (): string => `local:///${known(lake, 'the lake').slice(peer.data.length + 1)}`;
  const makeTables = async (uri: string): Promise<void> => {
    lake = uri.slice(0, uri.search(new RegExp(`/(${LAKE_TABLES.map(({ prefix }) => prefix).join('|')})/`)));
    if (!lake.startsWith(`${peer.data}/`))
      throw new Error(`${lake} is not in ${peer.data}: Trino cannot read it`);
    for (const { prefix, table, keys, columns } of LAKE_TABLES) {
      await statement(peer, createTable(peer, table, [...columns, ...keys], `${rootOf()}/${prefix}`, keys));
    }
  };
  const register = async (uris: readonly string[]): Promise<void> => {
    const [first] = uris;
    if (lake === undefined && first !== undefined) await makeTables(first);
    for (const key of uris.map(keyOf)) {
      const folder = key.slice(0, key.lastIndexOf('/'));
      const of = LAKE_TABLES.find(({ prefix }) => key.startsWith(`${prefix}/`));
      if (of === undefined || registered.has(folder)) continue;
      registered.add(folder);
      const values = of.keys.map(({ name }) => known(new RegExp(`/${name}=([^/]+)`).exec(folder)?.[1], name));
      await statement(
        peer,
        `CALL ${peer.catalog}.system.register_partition('${schema}', '${of.table}', ARRAY[${of.keys
          .map(({ name }) => `'${name}'`)
          .join(', ')}], ARRAY[${values.map((value) => `'${value}'`).join(', ')}], '${rootOf()}/${folder}')`,
      );
    }
  };
  const other = lakeAsker({
    runner: trinoRunner(peer),
    tables: LAKE_TABLES,
    listed: async () => [],
    locate: (uri) => ({ key: keyOf(uri), path: `${rootOf()}/${keyOf(uri)}` }),
  });
  let mirrors = 0;
  /** Gives Trino what DuckDB holds as `name`. */
  const mirror = async (name: string): Promise<void> => {
    const table = `mirror_${schema}_${++mirrors}`;
    const { columns } = await engine.table({ text: `SELECT * FROM ${identifier(name).text} LIMIT 0` } as Sql);
    const odd = columns.find(({ type }) => /hugeint|struct|row\(|time zone|json|blob|\[\]|array/i.test(type));
    if (odd !== undefined) {
      compared.apart.push(`${name}: column ${odd.name} is ${odd.type}`);
      await other.drop(name);
      return;
    }
    const list = columns.map((column) => identifier(column.name).text).join(', ');
    await engine.write(
      { text: `SELECT ${list} FROM ${identifier(name).text}` } as Sql,
      join(peer.data, table, 'part.parquet'),
    );
    await statement(peer, createTable(peer, table, columns, `local:///${table}`, []));
    await other.view(name, { text: `SELECT ${list} FROM ${table}` } as Sql);
  };
  return { compared, engine: mirrored(engine, other, { compared, mirror, register }) };
}

interface Mirroring {
  readonly compared: Compared;
  readonly mirror: (name: string) => Promise<void>;
  readonly register: (uris: readonly string[]) => Promise<void>;
}

function mirrored(engine: Engine, other: Asker, { compared, mirror, register }: Mirroring): Engine {
  const check = async (question: Query | Sql, rows: readonly Row[], ordered: boolean): Promise<void> => {
    const text = 'sql' in question ? question.sql.text : question.text;
    const name = 'sql' in question ? question.name : text.trim().replaceAll(/\s+/g, ' ').slice(0, 120);
    try {
      const theirs = (await other.rows({ text } as Sql)).map(comparable);
      const ours = rows.map(comparable);
      if (!ordered) for (const side of [ours, theirs]) side.sort();
      const at = ours.findIndex((row, i) => row !== theirs[i]);
      if (ours.length === theirs.length && at < 0) compared.equal.push(name);
      else
        compared.different.push(
          `${name}\n  DuckDB ${ours.length} rows: ${ours[at < 0 ? theirs.length : at]}\n  Trino  ${theirs.length} rows: ${theirs[at < 0 ? ours.length : at]}`,
        );
    } catch (error) {
      compared.different.push(
        `${name}\n  ${error instanceof Error ? error.message.slice(0, 700) : String(error)}`,
      );
    }
  };
  return {
    ...engine,
    async rows(question) {
      const rows = await engine.rows(question);
      await check(question, rows, /ORDER BY/i.test(textOf(question)));
      return rows;
    },
    async table(question) {
      const answer = await engine.table(question);
      await check(question, answer.rows, /ORDER BY/i.test(textOf(question)));
      return answer;
    },
    async *batches(question) {
      const all: Row[] = [];
      for await (const rows of engine.batches(question)) {
        all.push(...rows);
        yield rows;
      }
      await check(question, all, true);
    },
    async files(name, uris, columns) {
      await engine.files(name, uris, columns);
      const isOurs = uris.every((uri) => LAKE_TABLES.some(({ prefix }) => uri.includes(`/${prefix}/`)));
      if (!isOurs) return mirror(name);
      await register(uris);
      await other.files(name, uris, columns);
    },
    async view(name, select) {
      await engine.view(name, select);
      await other.view(name, select);
    },
    async values(name, columns, rows) {
      await engine.values(name, columns, rows);
      await other.values(name, columns, rows);
    },
    async keep(name, select) {
      await engine.keep(name, select);
      await check(
        select,
        await engine.rows({ text: `SELECT * FROM ${identifier(name).text}` } as Sql),
        false,
      );
      await mirror(name);
    },
    async numbers(name, columns) {
      await engine.numbers(name, columns);
      await mirror(name);
    },
    async scan(name, files) {
      const columns = await engine.scan(name, files);
      await mirror(name);
      return columns;
    },
    async write(select, uri, options) {
      const written = await engine.write(select, uri, options);
      await check(select, await engine.rows(sql`SELECT * FROM (${select}) AS l`), false);
      return written;
    },
    async writeCsv(select, uri, options) {
      await check(select, await engine.rows(select), false);
      return engine.writeCsv(select, uri, options);
    },
    async drop(name) {
      await engine.drop(name);
      await other.drop(name);
    },
    session: async () =>
      mirrored(await engine.session(), await other.session(), { compared, mirror, register }),
    async close() {
      await other.close();
      await engine.close();
    },
  };
}

const textOf = (question: Query | Sql): string => ('sql' in question ? question.sql.text : question.text);

/** A row as one text, equal for equal answers of two engines: binary numbers to 12 digits, maps with their keys in order. */
export const comparable = (row: Row): string => JSON.stringify(row.map(plain));

function plain(value: Cell): unknown {
  if (typeof value === 'number' && !Number.isInteger(value)) return Number(value.toPrecision(12));
  // A moment cast to text has the digits of its type, which only the engine's files decide.
  if (typeof value === 'string' && /^\d{4}-\d\d-\d\d \d\d:\d\d:\d\d\.0+$/.test(value))
    return value.slice(0, 19);
  if (typeof value === 'string' && value.startsWith('{')) {
    const map: Record<string, unknown> = JSON.parse(value);
    return Object.fromEntries(Object.entries(map).sort(([a], [b]) => (a < b ? -1 : 1)));
  }
  return value;
}

function createTable(
  { catalog, schema }: TrinoOf,
  table: string,
  columns: readonly ColumnDef[],
  location: string,
  keys: readonly ColumnDef[],
): string {
  const list = columns.map(
    ({ name, type }) =>
      `${identifier(name.toLowerCase()).text} ${type === 'timestamp' ? 'timestamp(6)' : type}`,
  );
  const partitioned =
    keys.length === 0 ? '' : `, partitioned_by = ARRAY[${keys.map(({ name }) => `'${name}'`).join(', ')}]`;
  return `CREATE TABLE IF NOT EXISTS ${catalog}.${schema}.${table} (${list.join(', ')})
    WITH (external_location = '${location}', format = 'PARQUET'${partitioned})`;
}
