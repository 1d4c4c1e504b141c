import { known } from '../../core/errors/invariant.ts';
import type { Asker, Cell, ColumnDef } from '../../ports/engine.ts';
import type { Query } from '../../sql/query.ts';
import { identifier, joined, type Sql, sql } from '../../sql/sql.ts';
import { composed } from './compose.ts';
import { pages, statement, type TrinoOf } from './statement.ts';

/** A table over a folder of the lake that holds a file a load, or a folder a load: its partitions are registered. */
export interface LakeTable {
  /** Folder of the lake, for example `cost-lines`. */
  readonly prefix: string;
  readonly table: string;
  /** Its partition columns, as in the folders' names. */
  readonly keys: readonly ColumnDef[];
}

export interface TrinoAskerOf extends TrinoOf {
  /** Version text for people. */
  readonly version: string;
  /** Tables over the lake's folders; a file of none of them cannot be asked. */
  readonly tables: readonly LakeTable[];
  /** A file of the lake as the server names it in `"$path"`, and its key in the lake. */
  readonly locate: (uri: string) => { readonly path: string; readonly key: string };
}

/**
 * Answers questions on Trino over the tables of the lake. It makes nothing there: relations live in the statements that
 * name them, so that what is asked is always the pinned list of files, whatever is registered meanwhile.
 */
export function trinoAsker(of: TrinoAskerOf, inherited: ReadonlyMap<string, string> = new Map()): Asker {
  const definitions = new Map(inherited);
  const whole = (question: Query | Sql): string =>
    composed('sql' in question ? question.sql.text : question.text, definitions);
  const ask = (question: Query | Sql) => statement(of, whole(question));
  const define = (name: string, definition: string): void => {
    definitions.set(name.toLowerCase(), definition);
  };
  const made: Asker = {
    kind: 'trino',
    version: of.version,
    rows: async (question) => (await ask(question)).rows,
    table: ask,
    async *batches(question) {
      for await (const { rows } of pages(of, whole(question))) if (rows.length > 0) yield rows;
    },
    async files(name, uris, columns) {
      define(name, uris.length === 0 ? nothing(columns) : filesOf(of, uris, columns).text);
    },
    async view(name, select) {
      define(name, select.text);
    },
    async values(name, columns, rows) {
      define(name, rows.length === 0 ? nothing(columns) : valuesOf(columns, rows).text);
    },
    async drop(name) {
      definitions.delete(name.toLowerCase());
    },
    session: async () => trinoAsker(of, definitions),
    close: async () => undefined,
  };
  return made;
}

/** The rows of exactly these files. */
function filesOf(
  { tables, locate }: TrinoAskerOf,
  uris: readonly string[],
  columns: readonly ColumnDef[],
): Sql {
  const places = uris.map(locate);
  const table = tables.find(({ prefix }) => places.every(({ key }) => key.startsWith(`${prefix}/`)));
  if (table === undefined) throw new Error(`no table holds ${uris[0]} and its neighbours`);
  const list = joined(columns.map(({ name }) => identifier(name)));
  // Partitions first, so that only their folders are listed at all; the paths decide.
  const within = table.keys.map(({ name, type }) => {
    const values = new Set(
      places.map(({ key }) => known(new RegExp(`/${name}=([^/]+)/`).exec(key)?.[1], name)),
    );
    const literals = [...values].map((value) => (type === 'varchar' ? sql`${value}` : sql`${Number(value)}`));
    return sql`${identifier(name)} IN (${joined(literals)})`;
  });
  const paths = sql`"$path" IN (${joined(places.map(({ path }) => sql`${path}`))})`;
  return sql`SELECT ${list} FROM ${identifier(table.table)} WHERE ${joined([...within, paths], ' AND ')}`;
}

const nothing = (columns: readonly ColumnDef[]): string =>
  `SELECT ${columns.map(({ name, type }) => `CAST(NULL AS ${trinoType(type)}) AS ${identifier(name).text}`).join(', ')} WHERE false`;

function valuesOf(columns: readonly ColumnDef[], rows: readonly (readonly Cell[])[]): Sql {
  const cells = rows.map(
    (row) => sql`(${joined(row.map((value) => sql`${value === null ? null : String(value)}`))})`,
  );
  const cast = columns.map(({ name, type }, i) =>
    type.startsWith('map(')
      ? `CAST(json_parse(CAST(c${i} AS varchar)) AS ${trinoType(type)}) AS ${identifier(name).text}`
      : `CAST(CAST(c${i} AS varchar) AS ${trinoType(type)}) AS ${identifier(name).text}`,
  );
  const names = columns.map((_, i) => `c${i}`).join(', ');
  return { text: `SELECT ${cast.join(', ')} FROM (VALUES ${joined(cells).text}) AS given(${names})` } as Sql;
}

/** Moments are kept to the microsecond, as in the files. */
const trinoType = (type: string): string => (type === 'timestamp' ? 'timestamp(6)' : type);
