import { UserError } from '../../core/errors/user-error.ts';
import type { Asker, Cell, ColumnDef } from '../../ports/engine.ts';
import type { Query } from '../../sql/query.ts';
import { identifier, joined, type Sql, sql } from '../../sql/sql.ts';
import { queryRefused } from '../query-refused.ts';
import { composed, neededBy } from './compose.ts';
import { LakeFiles, type LakeFilesOf, Looks } from './lake-files.ts';
import { readsOf } from './relations.ts';
import type { Answered, StatementRunner } from './runner.ts';

export interface LakeAskerOf extends LakeFilesOf {
  readonly runner: StatementRunner;
}

export interface LakeAsker extends Asker {
  /** Runs what `around` makes of `select` with all relations that it needs in front. Its answer is never an earlier one. */
  carryOut(select: Sql, around: (whole: string) => string): Promise<void>;
  session(): Promise<LakeAsker>;
}

/** A relation of the asker. */
interface Definition {
  /** A whole SELECT, which may name other relations. */
  readonly text: string;
  /** Where it is made from files: these. */
  readonly files?: LakeFiles;
}

/**
 * Answers questions on Trino or Athena over the tables of the lake. It makes nothing there: relations live in the
 * statements that name them, so that what is asked is always the pinned list of files, whatever is registered meanwhile.
 * That is also why an earlier answer to the same text may be given again: files of the lake are written once.
 */
export const lakeAsker = (of: LakeAskerOf): LakeAsker => askerOver(of, new Looks(of.runner), new Map());

function askerOver(of: LakeAskerOf, looks: Looks, inherited: ReadonlyMap<string, Definition>): LakeAsker {
  const { runner } = of;
  const definitions = new Map(inherited);
  const define = (name: string, definition: Definition): void => {
    definitions.set(name.toLowerCase(), definition);
  };
  const statement = (question: Query | Sql): Promise<string> =>
    statementOf(runner, 'sql' in question ? question.sql.text : question.text, definitions);
  const table = async (question: Query | Sql): Promise<Answered> =>
    runner.run(await statement(question), { mayReuse: true });
  return {
    kind: runner.kind,
    version: runner.version,
    async carryOut(select, around) {
      await runner.carryOut(around(await statement(select)));
    },
    rows: async (question) => (await table(question)).rows,
    table,
    async ask(text) {
      const select = oneSelect(text, new Set(definitions.keys()));
      const whole = await statementOf(runner, select, definitions);
      return runner.run(whole, { mayReuse: isLasting(select) }).catch((error) => {
        if (error instanceof UserError && error.code === 'ENGINE_REFUSED')
          throw queryRefused(error.what, error);
        throw error;
      });
    },
    async *batches(question) {
      for await (const { rows } of runner.pages(await statement(question), { mayReuse: true }))
        if (rows.length > 0) yield rows;
    },
    async files(name, uris, columns) {
      if (uris.length === 0) return define(name, { text: nothing(columns) });
      const files = new LakeFiles(of, looks, uris, columns);
      define(name, { text: files.text, files });
    },
    async view(name, select) {
      define(name, { text: select.text });
    },
    async values(name, columns, rows) {
      define(name, { text: rows.length === 0 ? nothing(columns) : valuesOf(columns, rows).text });
    },
    async drop(name) {
      definitions.delete(name.toLowerCase());
    },
    session: async () => ({ ...askerOver(of, looks, definitions), close: async () => undefined }),
    cost: () => runner.cost(),
    close: () => runner.close(),
  };
}

/**
 * The statement that answers `question`: with the files named one by one, or, where that is too long, with their folders,
 * which then have been looked at.
 * @throws UserError `ENGINE_STATEMENT_TOO_LONG`, `TABLES_BEHIND`
 */
async function statementOf(
  { statementBytesMax }: StatementRunner,
  question: string,
  definitions: ReadonlyMap<string, Definition>,
): Promise<string> {
  const needed = neededBy(question, definitions);
  await Promise.all(needed.map((name) => definitions.get(name)?.files?.registered()));
  const full = composed(question, needed, definitions);
  if (statementBytesMax === undefined || Buffer.byteLength(full) <= statementBytesMax) return full;
  const shorter = new Map<string, Definition>(definitions);
  for (const name of needed) {
    const text = await definitions.get(name)?.files?.byFolder();
    if (text !== undefined) shorter.set(name, { text });
  }
  const short = composed(question, needed, shorter);
  const bytes = Buffer.byteLength(short);
  if (bytes <= statementBytesMax) return short;
  throw new UserError('ENGINE_STATEMENT_TOO_LONG', {
    what: `The statement would have ${bytes} bytes, and ${statementBytesMax} are taken: it names each load and each account that it needs`,
    remedy: 'Ask for fewer days (--from, --to), or ask the embedded engine: --engine duckdb.',
  });
}

/** @throws UserError `QUERY_INVALID` for all but one SELECT over `relations` */
function oneSelect(text: string, relations: ReadonlySet<string>): string {
  const select = text.trim().replace(/;\s*$/, '');
  const { reads, trouble } = readsOf(select);
  if (trouble !== undefined) throw queryRefused(trouble);
  if (!/^(\s|\(|--[^\n]*\n)*(select|with)\b/i.test(select))
    throw queryRefused('Only SELECT is answered here');
  for (const { name, kind } of reads) {
    if (kind !== 'plain' || !relations.has(name)) throw queryRefused(`"${name}" is no relation of the lake`);
  }
  return select;
}

/** Texts that mean something else tomorrow, or at every call, are asked anew. */
const isLasting = (text: string): boolean => !/\b(current_|local|now|rand|random|uuid|shuffle)/i.test(text);

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
