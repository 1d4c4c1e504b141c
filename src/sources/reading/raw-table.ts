import type { ColumnDef, ScannedColumn } from '../../ports/engine.ts';
import { identifier, type Sql, sql } from '../../sql/sql.ts';

/** Column that staged text carries beside its own: the file that the row came from. */
export const FILE_COLUMN = 'x_SpendlightFile';
/** Row number in a Parquet file, from 0; only in relations that are made to find rejects again. */
export const ROW_COLUMN = 'x_SpendlightRow';
/** The line of text that a row was read from; only where a line is not a row of values. */
export const LINE_COLUMN = 'x_SpendlightLine';
const OURS: readonly string[] = [FILE_COLUMN, LINE_COLUMN];

/**
 * What a delivery's files hold, before anything is made of it: a relation of the engine and its columns, found by name
 * without regard to case. Remembers which columns were asked for, so that the rest can be told as unknown.
 */
export class RawTable {
  /** The relation's name in the engine. */
  readonly relation: string;
  /** Text columns hold no empty texts: they were made null when the text was staged. */
  readonly emptyIsNull: boolean;
  readonly columns: readonly ScannedColumn[];
  readonly #byName: Map<string, ScannedColumn>;
  readonly #asked = new Set<string>();

  constructor(relation: string, columns: readonly ScannedColumn[], emptyIsNull: boolean) {
    this.relation = relation;
    this.emptyIsNull = emptyIsNull;
    this.columns = columns.filter(({ name }) => !OURS.includes(name));
    this.#byName = new Map(this.columns.map((column) => [column.name.toLowerCase(), column]));
  }

  /** The same columns, to be found by other names too: a mapping's name → the source's, the first that is there. */
  alsoAs(aliases: ReadonlyMap<string, readonly string[]>): RawTable {
    const other = new RawTable(this.relation, this.columns, this.emptyIsNull);
    for (const [alias, sources] of aliases) {
      const column = sources
        .map((name) => this.#byName.get(name.toLowerCase()))
        .find((found) => found !== undefined);
      if (column !== undefined && !other.#byName.has(alias.toLowerCase())) {
        other.#byName.set(alias.toLowerCase(), column);
      }
    }
    return other;
  }

  /** The same columns in another relation, where they are read as here, and `added` ones of text that are no source's. */
  over(relation: string, added: readonly string[]): RawTable {
    const other = new RawTable(relation, this.columns, this.emptyIsNull);
    for (const [name, column] of this.#byName) other.#byName.set(name, column);
    for (const name of added) other.#byName.set(name.toLowerCase(), { name, type: 'varchar' });
    for (const name of this.#asked) other.#asked.add(name);
    return other;
  }

  has(name: string): boolean {
    return this.#byName.has(name.toLowerCase());
  }

  /** The first of `names` that is there, and marks it as read; undefined if none is. */
  find(...names: readonly string[]): ScannedColumn | undefined {
    for (const name of names) {
      const column = this.#byName.get(name.toLowerCase());
      if (column === undefined) continue;
      this.#asked.add(column.name);
      return column;
    }
    return undefined;
  }

  /** Columns whose name begins with `prefix` (any case), marked as read. */
  withPrefix(prefix: string): readonly ScannedColumn[] {
    const found = this.columns.filter(({ name }) => name.toLowerCase().startsWith(prefix.toLowerCase()));
    for (const { name } of found) this.#asked.add(name);
    return found;
  }

  /** Columns that nothing asked for. */
  unknown(): readonly string[] {
    return this.columns.map(({ name }) => name).filter((name) => !this.#asked.has(name));
  }
}

/** `r."name"`: a column of the raw relation, which every statement calls `r`. */
export const raw = (column: ColumnDef): Sql => sql`r.${identifier(column.name)}`;
