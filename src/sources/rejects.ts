import type { Cell, Engine, Row } from '../ports/engine.ts';
import { identifier, joined, name, type Sql, sql } from '../sql/sql.ts';
import type { Reject } from './contract.ts';
import type { Check, Profile } from './profile.ts';
import { linesOf, recordsOf } from './reading/csv-records.ts';
import { FILE_COLUMN, LINE_COLUMN, ROW_COLUMN, raw } from './reading/raw-table.ts';
import { isMap } from './reading/values.ts';
import type { Staged } from './staged.ts';
import { isBad, unfit } from './survey.ts';

/** Rejects that are told one by one; beyond that they are counted. */
const REJECTS_MAX = 10_000;

/** Looks the unfit rows up, with their places. Slow and rare: for the text formats the files are read once more. */
export async function rejectsOf(
  engine: Engine,
  profile: Profile,
  staged: Staged,
): Promise<readonly Reject[]> {
  const relation = staged.kind === 'parquet' ? `${staged.table.relation}_places` : staged.table.relation;
  if (staged.kind === 'parquet') {
    await engine.scan(relation, {
      format: 'parquet',
      files: staged.files,
      places: { file: FILE_COLUMN, row: ROW_COLUMN },
    });
  }
  try {
    const rows = await engine.rows(rejectsSql(profile, relation, staged.kind));
    const rejects = rows.map((row) => rejectOf(profile, row));
    if (staged.kind === 'lines')
      return await withTextLines(
        rejects,
        rows.map(([, text]) => String(text)),
      );
    return staged.kind === 'parquet' ? rejects : await withLines(rejects, staged);
  } finally {
    if (staged.kind === 'parquet') await engine.drop(relation);
  }
}

/** File, row number (0 in CSV, the line itself in lines of text), the number of the first check that failed, then the row as it stands in the source. */
function rejectsSql(profile: Profile, relation: string, kind: Staged['kind']): Sql {
  const { checks, table, joins } = profile;
  const failed = joined(
    checks.map((check, i) => sql`WHEN ${isBad(check)} THEN ${i}`),
    ' ',
  );
  const columns = table.columns.map((column) =>
    isMap(column) ? sql`json_format(CAST(${raw(column)} AS JSON))` : sql`CAST(${raw(column)} AS varchar)`,
  );
  const row = {
    parquet: sql`r.${identifier(ROW_COLUMN)} + 1`,
    csv: sql`0`,
    lines: sql`r.${identifier(LINE_COLUMN)}`,
  }[kind];
  const places = Array.from({ length: table.columns.length + 3 }, (_, i) => sql`${i + 1}`);
  return sql`
    SELECT r.${identifier(FILE_COLUMN)}, ${row}, CASE ${failed} END, ${joined(columns)}
    FROM ${name(relation)} r ${joins ?? sql``}
    WHERE ${unfit(profile) ?? sql`false`}
    ORDER BY ${joined(places)}
    LIMIT ${REJECTS_MAX}`;
}

function rejectOf({ checks, table }: Profile, [file, line, failed, ...values]: Row): Reject {
  const check: Check | undefined = checks[Number(failed)];
  const row = Object.fromEntries(table.columns.map(({ name: column }, i) => [column, textOf(values[i])]));
  const column = check?.column ?? '';
  const value = row[column] ?? '';
  const reason = value === '' ? `${column} is missing` : `"${value}" is ${check?.reason ?? 'unfit'}`;
  return { file: String(file), line: Number(line), column, value, reason, row };
}

const textOf = (value: Cell | undefined): string | null =>
  value === null || value === undefined ? null : String(value);

/** The number of the line that each rejected row was read from; `texts` are these lines. */
async function withTextLines(
  rejects: readonly Reject[],
  texts: readonly string[],
): Promise<readonly Reject[]> {
  const placed: Reject[] = [];
  for (const file of new Set(rejects.map((reject) => reject.file))) {
    const waiting = new Map<string, Reject[]>();
    for (const [i, reject] of rejects.entries()) {
      if (reject.file !== file) continue;
      const text = texts[i] ?? '';
      waiting.set(text, [...(waiting.get(text) ?? []), reject]);
    }
    for await (const { line, text } of linesOf(file)) {
      const reject = waiting.get(text)?.shift();
      if (reject !== undefined) placed.push({ ...reject, line });
    }
  }
  return placed;
}

/** The physical line that each rejected row begins on: rows are found again by all their values. */
async function withLines(rejects: readonly Reject[], { heads }: Staged): Promise<readonly Reject[]> {
  const placed: Reject[] = [];
  for (const [file, head] of heads) {
    const waiting = new Map<string, Reject[]>();
    for (const reject of rejects.filter((one) => one.file === file)) {
      const key = keyOf(Object.values(reject.row));
      waiting.set(key, [...(waiting.get(key) ?? []), reject]);
    }
    if (waiting.size === 0) continue;
    for await (const { line, values } of recordsOf(file, head)) {
      const same = waiting.get(keyOf(values));
      const reject = same?.shift();
      if (reject !== undefined) placed.push({ ...reject, line });
    }
  }
  return placed;
}

/** Null words and empty text are all nothing to the reader, so they are one here. */
const keyOf = (values: readonly (string | null)[]): string =>
  JSON.stringify(
    values.map((value) =>
      value === null || value === 'NULL' || value === 'null' ? '' : value.replaceAll('\r\n', '\n'),
    ),
  );
