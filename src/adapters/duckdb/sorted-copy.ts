import { invariant } from '../../core/errors/invariant.ts';
import type { ColumnDef, Row, WriteOptions } from '../../ports/engine.ts';
import { identifier, joined, name, type Sql, sql } from '../../sql/sql.ts';

/** Fewer rows are sorted whole: that is quick, and the dictionary would not pay. */
const ROWS_MIN = 250_000;
/** A dictionary pays as long as a description stands for several rows on average. */
const ROWS_PER_DESCRIPTION_MIN = 4;
/** Left and right of a join stay as written: a probe from the left keeps the order of its rows. */
const AS_WRITTEN = sql`SET disabled_optimizers = ${'join_order,build_side_probe_side'}`;

/** What the copy runs on: one statement after another, on one connection. */
export interface SortedCopy {
  readonly run: (statement: Sql) => Promise<readonly Row[]>;
  /** All columns of the select, in their order. */
  readonly columns: readonly ColumnDef[];
  /** Set apart from other copies: the prefix of the temporary tables. */
  readonly tables: string;
  /** `COPY (select) TO …`. */
  readonly copyOf: (select: Sql) => Sql;
}

type Sorted = NonNullable<WriteOptions['sorted']>;

/**
 * Writes `select` in the order asked for, and gives its rows. Sorting wide rows is what costs, so the wide part is
 * taken out: the distinct descriptions (all columns but the varying ones) become a numbered dictionary, rows of
 * numbers are sorted, and the descriptions are joined back on the way into the file. Row groups are sorted and follow
 * each other; two neighbours may be swapped where they were written side by side.
 * Rows find their description by a hash, which the dictionary proves to be unique; if it is not, or if descriptions
 * hardly repeat, all is sorted whole.
 */
export async function sortedCopy(copy: SortedCopy, select: Sql, sorted: Sorted): Promise<number> {
  const parts = partsOf(copy.columns, sorted);
  const whole = copy.copyOf(
    sql`SELECT * FROM (${select}) AS l ORDER BY ${listOf([...sorted.by, sorted.andThen])}`,
  );
  if (sorted.rows < ROWS_MIN || !(await repeats(copy, select, parts, sorted))) return copied(copy, whole);
  const [dictionary, hashes] = [name(`${copy.tables}_dictionary`), name(`${copy.tables}_hashes`)];
  try {
    await copy.run(dictionarySql(dictionary, select, parts, sorted));
    await copy.run(
      sql`CREATE TEMP TABLE ${hashes} AS SELECT hash(${parts.describing}) AS "$hash", "$id", "$rank" FROM ${dictionary}`,
    );
    const [counts] = await copy.run(sql`SELECT count(*) = count(DISTINCT "$hash") FROM ${hashes}`);
    if (counts?.[0] !== true) return await copied(copy, whole);
    await copy.run(AS_WRITTEN);
    return await copied(copy, copy.copyOf(joinedBack(dictionary, hashes, select, parts, sorted)));
  } finally {
    await copy.run(sql`SET disabled_optimizers = ''`);
    await copy.run(sql`DROP TABLE IF EXISTS ${hashes}`);
    await copy.run(sql`DROP TABLE IF EXISTS ${dictionary}`);
  }
}

interface Parts {
  readonly all: Sql;
  readonly describing: Sql;
  /** Describing columns without maps, which are dear to hash and repeat with the rest. */
  readonly plain: Sql;
  readonly varying: Sql;
}

function partsOf(columns: readonly ColumnDef[], { by, andThen, varying }: Sorted): Parts {
  const apart = new Set(varying);
  invariant(
    apart.has(andThen) && by.every((column) => !apart.has(column)),
    'rows are sorted by descriptions first',
  );
  const describing = columns.filter((column) => !apart.has(column.name));
  return {
    all: namesOf(columns),
    describing: namesOf(describing),
    plain: namesOf(describing.filter(({ type }) => !type.startsWith('map'))),
    varying: namesOf(columns.filter((column) => apart.has(column.name))),
  };
}

/** Whether descriptions repeat often enough, by an estimate. */
async function repeats(
  { run }: SortedCopy,
  select: Sql,
  { plain }: Parts,
  { rows }: Sorted,
): Promise<boolean> {
  const [estimate] = await run(sql`SELECT approx_count_distinct(hash(${plain})) FROM (${select}) AS l`);
  return Number(estimate?.[0]) * ROWS_PER_DESCRIPTION_MIN <= rows;
}

/** `$rank` orders the describing sort columns, `$id` tells descriptions apart. */
const dictionarySql = (dictionary: Sql, select: Sql, { describing }: Parts, { by }: Sorted): Sql => sql`
  CREATE TEMP TABLE ${dictionary} AS
  SELECT *, CAST(row_number() OVER (ORDER BY ${listOf(by)}) AS INTEGER) AS "$id",
    CAST(dense_rank() OVER (ORDER BY ${listOf(by)}) AS INTEGER) AS "$rank"
  FROM (SELECT DISTINCT ${describing} FROM (${select}) AS l) AS d`;

const joinedBack = (
  dictionary: Sql,
  hashes: Sql,
  select: Sql,
  { all, describing, varying }: Parts,
  { andThen }: Sorted,
): Sql => sql`
  SELECT ${all}
  FROM (
    SELECT h."$id", ${varying}
    FROM (SELECT hash(${describing}) AS "$hash", ${varying} FROM (${select}) AS l) AS l
    JOIN ${hashes} AS h ON h."$hash" = l."$hash"
    ORDER BY h."$rank", ${identifier(andThen)}, h."$id"
  ) AS s
  JOIN ${dictionary} AS d ON d."$id" = s."$id"`;

async function copied({ run }: SortedCopy, statement: Sql): Promise<number> {
  const [rows] = await run(statement);
  return Number(rows?.[0] ?? 0);
}

const listOf = (names: readonly string[]): Sql => joined(names.map(identifier));
const namesOf = (columns: readonly ColumnDef[]): Sql => listOf(columns.map((column) => column.name));
