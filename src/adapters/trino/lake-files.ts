import { known } from '../../core/errors/invariant.ts';
import { UserError } from '../../core/errors/user-error.ts';
import type { ColumnDef } from '../../ports/engine.ts';
import { identifier, joined, type Sql, sql } from '../../sql/sql.ts';
import type { StatementRunner } from './runner.ts';

/** A table over a folder of the lake whose folders below are registered as its partitions. */
export interface PartitionedTable {
  /** Folder of the lake, without a slash, for example `cost-lines`. */
  readonly prefix: string;
  readonly table: string;
  /** Its partition columns, as in the folders' names; all of them text. */
  readonly keys: readonly ColumnDef[];
}

/** Where the files of a lake are found by an engine that knows tables. */
export interface LakeFilesOf {
  readonly runner: StatementRunner;
  /** Tables over the lake's folders; a file of none of them cannot be asked. */
  readonly tables: readonly PartitionedTable[];
  /** A file of the lake as the engine names it in `"$path"`, and its key in the lake. */
  readonly locate: (uri: string) => { readonly path: string; readonly key: string };
  /** Keys of the files in a folder of the lake. */
  readonly listed: (folder: string) => Promise<readonly string[]>;
}

/** `anew`: an earlier look at the same does not do. */
interface LookOf {
  readonly anew: boolean;
}

/** What was seen of the tables' partitions: many relations share their tables and months. */
export class Looks {
  readonly #runner: StatementRunner;
  readonly #seen = new Map<string, Promise<readonly (readonly string[])[]>>();

  constructor(runner: StatementRunner) {
    this.#runner = runner;
  }

  /** The values that `statement` gives. */
  at(statement: string, { anew }: LookOf): Promise<readonly (readonly string[])[]> {
    const seen = this.#seen.get(statement);
    if (seen !== undefined && !anew) return seen;
    const look = this.#runner.run(statement).then(({ rows }) => rows.map((row) => row.map(String)));
    this.#seen.set(statement, look);
    look.catch(() => this.#seen.delete(statement));
    return look;
  }
}

/** A folder of the lake that is a partition. */
interface Folder {
  readonly values: readonly string[];
  /** Keys of the pinned files in it. */
  readonly keys: Set<string>;
}

/** The rows of exactly these files of one table. */
export class LakeFiles {
  readonly #of: LakeFilesOf;
  readonly #looks: Looks;
  readonly #table: PartitionedTable;
  readonly #columns: readonly ColumnDef[];
  readonly #paths: readonly string[];
  readonly #folders = new Map<string, Folder>();

  constructor(of: LakeFilesOf, looks: Looks, uris: readonly string[], columns: readonly ColumnDef[]) {
    const places = uris.map(of.locate);
    const table = of.tables.find(({ prefix }) => places.every(({ key }) => key.startsWith(`${prefix}/`)));
    if (table === undefined) throw new Error(`no table holds ${uris[0]} and its neighbours`);
    this.#of = of;
    this.#looks = looks;
    this.#table = table;
    this.#columns = columns;
    this.#paths = places.map(({ path }) => path);
    for (const { key } of places) {
      const folder = folderOf(key);
      const values = table.keys.map(({ name }) =>
        known(new RegExp(`/${name}=([^/]+)`).exec(folder)?.[1], `${name} of ${key}`),
      );
      const there = this.#folders.get(folder) ?? { values, keys: new Set() };
      this.#folders.set(folder, { values, keys: there.keys.add(key) });
    }
  }

  /** Reads exactly these files, by their names. */
  get text(): string {
    return this.#select([
      ...this.#within(),
      sql`"$path" IN (${joined(this.#paths.map((path) => sql`${path}`))})`,
    ]);
  }

  /**
   * Engines pass over a folder that is not registered without a word, and a sum would be too small: so each is looked for.
   * @throws UserError `TABLES_BEHIND`
   */
  async registered(): Promise<void> {
    if ((await this.#missing({ anew: false })).length === 0) return;
    // What an earlier look did not see may have been registered since.
    const missing = await this.#missing({ anew: true });
    if (missing.length === 0) return;
    throw new UserError('TABLES_BEHIND', {
      what: `The table ${this.#table.table} does not know ${missing.length} of ${this.#folders.size} folders that the lake names`,
      place: { file: missing[0] },
      remedy: 'Run spendlight verify --repair, or ask the embedded engine: --engine duckdb.',
    });
  }

  async #missing(look: LookOf): Promise<readonly string[]> {
    const there = new Set((await this.#partitions(look)).map(asOne));
    return [...this.#folders].flatMap(([folder, { values }]) => (there.has(asOne(values)) ? [] : [folder]));
  }

  /**
   * Reads the folders as they are; a shorter text. Undefined where that could be something else: a folder holds a file that
   * is not among these, or the lists of partition values meet a folder that is not.
   */
  async byFolder(): Promise<string | undefined> {
    const allowed = this.#table.keys.map((_, i) => this.#valuesAt(i));
    const met = (await this.#partitions({ anew: true })).filter((values) =>
      values.every((value, i) => allowed[i]?.includes(value)),
    );
    if (met.length !== this.#folders.size) return undefined;
    const there = new Map<string, number>();
    for (const parent of new Set(
      [...this.#folders.keys()].map((folder) => /^[^/]+\/[^/]+/.exec(folder)?.[0]),
    )) {
      for (const key of await this.#of.listed(`${parent}/`)) {
        const folder = this.#folders.get(folderOf(key));
        if (folder === undefined) continue;
        if (!folder.keys.has(key)) return undefined;
        there.set(folderOf(key), (there.get(folderOf(key)) ?? 0) + 1);
      }
    }
    const isWhole = [...this.#folders].every(([folder, { keys }]) => there.get(folder) === keys.size);
    return isWhole ? this.#select(this.#within()) : undefined;
  }

  /** Values of the registered partitions that share their first value with ours. */
  #partitions(look: LookOf): Promise<readonly (readonly string[])[]> {
    const { table, keys } = this.#table;
    const list = joined(keys.map(({ name }) => identifier(name)));
    const from = sql`${identifier(this.#of.runner.schema)}.${identifier(`${table}$partitions`)}`;
    const [first] = this.#within();
    return this.#looks.at(
      sql`SELECT ${list} FROM ${from} WHERE ${known(first, 'a partition key')}`.text,
      look,
    );
  }

  #select(conditions: readonly Sql[]): string {
    const list = joined(this.#columns.map(({ name }) => identifier(name)));
    const from = sql`${identifier(this.#of.runner.schema)}.${identifier(this.#table.table)}`;
    return sql`SELECT ${list} FROM ${from} WHERE ${joined(conditions, ' AND ')}`.text;
  }

  /** Partitions, so that only their folders are listed at all. */
  #within(): readonly Sql[] {
    return this.#table.keys.map(
      ({ name }, i) =>
        sql`${identifier(name)} IN (${joined(this.#valuesAt(i).map((value) => sql`${value}`))})`,
    );
  }

  #valuesAt(key: number): readonly string[] {
    const values = [...this.#folders.values()].map(({ values: of }) => known(of[key], 'a partition value'));
    return [...new Set(values)].sort();
  }
}

const folderOf = (key: string): string => key.slice(0, key.lastIndexOf('/'));
const asOne = (values: readonly string[]): string => JSON.stringify(values);
